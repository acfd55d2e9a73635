"""The officer's board of a chain: every unit, the filters, whom to call, the file; and who sees which of it."""

import csv
import datetime as dt
import io
import uuid
from typing import Any

from asgiref.sync import async_to_sync
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from broadcasts.board import topic_of, watch
from broadcasts.ledger.facts import facts_of
from broadcasts.models import Broadcast, Node
from registry.models import AuditLine, Person, Role
from tests.broadcasts.cascade.orders import acknowledge, add_schools, direct, long_ago, node_of
from tests.broadcasts.drafts.desk import Desk
from tests.broadcasts.ledger.test_lists import gathered
from tests.cast import Cast


def states(told: Any) -> dict[int, str]:
    """Units by their state, of the whole chain."""
    return {unit: state for unit, state, *_rest in told["tiles"]}


def test_every_unit_is_a_tile(cast: Cast) -> None:
    sent = direct(cast.son, cast.so, acknowledge_by=(timezone.now() + dt.timedelta(hours=1)).isoformat())
    son, hanh = Desk(cast, cast.son), Desk(cast, cast.hanh)
    told = son.get(f"/{sent.pk}/cascade")
    school = [cast.school.pk, "waiting", 0, cast.dong_sen.pk, "th_thcs", "leader"]
    assert told["tiles"] == [[cast.dong_sen.pk, "waiting", 0, cast.dong_sen.pk, "", "leader"], school]
    assert [one["id"] for one in told["communes"]] == [cast.dong_sen.pk]
    hanh.post(f"/{sent.pk}/read")
    assert states(son.get(f"/{sent.pk}/cascade"))[cast.school.pk] == "seen"
    Node.objects.update(confirm_by=timezone.now() - dt.timedelta(minutes=1))
    counts = son.get(f"/{sent.pk}/cascade")["counts"]
    assert counts == {
        "units": 2, "completed": 0, "relayed": 0, "confirmed": 0, "seen": 1, "waiting": 1, "overdue": 2, "silent": 2,
    }  # fmt: skip
    acknowledge(hanh, sent)
    counts = son.get(f"/{sent.pk}/cascade")["counts"]
    assert (counts["confirmed"], counts["overdue"], counts["silent"]) == (1, 1, 1)
    Broadcast.objects.filter(pk=sent.pk).update(carry_out_by=timezone.now() - dt.timedelta(minutes=1))
    assert son.get(f"/{sent.pk}/cascade")["counts"]["overdue"] == 2
    hanh.post(f"/{sent.pk}/nodes/{cast.school.pk}/complete", {"note": "Xong"})
    counts = son.get(f"/{sent.pk}/cascade")["counts"]
    assert (counts["completed"], counts["overdue"]) == (1, 1)


def test_whose_it_is(cast: Cast) -> None:
    sent = direct(cast.son, cast.so)
    for officer in (cast.son, cast.ha):
        assert len(states(Desk(cast, officer).get(f"/{sent.pk}/cascade"))) == 2
    assert set(states(Desk(cast, cast.phuc).get(f"/{sent.pk}/cascade"))) == {cast.dong_sen.pk, cast.school.pk}
    assert set(states(Desk(cast, cast.hanh).get(f"/{sent.pk}/cascade"))) == {cast.school.pk}
    for person in (cast.quang, cast.lan, cast.hoa, cast.tu):
        for door in ("cascade", "cascade/nodes", "cascade/calls", "cascade/export"):
            Desk(cast, person).get(f"/{sent.pk}/{door}", status=404)
    # One's own seat is all that one sees, whatever one asks for.
    Desk(cast, cast.hanh).get(f"/{sent.pk}/cascade?org={cast.dong_sen.pk}")
    assert set(states(Desk(cast, cast.hanh).get(f"/{sent.pk}/cascade?org={cast.so.pk}"))) == {cast.school.pk}
    Desk(cast, cast.phuc).get(f"/{sent.pk}/cascade?org={cast.tan_son.pk}", status=404)
    ordinary = direct(cast.son, cast.so, wants_carrying_out=False)
    Desk(cast, cast.son).get(f"/{ordinary.pk}/cascade", status=404)


def test_an_author_who_left_sees_numbers_and_nobody(cast: Cast) -> None:
    sent = direct(cast.son, cast.so)
    son = Desk(cast, cast.son)
    Role.objects.filter(person=cast.son).update(role="counselor")
    rows = son.get(f"/{sent.pk}/cascade/nodes")["nodes"]
    assert [row["people"] for row in rows] == [[], []]
    assert son.get(f"/{sent.pk}/cascade")["audience"] is None


def test_rows_are_filtered_and_paged(cast: Cast) -> None:
    schools = add_schools(cast, 7)
    sent = direct(cast.son, cast.so)
    son = Desk(cast, cast.son)
    acknowledge(Desk(cast, cast.hanh), sent)
    acknowledge(Desk(cast, schools[0][1]), sent)

    def units(query: str) -> list[int]:
        return [row["unit"]["id"] for row in son.get(f"/{sent.pk}/cascade/nodes?{query}")["nodes"]]

    assert units("state=confirmed") == [cast.school.pk, schools[0][0].pk]
    assert units(f"state=silent&org={cast.tan_son.pk}") == [school.pk for school, _head in schools[1:]]
    assert units("level=thcs") == [cast.school.pk]
    assert units("q=dong%20sen&state=confirmed") == [cast.school.pk]
    assert len(units("level=tieu_hoc")) == 8
    first = son.get(f"/{sent.pk}/cascade/nodes?limit=4")
    assert (first["count"], first["complete"], len(first["nodes"])) == (9, False, 4)
    # The last of the page matches no more: the next page begins behind it all the same.
    acknowledge(Desk(cast, schools[1][1]), sent)
    rest = units(f"limit=9&after={first['after']}")
    assert [row["unit"]["id"] for row in first["nodes"]] + rest == units("limit=99")
    for wrong in ("state=gone", "level=x", "after=999999", "org=x"):
        son.get(f"/{sent.pk}/cascade/nodes?{wrong}", status=400)


def test_the_call_list_is_exactly_the_silent_with_their_telephones(cast: Cast) -> None:
    sent = direct(cast.son, cast.so, urgency="hoa_toc")
    Person.objects.filter(pk=cast.hanh.pk).update(phone="0912345678", position="Hiệu trưởng")
    son = Desk(cast, cast.son)
    early = son.get(f"/{sent.pk}/cascade/calls")
    assert (early["nodes"], early["count"]) == ([], 0)
    long_ago(sent, minutes=19)
    assert son.get(f"/{sent.pk}/cascade/calls")["count"] == 0
    long_ago(sent, minutes=20.1)
    acknowledge(Desk(cast, cast.phuc), sent)
    (row,) = son.get(f"/{sent.pk}/cascade/calls")["nodes"]
    assert [(one["id"], one["as"], one["phone"], one["seen_at"]) for one in row["people"]] == [
        (cast.hanh.pk, "owner", "0912345678", None),
        (cast.thu.pk, "office", None, None),
    ]
    called = {"client_contact_id": str(uuid.uuid4()), "person": cast.hanh.pk, "channel": "call", "note": "Sai số"}
    son.post(f"/{sent.pk}/reach/contacts", called, status=201)
    (row,) = son.get(f"/{sent.pk}/cascade/calls")["nodes"]
    assert [(one["channel"], one["note"], one["is_own"]) for one in row["contacts"]] == [("call", "Sai số", True)]
    acknowledge(Desk(cast, cast.thu), sent)
    assert son.get(f"/{sent.pk}/cascade/calls")["count"] == 0


def test_less_urgent_ones_are_called_when_their_time_is_over(cast: Cast) -> None:
    son = Desk(cast, cast.son)
    ordinary = direct(cast.son, cast.so)
    long_ago(ordinary, minutes=9999)
    assert son.get(f"/{ordinary.pk}/cascade/calls")["calls_from"] is None
    until = (timezone.now() + dt.timedelta(hours=1)).isoformat()
    with_limit = direct(cast.son, cast.so, acknowledge_by=until)
    assert son.get(f"/{with_limit.pk}/cascade/calls")["count"] == 0
    Broadcast.objects.filter(pk=with_limit.pk).update(acknowledge_by=timezone.now() - dt.timedelta(seconds=1))
    assert son.get(f"/{with_limit.pk}/cascade/calls")["count"] == 2


def test_the_file_is_the_list_and_is_noted(cast: Cast) -> None:
    sent = direct(cast.son, cast.so)
    acknowledge(Desk(cast, cast.hanh), sent)
    son = Desk(cast, cast.son)
    answer = son.client.get(f"/api/broadcasts/{sent.pk}/cascade/export?state=confirmed&q=sen")
    text = async_to_sync(gathered)(answer).decode("utf-8-sig")
    header, *lines = csv.reader(io.StringIO(text))
    assert len(lines) == 1
    line = dict(zip(header, lines[0], strict=True))
    assert line["Đơn vị"] == cast.school.name
    assert line["Trạng thái"] == "đã xác nhận"
    assert cast.hanh.name in line["Người liên hệ và điện thoại"]
    noted = AuditLine.objects.get(act="cascade.export")
    assert noted.subject == f"broadcast:{sent.pk}"
    assert noted.details == {"format": "csv", "org": None, "state": ["confirmed"], "words": 1}
    son.get(f"/{sent.pk}/cascade/export?format=exe", status=400)


def test_a_thousand_units_cost_what_ten_do(cast: Cast) -> None:
    counts = []
    son = Desk(cast, cast.son)
    for start in (0, 40):
        add_schools(cast, 40, start=start)
        sent = direct(cast.son, cast.so, urgency="hoa_toc")
        long_ago(sent, minutes=30)
        acknowledge(Desk(cast, cast.hanh), sent)
        for door in ("cascade", "cascade/nodes?limit=100", "cascade/calls?limit=100"):
            with CaptureQueriesContext(connection) as queries:
                son.get(f"/{sent.pk}/{door}")
            counts.append(len(queries))
    assert counts[:3] == counts[3:]
    assert max(counts) <= 26


def test_watchers_learn_of_what_is_taken_back_too(cast: Cast) -> None:
    sent = direct(cast.son, cast.so)
    hanh = Desk(cast, cast.hanh)
    acknowledge(hanh, sent)
    watch(sent)
    before = [facts_of(sent.pk)]
    path = f"/{sent.pk}/nodes/{cast.school.pk}"
    for act, body in (("complete", {"note": "Xong"}), ("reopen", None)):
        hanh.post(f"{path}/{act}", body)
        before.append(facts_of(sent.pk))
    assert before == sorted(set(before))
    assert topic_of(sent.pk) == f"broadcast.{sent.pk}"
    assert node_of(sent, cast.school).changes == 3
