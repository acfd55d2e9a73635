"""Denies over REST: for those who answer for the people concerned; whom they concern learns only that access ended."""

import datetime as dt
from typing import Any

import pytest

from registry.models import LocalOverride
from registry.selectors import today
from tests.cast import Cast
from tests.rights.conftest import REASON, Deny
from tests.rooms.conftest import guardians_room
from tests.rooms.test_threads import become_guardian

LATER = (dt.date(2099, 1, 1)).isoformat()


def asked(cast: Cast, **more: Any) -> dict[str, Any]:
    return {"person": cast.dung.pk, "student": cast.binh.pk, "reason": REASON, "review_on": LATER} | more


def test_the_head_denies_and_the_org_above_finds_it_at_once(cast: Cast, browser: Any) -> None:
    answer = browser(cast.hanh).post("denies", **asked(cast))
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["person"], made["student"], made["org"]) == (
        {"id": cast.dung.pk, "name": cast.dung.name},
        {"id": cast.binh.pk, "name": cast.binh.name},
        None,
    )
    assert (made["reason"], made["made_by"]["id"], made["is_standing"]) == (REASON, cast.hanh.pk, True)
    for head in (cast.hanh, cast.thu, cast.phuc, cast.son):
        assert browser(head).get("denies") == {"denies": [made], "complete": True}
    assert browser(cast.dung).ask("get", f"rooms/{guardians_room(cast.class_7a).pk}").status_code == 404
    again = browser(cast.hanh).post("denies", **asked(cast))
    assert (again.status_code, again.json()) == (201, made)


def test_the_outsider_finds_nothing_and_can_do_nothing(cast: Cast, browser: Any, deny: Deny) -> None:
    made = deny(cast.dung, student=cast.binh)
    for outsider in (cast.quang, cast.lan, cast.hoa, cast.an, cast.tu):
        assert browser(outsider).get("denies") == {"denies": [], "complete": True}
        assert browser(outsider).post(f"denies/{made.pk}/end", reason="x").status_code == 404
        for body in (asked(cast), asked(cast, student=None, org=cast.school.pk), asked(cast, student=None)):
            assert browser(outsider).post("denies", **body).status_code == 404
    assert LocalOverride.objects.get().ended_at is None


def test_who_is_not_there_and_who_is_elsewhere_look_the_same(cast: Cast, browser: Any) -> None:
    answers = {
        browser(cast.hanh).post("denies", **asked(cast, **other)).content
        for other in (
            {"person": 10**9},
            {"student": 10**9},
            {"student": cast.khanh.pk},
            {"person": cast.van.pk},
            {"student": None, "org": 10**9},
            {"student": None, "org": cast.other_school.pk},
        )
    }
    assert len(answers) == 1
    assert b"not_found" in answers.pop()


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": ""},
        {"reason": "x" * 501},
        {"review_on": None},
        {"review_on": "2020-01-01"},
        {"until": "2020-01-01"},
        {"until": today().isoformat()},
        {"org": 1},
        {"person": 0},
        {"person": 2**64},
        {"maker": 1},
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_denied(cast: Cast, browser: Any, wrong: dict[str, Any]) -> None:
    answer = browser(cast.hanh).post("denies", **asked(cast, **wrong))
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_input")
    assert not LocalOverride.objects.exists()


def test_one_does_not_decide_about_oneself(cast: Cast, browser: Any) -> None:
    answer = browser(cast.hanh).post("denies", **asked(cast, person=cast.hanh.pk, student=None, org=cast.school.pk))
    assert (answer.status_code, answer.json()["code"]) == (403, "decided_above")


def test_it_is_ended_with_a_reason_and_stays_in_the_list(cast: Cast, browser: Any, deny: Deny) -> None:
    made = deny(cast.dung, student=cast.binh)
    assert browser(cast.thu).post(f"denies/{made.pk}/end").status_code == 400
    answer = browser(cast.thu).post(f"denies/{made.pk}/end", reason="Tòa đã hủy")
    assert answer.status_code == 200
    told = answer.json()
    assert (told["ended_by"]["id"], told["end_reason"], told["is_standing"]) == (cast.thu.pk, "Tòa đã hủy", False)
    assert browser(cast.hanh).get("denies")["denies"] == [told]
    assert browser(cast.dung).get(f"rooms/{guardians_room(cast.class_7a).pk}")["seat"] == "guardian"


def test_pages_of_denies(cast: Cast, browser: Any, deny: Deny) -> None:
    made = [deny(cast.dung, student=cast.binh, days=days).pk for days in (1, 2, 3)]
    first = browser(cast.hanh).get("denies?limit=2")
    assert ([one["id"] for one in first["denies"]], first["complete"]) == (made[:0:-1], False)
    rest = browser(cast.hanh).get(f"denies?before={made[1]}")
    assert ([one["id"] for one in rest["denies"]], rest["complete"]) == (made[:1], True)


def test_whom_it_concerns_learns_only_that_access_ended(cast: Cast, browser: Any, deny: Deny) -> None:
    become_guardian(cast, cast.dung, cast.chi)
    dung = browser(cast.dung)
    room = guardians_room(cast.class_7a)
    before = {path: dung.ask("get", path).status_code for path in ("me", "rooms", "sync", f"rooms/{room.pk}")}
    assert before[f"rooms/{room.pk}"] == 200
    never_there = dung.ask("get", "rooms/987654").content
    deny(cast.dung, student=cast.binh)
    told = b""
    for path in ("me", "rooms", "rooms/contacts", "broadcasts", "denies", f"rooms/{room.pk}/messages"):
        told += dung.ask("get", path).content
    told += dung.say(room, "Tôi vẫn còn đây").content
    assert dung.ask("get", f"rooms/{room.pk}").content == never_there
    for secret in (REASON, cast.hanh.name, cast.binh.name, "deny", "Bình"):
        assert secret.encode() not in told.replace(b'"denies":[]', b"")
    # A child is left: the person is not signed out.
    assert dung.get("me")["children"][0]["name"] == cast.chi.name


def test_without_any_right_left_one_is_signed_out_and_told_no_more_than_anybody(
    cast: Cast, browser: Any, deny: Deny
) -> None:
    lan = browser(cast.lan)
    assert lan.get("me")["person"]["id"] == cast.lan.pk
    deny(cast.lan, org=cast.school)
    answer = lan.ask("get", "me")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


def test_denies_cost_the_same_queries_for_one_and_for_many(
    cast: Cast, browser: Any, deny: Deny, django_assert_max_num_queries: Any
) -> None:
    hanh = browser(cast.hanh)
    for days in range(1, 12):
        deny(cast.dung, student=cast.binh, days=days)
    with django_assert_max_num_queries(6):
        assert len(hanh.get("denies")["denies"]) == 11
