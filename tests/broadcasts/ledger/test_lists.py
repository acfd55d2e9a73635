"""Lists: filters that combine, pages that hold still, selections that mean the list, and the same list as a file."""

import csv
import io
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from openpyxl import load_workbook

from broadcasts import actions
from broadcasts.audiences import audience_for
from broadcasts.content import content_from
from broadcasts.foreseeing import foresee
from broadcasts.ledger import shapes
from broadcasts.models import Acknowledgement, Broadcast, Receipt
from broadcasts.selection import Selection
from registry.models import AuditLine, Org, Person
from tests.broadcasts.ledger.conftest import Ask, Log, sign_in
from tests.broadcasts.test_publishing import crowd
from tests.broadcasts.writing import draft, publish
from tests.cast import Cast


@pytest.fixture
def sent(cast: Cast) -> Broadcast:
    """A directive of the department to everybody."""
    return publish(cast.son, cast.so)


def names(told: Any) -> list[str]:
    """Who is in a page, in its order."""
    return [(one["student"] or one["person"])["name"] for one in told["subjects"]]


def test_filters_combine(cast: Cast, ask: Ask, log: Log, sent: Broadcast) -> None:
    actions.acknowledge(cast.hoa, sent.pk, students=[cast.an.pk])
    actions.record_delivered(
        cast.dung, [Receipt.objects.select_related("broadcast").get(person=cast.dung, broadcast=sent)]
    )
    sign_in(cast, cast.minh)
    log(cast.hanh, sent, cast.mai, is_adult=True)
    log(cast.hanh, sent, cast.mai, is_adult=True, channel="visit")

    def listed(filters: str) -> list[str]:
        told = ask(cast.hanh, f"/{sent.pk}/reach/subjects?{filters}")
        assert told.keys() == shapes.Subjects.__annotations__.keys()
        assert told["count"] == told["named"] == len(told["subjects"])
        return names(told)

    everybody = listed("")
    assert set(everybody) == {
        cast.an.name, cast.binh.name, cast.chi.name, cast.lan.name, cast.minh.name, cast.mai.name, cast.hanh.name,
        cast.thu.name,
    }  # fmt: skip
    # Hoa opened it for both of her children, and answered for one.
    assert listed("state=acknowledged") == [cast.an.name]
    assert listed("state=seen") == [cast.chi.name]
    assert listed("state=delivered&role=pupil") == [cast.binh.name]
    assert listed("state=contacted") == [cast.mai.name]
    assert set(listed("state=reached")) == {cast.an.name, cast.chi.name, cast.mai.name}
    assert set(listed("state=reached,delivered")) == set(listed("state=reached&state=delivered"))
    assert set(listed("state=unreached&role=adult")) == {cast.lan.name, cast.minh.name, cast.hanh.name, cast.thu.name}
    assert listed("reason=no_push") == [cast.minh.name]
    assert listed("reason=not_opened") == [cast.binh.name]
    assert cast.lan.name in listed("reason=no_account")
    assert listed("contact=call") == listed("contact=visit,slip") == listed("contact=any") == [cast.mai.name]
    assert cast.mai.name not in listed("contact=none")
    assert listed("grade=6") == [cast.chi.name]
    assert listed("grade=6,7&state=unreached") == [cast.binh.name]
    # A school of two levels: who teaches there is of both, pupils go by their grade.
    assert set(everybody) - set(listed("level=tieu_hoc")) == {cast.an.name, cast.binh.name, cast.chi.name}
    assert set(listed("level=thcs")) == set(everybody)
    assert listed("level=thpt") == []
    assert listed("q=binh") == listed("q=Bình gia") == [cast.binh.name]
    assert listed("q=%25") == listed("q=_") == []
    assert listed("state=unreached&role=pupil&level=thcs&q=le") == [cast.binh.name]


def test_counts_above_a_school_are_those_of_the_lists_below(cast: Cast, ask: Ask, log: Log, sent: Broadcast) -> None:
    actions.acknowledge(cast.hoa, sent.pk, students=[cast.an.pk])
    log(cast.hanh, sent, cast.mai, is_adult=True)
    for filters in ("", "state=reached", "reason=no_account&role=pupil", "grade=7", "level=thcs&state=waiting",
                    "contact=any", "contact=none", "contact=call,slip", "level=tieu_hoc", "role=adult"):  # fmt: skip
        above = ask(cast.ha, f"/{sent.pk}/reach/subjects?org={cast.dong_sen.pk}&{filters}")
        school = ask(cast.hanh, f"/{sent.pk}/reach/subjects?{filters}")
        office = ask(cast.phuc, f"/{sent.pk}/reach/subjects?q=phuc&{filters}")
        assert above["count"] == school["count"] + office["count"], filters
        adults = [one for one in school["subjects"] + office["subjects"] if one["person"]]
        assert sorted(names(above)) == sorted(one["person"]["name"] for one in adults)
        assert above["named"] == len(adults)


def test_pages_hold_still_while_states_change(cast: Cast, ask: Ask, log: Log) -> None:
    crowd(cast, 30)
    sent = publish(cast.son, cast.so, roles=["guardians"])
    path = f"/{sent.pk}/reach/subjects?class={cast.class_7a.pk}&state=unreached&limit=7"
    met: list[int] = []
    page = ask(cast.lan, path)
    whole = page["count"]
    while True:
        met += [one["student"]["id"] for one in page["subjects"]]
        if page["complete"]:
            break
        # Somebody of this page is told meanwhile, and so falls out of the list.
        log(cast.lan, sent, Person.objects.get(pk=met[-1]))
        page = ask(cast.lan, f"{path}&after={page['after']}")
    assert len(met) == len(set(met)) == whole > 20
    given = [Person.objects.get(pk=pk).given_name for pk in met]
    assert given == sorted(given)
    assert page["after"] is None


def test_a_list_becomes_an_audience(cast: Cast, ask: Ask, log: Log, sent: Broadcast) -> None:
    log(cast.hanh, sent, cast.an)
    actions.record_read(cast.dung, sent.pk)

    def meant(who: Person, place: str, filters: str) -> Any:
        return ask(who, f"/{sent.pk}/reach/subjects?{place}&{filters}")

    told = meant(cast.hanh, "", "state=unreached&role=pupil")
    assert told["audience"] == {"org": cast.school.pk, "unreached": sent.pk}
    assert told["roles"] == ["guardians", "students"]
    assert names(told) == [cast.chi.name]
    content = content_from(draft(cast.school, audience=told["audience"], roles=told["roles"]))
    # Her mother has it for her; An's mother was told by telephone, Bình's father opened it.
    assert foresee(cast.hanh, content).reach.by_role == {"guardians": 1, "students": 1, "teachers": 0, "staff": 0}
    narrowed = meant(cast.son, "", "state=unreached&level=thcs&grade=6")
    assert narrowed["audience"] == {"org": cast.so.pk, "levels": ["thcs"], "grades": [6], "unreached": sent.pk}
    states = "state=seen,contacted,delivered,waiting"
    # Who has not acknowledged is told to those who oversee the notice: its own units know it from the list.
    assert meant(cast.son, "", states)["audience"] == {"org": cast.so.pk, "unacknowledged": sent.pk}
    assert meant(cast.hanh, "", states)["audience"] is None
    assert meant(cast.lan, "", "state=waiting,delivered")["audience"] == {
        "class": cast.class_7a.pk,
        "unreached": sent.pk,
    }
    for filters in (
        "",
        "state=seen",
        "state=unreached&q=a",
        "state=unreached&contact=none",
        "state=unreached&reason=no_push",
    ):
        assert meant(cast.hanh, "", filters)["audience"] is None
    # Who may not send to that class gets no audience either.
    assert meant(cast.phuc, f"class={cast.class_7a.pk}", "state=unreached")["audience"] is None


def test_whom_a_notice_has_not_reached_is_asked_only_of_ones_own(cast: Cast, ask: Ask) -> None:
    of_org, of_class = publish(cast.son, cast.so), publish(cast.lan, cast.class_7a, roles=["guardians"])

    def preview(who: Person, to: dict[str, int], status: int = 200) -> Any:
        return ask(who, "/preview", draft(cast.so, audience=to), status=status)

    assert preview(cast.hanh, {"org": cast.school.pk, "unreached": of_org.pk})["people"] > 0
    # Colleagues are not in a class's lists, so nobody learns by a preview whether they opened it.
    actions.record_read(cast.hoa, of_org.pk)
    actions.record_read(cast.dung, of_org.pk)
    assert preview(cast.lan, {"class": cast.class_7a.pk, "unreached": of_org.pk})["people"] == 0
    assert preview(cast.lan, {"class": cast.class_7a.pk, "unreached": of_class.pk})["people"] == 2
    for who, to, notice in (
        (cast.quang, {"class": cast.class_7a.pk}, of_org),
        (cast.son, {"org": cast.school.pk}, of_class),
        (cast.phuc, {"org": cast.tan_son.pk}, of_org),
    ):
        assert preview(who, {**to, "unreached": notice.pk}, 403)["code"] == "not_your_audience"
    assert preview(cast.son, {"org": cast.so.pk, "unreached": 999999}, 403)["code"] == "not_your_audience"


def test_unreached_is_exactly_what_the_ledger_says(cast: Cast, ask: Ask, log: Log) -> None:
    crowd(cast, 12)
    sent = publish(cast.son, cast.so)
    people = list(Person.objects.filter(receipts__broadcast=sent).order_by("pk"))
    for person in people[::3]:
        actions.record_read(person, sent.pk)
    log(cast.hanh, sent, cast.an)
    log(cast.hanh, sent, cast.mai, is_adult=True)
    told = ask(cast.hanh, f"/{sent.pk}/reach/subjects?state=unreached&limit=100")
    wanted = {(one["student"] or one["person"])["id"] for one in told["subjects"]}
    assert told["complete"]
    audience = audience_for(Selection(org=cast.school.pk, unreached=sent.pk))
    assert audience is not None
    again = publish(cast.hanh, cast.school, audience={"org": cast.school.pk, "unreached": sent.pk})
    reasons = Acknowledgement.objects.filter(broadcast=again).values_list("person", "student")
    # Without herself: who sends is not asked whether they read it.
    assert {student or person for person, student in reasons} == wanted - {cast.hanh.pk}


@pytest.fixture
def head(cast: Cast) -> Client:
    """Hạnh's browser, whose own language is not hers."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(cast.account(cast.hanh), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def body_of(client: Client, path: str) -> bytes:
    """The file behind an address."""
    answer = client.get(f"/api/broadcasts{path}")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    return async_to_sync(gathered)(answer)


async def gathered(answer: Any) -> bytes:
    """A body that is made while it is sent."""
    return b"".join([piece async for piece in answer.streaming_content])


def test_the_list_as_a_file(cast: Cast, ask: Ask, log: Log, sent: Broadcast, head: Client) -> None:
    cast.binh.name = "=HYPERLINK(1)"
    cast.binh.save()
    cast.dung.phone = "+84 912 345 678"
    cast.dung.save()
    log(cast.hanh, sent, cast.binh, note="@nhà")
    path = f"/{sent.pk}/reach/export?role=pupil&grade=7&q=le"
    text = body_of(head, f"{path}&format=csv")
    assert text.startswith(b"\xef\xbb\xbf")
    header, line = csv.reader(io.StringIO(text.decode("utf-8-sig")))
    assert header[0] == "Đơn vị"
    told = dict(zip(header, line, strict=True))
    assert told["Họ và tên"] == "'=HYPERLINK(1)"
    assert (told["Đơn vị"], told["Trạng thái"], told["Số người"]) == (cast.school.name, "đã báo trực tiếp", "1")
    assert "+84 912 345 678" in told["Người liên hệ và điện thoại"]
    book = load_workbook(io.BytesIO(body_of(head, f"{path}&format=xlsx")))
    rows = [[cell.value for cell in row] for row in book.active.rows]
    assert rows[1][3] == "=HYPERLINK(1)"
    assert book.active.cell(2, 4).data_type == "s" or book.active.cell(2, 4).quotePrefix
    lines = AuditLine.objects.filter(act="reach.export").order_by("pk")
    assert [(line.actor_id, line.subject, line.details["format"]) for line in lines] == [
        (cast.hanh.pk, f"broadcast:{sent.pk}", "csv"),
        (cast.hanh.pk, f"broadcast:{sent.pk}", "xlsx"),
    ]
    # What was looked for is no id: it may be a name.
    assert "le" not in str(lines[0].details.values())
    assert lines[0].details["words"] == 1


def test_above_a_school_the_file_counts_pupils(cast: Cast, ask: Ask, sent: Broadcast) -> None:
    cast.account(cast.ha)
    client = Client()
    client.force_login(cast.account(cast.ha), backend="allauth.account.auth_backends.AuthenticationBackend")
    text = body_of(client, f"/{sent.pk}/reach/export?format=csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert sum(int(row["Số người"]) for row in rows) == ask(cast.ha, f"/{sent.pk}/reach")["totals"]["subjects"]
    assert cast.an.name not in text
    assert cast.quang.name in text
    assert {(row["Đơn vị"], row["Số người"]) for row in rows if not row["Họ và tên"]} == {
        (cast.school.name, "3"), (cast.other_school.name, "1"),
    }  # fmt: skip


def test_a_levels_pupils_in_an_office_are_none(cast: Cast, ask: Ask, sent: Broadcast) -> None:
    told = ask(cast.ha, f"/{sent.pk}/reach/subjects?level=thcs,tieu_hoc&role=adult")
    assert cast.phuc.name not in names(told)
    assert Org.objects.get(pk=told["subjects"][0]["unit"]["id"]).type == "school"
