"""Nhật ký: heads read what was done in their units and below, also by those above them; nobody else does."""

import datetime as dt
import io
import json
from typing import Any

import pypdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from broadcasts.models import Broadcast
from registry import audit, overrides
from registry.models import AuditLine, Person
from tests.broadcasts.questions.conftest import Desk
from tests.broadcasts.writing import publish
from tests.cast import Cast

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def browser(cast: Cast, person: Person) -> Client:
    """A browser with a session of this person."""
    client = Client(headers={"Accept-Language": "vi"})
    client.force_login(cast.account(person), backend=BACKEND)
    return client


def journal(cast: Cast, person: Person, query: str = "", *, status: int = 200) -> Any:
    """What this person reads there."""
    answer = browser(cast, person).get(f"/api/journal{query}")
    assert answer.status_code == status, answer.content
    return answer.json()


def acts(told: Any) -> list[tuple[str, str | None]]:
    """What was done, and by whom as far as it is told."""
    return [(line["act"], line["by"] and line["by"]["name"]) for line in told["lines"]]


@pytest.fixture
def notice(cast: Cast) -> Broadcast:
    """A notice of the school to its families."""
    return publish(cast.hanh, cast.school, roles=["guardians"], title="Họp phụ huynh")


def test_a_head_sees_that_somebody_above_looked(cast: Cast, notice: Broadcast) -> None:
    assert browser(cast, cast.son).get(f"/api/broadcasts/{notice.pk}").status_code == 200
    assert browser(cast, cast.phuc).get(f"/api/people/{cast.hoa.pk}").status_code == 200
    told = journal(cast, cast.hanh)
    assert acts(told) == [
        ("person.looked_at", cast.phuc.name),
        ("broadcast.view", cast.son.name),
        ("broadcast.publish", cast.hanh.name),
    ]
    looked, seen, _sent = told["lines"]
    assert looked["about"] == {"kind": "person", "id": cast.hoa.pk, "title": cast.hoa.name}
    assert seen["about"] == {"kind": "broadcast", "id": notice.pk, "title": "Họp phụ huynh"}
    assert {line["org"]["id"] for line in told["lines"]} == {cast.school.pk}
    # Those above read the same.
    assert acts(journal(cast, cast.phuc)) == acts(journal(cast, cast.son)) == acts(told)


def test_a_clerk_who_reads_what_families_asked_others_is_in_it(cast: Cast, notice: Broadcast) -> None:
    desk = Desk(cast)
    desk.ask(cast.hoa, notice, cast.an, "Con nghỉ có phép được không ạ?")
    for _ in range(2):
        assert desk.queue(cast.thu, notice)["waiting"] == 1
    # The teacher who was asked has a seat in that conversation.
    desk.queue(cast.lan, notice)
    viewed = [line for line in journal(cast, cast.hanh, "?group=viewed")["lines"] if line["act"] == "question.view"]
    assert [line["by"]["id"] for line in viewed] == [cast.thu.pk]


def test_nobody_else_has_a_journal(cast: Cast, notice: Broadcast) -> None:
    for person in (cast.thu, cast.lan, cast.tu, cast.hoa, cast.an, cast.quang, cast.van):
        for door in ("journal", "journal/roots"):
            assert browser(cast, person).get(f"/api/{door}").status_code == 404
    assert Client().get("/api/journal").status_code == 401


def test_lines_of_other_units_are_nobodys_business(cast: Cast, notice: Broadcast) -> None:
    audit.record(cast.quang, "test.act", concerning=cast.other_school.pk)
    audit.record(cast.tu, "test.act")
    assert [line["act"] for line in journal(cast, cast.hanh)["lines"]] == ["broadcast.publish"]
    assert [line["act"] for line in journal(cast, cast.phuc)["lines"]] == ["broadcast.publish"]
    assert [line["by_id"] for line in journal(cast, cast.son)["lines"]] == [cast.quang.pk, cast.hanh.pk]
    assert journal(cast, cast.son, f"?org={cast.tan_son.pk}")["lines"][0]["act"] == "test.act"
    journal(cast, cast.hanh, f"?org={cast.other_school.pk}", status=404)
    journal(cast, cast.hanh, f"?org={cast.dong_sen.pk}", status=404)


def test_a_deny_is_read_where_it_was_decided_and_never_by_whom_it_is_about(cast: Cast) -> None:
    account = cast.account
    overrides.deny(cast.dung, student=cast.binh, by=account(cast.hanh), reason="Tòa", review_on=dt.date(2099, 1, 1))
    assert acts(journal(cast, cast.hanh)) == [("override.made", cast.hanh.name)]
    overrides.deny(cast.hoa, student=cast.chi, by=account(cast.phuc), reason="Tòa", review_on=dt.date(2099, 1, 1))
    assert len(journal(cast, cast.hanh)["lines"]) == 1
    assert len(journal(cast, cast.phuc)["lines"]) == 2
    audit.record(cast.son, "override.made", subject="override:7", concerning=cast.so.pk, person=cast.ha.pk)
    assert len(journal(cast, cast.son)["lines"]) == 3
    assert len(journal(cast, cast.ha)["lines"]) == 2


def test_it_is_narrowed_and_paged(cast: Cast, notice: Broadcast) -> None:
    for act in ("person.looked_at", "evidence.export", "registry.synced", "message.removed", "override.ended"):
        audit.record(cast.son, act, concerning=cast.school.pk, person=cast.dung.pk)
    for group, found in (
        ("notices", ["broadcast.publish"]),
        ("viewed", ["person.looked_at"]),
        ("taken", ["evidence.export"]),
        ("people", ["override.ended"]),
        ("rooms", ["message.removed"]),
        ("registry", ["registry.synced"]),
    ):
        assert [line["act"] for line in journal(cast, cast.hanh, f"?group={group}")["lines"]] == found
    first = journal(cast, cast.hanh, "?limit=4")
    rest = journal(cast, cast.hanh, f"?limit=4&before={first['lines'][-1]['id']}")
    assert (len(first["lines"]), first["complete"], len(rest["lines"]), rest["complete"]) == (4, False, 2, True)
    today = timezone.localdate()
    yesterday, tomorrow = today - dt.timedelta(days=1), today + dt.timedelta(days=1)
    assert len(journal(cast, cast.hanh, f"?since={today}&until={today}")["lines"]) == 6
    assert journal(cast, cast.hanh, f"?until={yesterday}")["lines"] == []
    assert journal(cast, cast.hanh, f"?since={tomorrow}")["lines"] == []
    for wrong in ("group=all", "since=mai", "before=x", "limit=1000"):
        journal(cast, cast.hanh, f"?{wrong}", status=400)


def test_a_page_costs_the_same_however_long_it_is(cast: Cast, notice: Broadcast) -> None:
    client, counts = browser(cast, cast.son), []
    for people in (2, 30):
        for number in range(people):
            audit.record(cast.hanh, "person.looked_at", subject=f"person:{cast.hoa.pk}", concerning=cast.school.pk)
            audit.record(None, "draft.return", subject=f"draft:{number + 1}", concerning=cast.dong_sen.pk)
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/api/journal?limit=100").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 22


def test_lines_from_before_lines_knew_their_unit_still_hold(cast: Cast) -> None:
    """As they were written: by a digest of six parts."""
    old = AuditLine(at=timezone.now(), actor=cast.hanh, act="test.act", details={"n": 1}, previous_digest=audit.GENESIS)
    content = [old.previous_digest, old.at.isoformat(), cast.hanh.pk, "test.act", "", {"n": 1}]
    old.digest = audit.hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    old.save()
    new = audit.record(cast.hanh, "test.act", concerning=cast.school.pk)
    assert audit.verify_chain() is None
    assert [line["id"] for line in journal(cast, cast.hanh)["lines"]] == [new.pk]
    # Nobody makes an old line somebody's business, nor a new one nobody's.
    for line, org in ((old, cast.school.pk), (new, None), (new, cast.so.pk)):
        kept = line.org_id
        AuditLine.objects.filter(pk=line.pk).update(org=org)
        assert audit.verify_chain() == line
        AuditLine.objects.filter(pk=line.pk).update(org=kept)


def test_the_roots_are_printed_and_that_is_recorded(cast: Cast, notice: Broadcast) -> None:
    root = audit.daily_roots()[-1]
    answer = browser(cast, cast.hanh).get("/api/journal/roots")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    assert "ĐẦU NHẬT KÝ THEO NGÀY" in text
    assert root.digest in text.replace(" ", "").replace("\n", "")
    assert acts(journal(cast, cast.hanh, "?group=taken")) == [("journal.roots", cast.hanh.name)]
