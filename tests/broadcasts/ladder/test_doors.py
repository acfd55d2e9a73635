"""Who sees and changes the ladder of an org, and what is refused."""

from typing import Any

import pytest

from broadcasts.models import Ladder
from registry.models import AuditLine
from tests.broadcasts.drafts.desk import Desk
from tests.broadcasts.writing import publish
from tests.cast import Cast

PUSH_NOW = {"after": 0, "action": "push", "to": "all"}
FASTER = [PUSH_NOW, {"after": 15, "action": "push", "to": "silent"}]


def row(told: Any, urgency: str, side: str) -> Any:
    """One row of a ladder."""
    (found,) = [one for one in told["rows"] if (one["urgency"], one["side"]) == (urgency, side)]
    return found


def wanted(version: int = 0, **different: Any) -> dict[str, Any]:
    """A change."""
    return {"version": version, "rows": {}, "quiet": None, "locked": []} | different


@pytest.fixture(autouse=True)
def _night(settings) -> None:
    settings.QUIET_HOURS = "21:00-06:00"


def test_the_table_as_it_comes_is_told_with_its_times(cast: Cast) -> None:
    told = Desk(cast, cast.lan).get(f"/ladders/{cast.school.pk}?at=2026-10-06T23:00:00%2B07:00")
    assert told["org"]["id"] == cast.school.pk
    assert (told["version"], told["may_change"], told["channels"]) == (0, False, ["push"])
    assert (told["most_a_day"], told["digest_at"]) == (5, "19:00")
    assert told["quiet"] == {
        "begins": "21:00", "ends": "06:00", "set_by": None, "locked_by": None, "is_own": False, "is_locked": False,
    }  # fmt: skip
    assert len(told["rows"]) == 8
    families = row(told, "khan", "households")
    assert families["waits"]
    assert families["steps"] == [
        {"after": 0, "action": "push", "to": "all", "has_channel": True, "due_at": "2026-10-06T23:00:00Z"},
        {"after": 120, "action": "push", "to": "silent", "has_channel": True, "due_at": "2026-10-07T01:00:00Z"},
        {"after": 360, "action": "sms", "to": "silent", "has_channel": False, "due_at": "2026-10-07T05:00:00Z"},
    ]
    assert not row(told, "hoa_toc", "households")["waits"]


def test_an_org_decides_for_itself_and_below(cast: Cast) -> None:
    phuc, lan = Desk(cast, cast.phuc), Desk(cast, cast.lan)
    change = wanted(rows={"khan.staff": FASTER}, quiet={"begins": "20:30", "ends": "06:30"})
    told = phuc.put(f"/ladders/{cast.dong_sen.pk}", change)
    assert told["version"] == 1
    assert row(told, "khan", "staff")["is_own"]
    # The same again, whose answer was lost.
    assert phuc.put(f"/ladders/{cast.dong_sen.pk}", change)["version"] == 1

    below = lan.get(f"/ladders/{cast.school.pk}")
    assert [one["after"] for one in row(below, "khan", "staff")["steps"]] == [0, 15]
    assert row(below, "khan", "staff")["set_by"]["id"] == cast.dong_sen.pk
    assert (below["quiet"]["begins"], below["quiet"]["ends"]) == ("20:30", "06:30")
    # Nothing of it beside or above.
    assert row(Desk(cast, cast.quang).get(f"/ladders/{cast.other_school.pk}"), "khan", "staff")["set_by"] is None
    assert row(Desk(cast, cast.son).get(f"/ladders/{cast.so.pk}"), "khan", "staff")["set_by"] is None

    notice = publish(cast.hanh, cast.school, urgency="khan", roles=["staff", "teachers"])
    assert list(notice.rungs.order_by("after").values_list("after", flat=True)) == [0, 15]
    # The school decides otherwise, for itself; and takes it back.
    hanh = Desk(cast, cast.hanh)
    hanh.put(f"/ladders/{cast.school.pk}", wanted(rows={"khan.staff": [PUSH_NOW]}))
    assert [one["after"] for one in row(lan.get(f"/ladders/{cast.school.pk}"), "khan", "staff")["steps"]] == [0]
    hanh.put(f"/ladders/{cast.school.pk}", wanted(1))
    assert [one["after"] for one in row(lan.get(f"/ladders/{cast.school.pk}"), "khan", "staff")["steps"]] == [0, 15]


def test_a_level_above_locks(cast: Cast) -> None:
    son, hanh = Desk(cast, cast.son), Desk(cast, cast.hanh)
    hanh.put(f"/ladders/{cast.school.pk}", wanted(rows={"khan.staff": FASTER}))
    son.put(f"/ladders/{cast.so.pk}", wanted(locked=["khan.staff", "quiet"]))

    told = hanh.get(f"/ladders/{cast.school.pk}")
    assert row(told, "khan", "staff")["locked_by"]["id"] == cast.so.pk
    # What it had decided holds no longer.
    assert [one["after"] for one in row(told, "khan", "staff")["steps"]] == [0, 30, 120]
    assert told["quiet"]["locked_by"]["id"] == cast.so.pk
    other = [PUSH_NOW, {"after": 5, "action": "push", "to": "silent"}]
    refused = hanh.put(f"/ladders/{cast.school.pk}", wanted(1, rows={"khan.staff": other}), status=409)
    assert (refused["code"], refused["facts"]) == ("ladder_locked", {"row": "khan.staff"})
    refused = hanh.put(f"/ladders/{cast.school.pk}", wanted(1, quiet={"begins": "22:00", "ends": "05:00"}), status=409)
    assert refused["facts"] == {"row": "quiet"}
    # Beside what is locked it may change what it likes.
    hanh.put(f"/ladders/{cast.school.pk}", wanted(1, rows={"khan.staff": FASTER, "khan.households": FASTER}))
    assert row(hanh.get(f"/ladders/{cast.school.pk}"), "khan", "households")["is_own"]


def test_hoa_toc_is_never_weaker_and_what_is_no_ladder_is_refused(cast: Cast) -> None:
    son = Desk(cast, cast.son)
    path = f"/ladders/{cast.so.pk}"
    refused = son.put(path, wanted(rows={"hoa_toc.households": FASTER}), status=400)
    assert refused["code"] == "ladder_too_weak"
    assert refused["detail"].startswith("“Hỏa tốc”")
    assert son.put(path, wanted(rows={"khan.staff": []}), status=400)["code"] == "not_a_ladder"
    for quiet in ({"begins": "18:00", "ends": "06:00"}, {"begins": "21:00", "ends": "11:00"}):
        assert son.put(path, wanted(quiet=quiet), status=400)["code"] == "quiet_not_possible"
    for wrong in (
        wanted(rows={"gap.staff": FASTER}),
        wanted(locked=["khan"]),
        wanted(quiet={"begins": "x", "ends": "06:00"}),
        wanted(rows={"khan.staff": [{"after": -1, "action": "push"}]}),
        {"rows": {}},
    ):
        assert son.put(path, wrong, status=400)["code"] == "bad_input"
    assert son.get(f"{path}?at=gestern", status=400)["code"] == "bad_input"
    assert not Ladder.objects.exists()


def test_two_at_once_do_not_overwrite_each_other(cast: Cast) -> None:
    son, ha = Desk(cast, cast.son), Desk(cast, cast.ha)
    son.put(f"/ladders/{cast.so.pk}", wanted(rows={"khan.staff": FASTER}))
    refused = ha.put(f"/ladders/{cast.so.pk}", wanted(rows={"khan.households": FASTER}), status=409)
    assert (refused["code"], refused["facts"]) == ("changed_elsewhere", {"version": 1})


def test_strangers_and_those_below_change_nothing(cast: Cast) -> None:
    change = wanted(rows={"khan.staff": FASTER})
    for person, org in (
        (cast.quang, cast.school), (cast.lan, cast.school), (cast.hoa, cast.school), (cast.an, cast.school),
        (cast.hanh, cast.dong_sen), (cast.phuc, cast.so), (cast.tu, cast.so), (cast.phuc, cast.other_school),
    ):  # fmt: skip
        assert Desk(cast, person).put(f"/ladders/{org.pk}", change, status=404)["code"] == "not_found"
    for person, org in (
        (cast.quang, cast.school), (cast.hoa, cast.school), (cast.an, cast.school), (cast.tu, cast.so),
        (cast.hanh, cast.dong_sen), (cast.lan, cast.so),
    ):  # fmt: skip
        assert Desk(cast, person).get(f"/ladders/{org.pk}", 404)["code"] == "not_found"
    Desk(cast, cast.son).get("/ladders/999999999", 404)
    assert not Ladder.objects.exists()


def test_it_wants_the_second_factor_and_is_written_down(cast: Cast) -> None:
    stale = Desk(cast, cast.son, minutes_ago=6)
    change = wanted(rows={"khan.staff": FASTER})
    assert stale.put(f"/ladders/{cast.so.pk}", change, status=403)["code"] == "confirm_again"
    Desk(cast, cast.son).put(f"/ladders/{cast.so.pk}", change)
    line = AuditLine.objects.get(act="ladder.change")
    assert (line.actor, line.subject) == (cast.son, f"org:{cast.so.pk}")
    assert list(line.details["rows"]) == ["khan.staff"]


def test_who_sees_how_far_a_notice_got_sees_its_rungs(cast: Cast, settings) -> None:
    settings.QUIET_HOURS = ""
    notice = publish(cast.hanh, cast.school, urgency="khan")
    told = Desk(cast, cast.phuc).get(f"/{notice.pk}/rungs")
    assert [(one["side"], one["action"], one["after"], one["state"]) for one in told["rungs"]] == [
        ("households", "push", 0, "next"),
        ("staff", "push", 0, "next"),
        ("staff", "push", 30, "waiting"),
        ("households", "push", 120, "waiting"),
        ("staff", "sms", 120, "no_channel"),
        ("households", "sms", 360, "no_channel"),
    ]
    assert (told["ends_at"], told["in_digest"]) == (None, 0)
    for person in (cast.quang, cast.hoa, cast.lan):
        assert Desk(cast, person).get(f"/{notice.pk}/rungs", 404)["code"] == "not_found"


def test_an_end_that_is_no_end_is_refused(cast: Cast) -> None:
    son = Desk(cast, cast.son)
    kept = son.keep(cast.so, urgency="khan", ends_at="2020-01-01T00:00:00Z")
    refused = son.submit(kept, status=400)
    assert (refused["code"], refused["facts"]) == ("time_not_possible", {"field": "ends_at"})
