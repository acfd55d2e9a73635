"""Selections under a name: one's own, asked anew each time."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from broadcasts.models import Broadcast, SavedAudience
from broadcasts.saved import keeping
from registry.models import Org, Person
from registry.models import Role as RegistryRole
from tests.broadcasts.audiences.conftest import Ask
from tests.broadcasts.writing import publish
from tests.cast import Cast

PATH = "/saved-audiences"


def test_kept_listed_replaced_and_deleted(cast: Cast, ask: Ask) -> None:
    chosen = {"org": cast.school.pk, "grades": [6, 7]}
    kept = ask(cast.hanh, "POST", PATH, {"name": "  Khối 6\n và 7 ", "audience": chosen}, status=201)
    assert (kept["name"], kept["audience"], kept["title"]) == ("Khối 6 và 7", chosen, cast.school.name)
    assert kept["problem"] is None
    of_a_class = {"class": cast.class_7a.pk, "languages": ["en"]}
    ask(cast.hanh, "POST", PATH, {"name": "7A", "audience": of_a_class}, status=201)
    told = ask(cast.hanh, "GET", PATH)["audiences"]
    assert [one["name"] for one in told] == ["7A", "Khối 6 và 7"]
    assert told[0]["title"] == "7A · Trường TH&THCS Đồng Sen"
    again = ask(cast.hanh, "POST", PATH, {"name": "Khối 6 và 7", "audience": {"org": cast.school.pk}})
    assert (again["id"], again["audience"]) == (kept["id"], {"org": cast.school.pk})
    ask(cast.hanh, "DELETE", f"{PATH}/{kept['id']}", status=204)
    assert [one["name"] for one in ask(cast.hanh, "GET", PATH)["audiences"]] == ["7A"]
    assert ask(cast.hanh, "DELETE", f"{PATH}/{kept['id']}", status=404)["code"] == "not_found"


def test_each_person_has_their_own(cast: Cast, ask: Ask) -> None:
    body = {"name": "Cả trường", "audience": {"org": cast.school.pk}}
    mine = ask(cast.hanh, "POST", PATH, body, status=201)
    theirs = ask(cast.thu, "POST", PATH, body, status=201)
    assert mine["id"] != theirs["id"]
    for stranger in (cast.thu, cast.quang, cast.hoa):
        assert ask(stranger, "DELETE", f"{PATH}/{mine['id']}", status=404)["code"] == "not_found"
    assert ask(cast.quang, "GET", PATH) == {"audiences": []}
    assert SavedAudience.objects.count() == 2


def test_nobody_keeps_whom_they_may_not_send_to(cast: Cast, ask: Ask) -> None:
    of_the_sos = publish(cast.son, cast.so).pk
    for stranger, chosen in (
        (cast.quang, {"org": cast.school.pk}),
        (cast.quang, {"class": cast.class_7a.pk}),
        (cast.hanh, {"org": cast.so.pk}),
        (cast.hoa, {"class": cast.class_7a.pk}),
        (cast.hanh, {"org": 987654}),
        (cast.hanh, {"org": cast.school.pk, "unacknowledged": of_the_sos}),
    ):
        refusal = ask(stranger, "POST", PATH, {"name": "Nhóm", "audience": chosen}, status=403)
        assert refusal["code"] == "not_your_audience"
    assert not SavedAudience.objects.exists()


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"name": " ", "audience": {"org": 1}}, "empty", "name"),
        ({"name": "x" * 121, "audience": {"org": 1}}, "too_long", "name"),
        ({"name": "Nhóm", "audience": {}}, "bad_input", "audience"),
        ({"name": "Nhóm", "audience": {"org": 1, "class": 1}}, "bad_input", "audience"),
        ({"name": "Nhóm", "audience": {"org": 1, "grades": [0]}}, "bad_input", "audience"),
        ({"name": "Nhóm", "audience": {"org": 1, "levels": ["dai_hoc"]}}, "bad_input", "audience"),
        ({"name": "Nhóm", "audience": {"org": 1, "languages": ["fr"]}}, "bad_input", "audience"),
        ({"name": 7, "audience": {"org": 1}}, "bad_input", "name"),
        ({"audience": {"org": 1}}, "bad_input", "name"),
        ([], "bad_input", "body"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_its_field(cast: Cast, ask: Ask, body: object, code: str, field: str) -> None:
    refusal = ask(cast.son, "POST", PATH, body, status=400)
    assert (refusal["code"], refusal["facts"]["field"]) == (code, field)


def test_one_that_is_gone_or_no_longer_ones_own_says_so(cast: Cast, ask: Ask) -> None:
    def problems(person: Person) -> dict[str, str | None]:
        return {one["name"]: one["problem"] for one in ask(person, "GET", PATH)["audiences"]}

    of_the_sos = publish(cast.ha, cast.so)
    for name, chosen in (
        ("Xã", {"org": cast.tan_son.pk}),
        ("Sở", {"org": cast.so.pk}),
        ("Nhắc", {"org": cast.school.pk, "unacknowledged": of_the_sos.pk}),
    ):
        ask(cast.son, "POST", PATH, {"name": name, "audience": chosen}, status=201)
    assert problems(cast.son) == {"Xã": None, "Sở": None, "Nhắc": None}
    Org.objects.filter(pk=cast.tan_son.pk).update(valid_to="2021-01-01")
    assert problems(cast.son) == {"Xã": "not_your_audience", "Sở": None, "Nhắc": None}
    RegistryRole.objects.filter(person=cast.son).update(org=cast.dong_sen)
    assert problems(cast.son) == {"Xã": "not_your_audience", "Sở": "not_your_audience", "Nhắc": "not_your_audience"}


def test_nobody_keeps_too_many(cast: Cast, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST", 2)
    for name in ("Một", "Hai"):
        ask(cast.hanh, "POST", PATH, {"name": name, "audience": {"org": cast.school.pk}}, status=201)
    refusal = ask(cast.hanh, "POST", PATH, {"name": "Ba", "audience": {"org": cast.school.pk}}, status=409)
    assert refusal["code"] == "too_many_saved"
    assert refusal["detail"].startswith("Đã lưu đủ 2 nhóm")
    ask(cast.hanh, "POST", PATH, {"name": "Hai", "audience": {"org": cast.school.pk, "grades": [6]}})
    assert SavedAudience.objects.filter(owner=cast.hanh).count() == 2


def test_as_many_statements_for_forty_as_for_one(cast: Cast) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            keeping.saved_by(cast.hanh)
        return len(captured)

    notices = [publish(cast.hanh, to).pk for to in (cast.school, cast.class_7a, cast.class_6b)]

    def keep(number: int) -> None:
        base = {"org": cast.school.pk} if number % 2 else {"class": cast.class_7a.pk}
        chosen = base | {"unacknowledged": notices[number % 3]}
        SavedAudience.objects.create(owner=cast.hanh, name=f"Nhóm {number}", selection=chosen)

    keep(0)
    keep(1)
    few = statements()
    for number in range(2, 40):
        keep(number)
    assert statements() == few <= 8
    assert all(one.title for one in keeping.saved_by(cast.hanh))
    assert Broadcast.objects.count() == 3
