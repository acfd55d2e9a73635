"""Finding people: without tones, by part, class and unit; for those who speak for an org, and only the people of it."""

from typing import Any

import pytest

from chatserver.people import policy
from realtime.polling import Pace
from registry.models import Enrolment, GuardianLink, Person, Role
from tests.cast import Cast
from tests.invariants.test_query_counts import cost, fill
from tests.people.conftest import MAIL, PHONE, names
from tests.rights.conftest import Deny


def test_a_name_is_found_without_tones_and_in_any_order(cast: Cast, browser: Any) -> None:
    for words in ("hoa", "Pham Thi Hoa", "HOA PHẠM", "hoa  thi"):
        assert names(browser(cast.thu).get(f"people?q={words}")) == [cast.hoa.name], words
    assert names(browser(cast.thu).get("people?q=do thi hanh")) == [cast.hanh.name]
    assert names(browser(cast.thu).get("people?q=khong ai ca")) == []


def test_least_is_told_of_whom_was_found(cast: Cast, browser: Any) -> None:
    cast.account(cast.hoa)
    [hoa] = browser(cast.thu).get("people?q=hoa")["people"]
    school = {"id": cast.school.pk, "name": cast.school.name, "type": "school", "level": "th_thcs"}
    assert hoa == {
        "id": cast.hoa.pk,
        "name": cast.hoa.name,
        "position": "",
        "roles": [{"role": "guardian", "org": school}],
        "classes": [],
        "children": [
            {
                "id": child.pk,
                "given_name": child.given_name,
                "classes": [{"id": its.pk, "title": its.title, "role": "student", "is_primary": False}],
            }
            for child, its in ((cast.an, cast.class_7a), (cast.chi, cast.class_6b))
        ],
        "is_activated": True,
    }
    [lan] = browser(cast.thu).get("people?q=lan")["people"]
    assert lan["classes"] == [{"id": cast.class_7a.pk, "title": "7A", "role": "teacher", "is_primary": True}]
    assert lan["is_activated"] is False


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("role=student", {"an", "binh", "chi"}),
        ("role=guardian", {"hoa", "dung"}),
        ("role=teacher", {"lan", "minh", "mai"}),
        ("role=staff", {"hanh", "thu"}),
        ("class={class_7a}", {"lan", "minh", "an", "binh", "hoa", "dung"}),
        ("class={class_7a}&role=guardian", {"hoa", "dung"}),
        ("class={class_7a}&role=student", {"an", "binh"}),
        ("class={class_6b}&role=teacher", {"mai"}),
        ("org={school}&q=tr", {"an", "chi"}),
    ],
)
def test_by_part_class_and_unit(cast: Cast, browser: Any, asked: str, found: set[str]) -> None:
    ids = {"class_7a": cast.class_7a.pk, "class_6b": cast.class_6b.pk, "school": cast.school.pk}
    answer = browser(cast.hanh).get(f"people?{asked.format(**ids)}")
    assert set(names(answer)) == {cast.people()[name].name for name in found}


def test_everybody_of_a_school_stands_by_given_name_page_after_page(cast: Cast, browser: Any) -> None:
    whole = browser(cast.thu).get("people?limit=50")
    assert whole["complete"]
    assert len(whole["people"]) == 10
    given = [name.split()[-1] for name in names(whole)]
    assert (given[:4], given[-1]) == (["An", "Bình", "Chi", "Dũng"], "Thu")
    paged, after = [], ""
    while True:
        page = browser(cast.thu).get(f"people?limit=3{after}")
        paged += names(page)
        if page["complete"]:
            break
        after = f"&after={page['people'][-1]['id']}"
    assert paged == names(whole)


def test_above_a_school_somebody_is_named(cast: Cast, browser: Any) -> None:
    for officer in (cast.son, cast.phuc):
        for asked in ("", "?q=a", "?role=student"):
            assert browser(officer).get(f"people{asked}") == {"people": [], "complete": True, "wants_name": True}
        assert names(browser(officer).get("people?q=pham")) == [cast.hoa.name]
        assert len(browser(officer).get(f"people?org={cast.school.pk}")["people"]) == 10
        assert len(browser(officer).get(f"people?class={cast.class_7a.pk}")["people"]) == 6


def test_each_finds_the_people_of_their_own_orgs(cast: Cast, browser: Any, head_elsewhere: Person) -> None:
    assert names(browser(cast.son).get("people?q=ha gia khanh")) == [cast.khanh.name]
    assert names(browser(cast.thu).get("people?q=khanh")) == []
    assert names(browser(cast.phuc).get("people?q=khanh")) == []
    assert sorted(names(browser(head_elsewhere).get("people"))) == sorted(
        [cast.quang.name, cast.khanh.name, cast.van.name]
    )
    for asked in (f"org={cast.school.pk}", f"class={cast.class_7a.pk}", f"after={cast.hoa.pk}", "org=999999999"):
        assert browser(head_elsewhere).ask("get", f"people?{asked}").status_code == 404, asked


def test_who_speaks_for_nobody_finds_nobody(cast: Cast, browser: Any) -> None:
    for name in ("lan", "hoa", "an", "tu", "quang"):
        answer = browser(cast.people()[name]).ask("get", "people?q=hoa")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), name


def test_a_guardian_whose_role_stands_above_the_school_is_found_by_their_child(cast: Cast, browser: Any) -> None:
    Role.objects.filter(person=cast.hoa).update(org=cast.so)
    assert names(browser(cast.thu).get("people?q=hoa")) == [cast.hoa.name]
    GuardianLink.objects.filter(guardian=cast.hoa).update(state="unverified")
    assert names(browser(cast.thu).get("people?q=hoa")) == []


def test_whom_a_deny_keeps_out_is_still_found_and_who_left_is_not(cast: Cast, browser: Any, deny: Deny) -> None:
    deny(cast.lan, org=cast.school)
    assert names(browser(cast.hanh).get("people?q=lan&role=teacher")) == [cast.lan.name]
    Role.objects.filter(person=cast.lan).update(ends_on="2020-01-01")
    assert names(browser(cast.hanh).get("people?q=nguyen thi lan")) == []


@pytest.mark.usefixtures("reachable")
def test_no_answer_holds_a_telephone_number_or_an_address(cast: Cast, browser: Any) -> None:
    told = browser(cast.thu).ask("get", "people?limit=50").content.decode()
    assert cast.hoa.name in told
    assert PHONE not in told
    assert MAIL not in told


def test_floods_are_slowed_down(cast: Cast, browser: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "_pace", Pace(a_second=0.001, at_once=3))
    thu = browser(cast.thu)
    assert [thu.ask("get", "people?q=hoa").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = thu.ask("get", f"people/{cast.hoa.pk}")
    assert (refused.status_code, refused.json()["code"], refused.json()["retry"]) == (429, "too_fast", True)
    assert refused["Retry-After"]
    # Each has their own allowance.
    assert browser(cast.hanh).ask("get", "people?q=hoa").status_code == 200


@pytest.mark.parametrize("wrong", ["role=king", "org=0", "class=x", "limit=51", f"q={'x' * 101}"])
def test_what_is_wrong_is_named(cast: Cast, browser: Any, wrong: str) -> None:
    answer = browser(cast.thu).ask("get", f"people?{wrong}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_input")


def test_many_people_cost_the_same_queries_as_few(cast: Cast, browser: Any) -> None:
    thu = browser(cast.thu)
    few = cost(lambda: thu.get(f"people?class={cast.class_7a.pk}&limit=50"))
    fill(cast, 20)
    assert len(thu.get(f"people?class={cast.class_7a.pk}&limit=50")["people"]) == 46
    assert Enrolment.objects.count() > 20
    assert cost(lambda: thu.get(f"people?class={cast.class_7a.pk}&limit=50")) == few
