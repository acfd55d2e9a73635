"""What an org's audience can be narrowed by, with how many; only for those who may send there."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from broadcasts.audiences import audience_named
from broadcasts.choices import choices_in
from registry.models import SchoolClass
from tests.broadcasts.audiences.conftest import Ask, reach
from tests.broadcasts.audiences.town import Town
from tests.broadcasts.test_publishing import crowd
from tests.cast import Cast


def test_the_levels_grades_classes_and_languages_of_a_school(town: Town, ask: Ask) -> None:
    cast = town.cast
    told = ask(cast.hanh, "GET", f"/audiences?org={cast.school.pk}")
    assert [org["org"]["id"] for org in told["orgs"]] == [cast.school.pk]
    assert told["classes"] == []
    choices = told["choices"]
    # Whose grade nobody can read counts for both levels of the school, and for no grade.
    assert choices["levels"] == [
        {"level": "tieu_hoc", "schools": 1, "pupils": 2},
        {"level": "thcs", "schools": 1, "pupils": 4},
    ]
    assert choices["grades"] == [
        {"grade": 3, "pupils": 1},
        {"grade": 6, "pupils": 1},
        {"grade": 7, "pupils": 2},
    ]
    assert [(one["title"], one["pupils"]) for one in choices["classes"]] == [("3A", 1), ("6B", 1), ("7A", 3)]
    languages = {one["language"]: one["people"] for one in choices["languages"]}
    assert languages["en"] == 2
    assert languages["vi"] > languages["en"]


def test_of_the_department_every_level_and_no_classes(town: Town, ask: Ask) -> None:
    cast = town.cast
    choices = ask(cast.son, "GET", f"/audiences?org={cast.so.pk}")["choices"]
    assert [one["level"] for one in choices["levels"]] == ["mam_non", "tieu_hoc", "thcs", "thpt", "gdtx"]
    assert {one["level"]: one["schools"] for one in choices["levels"]}["thcs"] == 2
    assert choices["classes"] == []


def test_each_number_is_what_the_choice_would_leave(town: Town) -> None:
    cast = town.cast
    audience = audience_named("org", cast.so.pk)
    assert audience is not None
    there = choices_in(audience)
    for one in there.levels:
        left = reach(cast.so, cast.son, ["students"], levels=[one.level])
        of_age = {"mam_non": 0, "tieu_hoc": 0}.get(one.level)
        assert left.people == of_age if of_age is not None else left.people <= one.pupils
    for grade, pupils in there.grades:
        if grade >= 6:
            assert reach(cast.so, cast.son, ["students"], grades=[grade]).people == pupils


def test_a_school_without_homerooms_names_the_classes_it_has(town: Town, ask: Ask) -> None:
    cast = town.cast
    SchoolClass.objects.filter(school=cast.school, class_type="homeroom").update(ends_on="2021-01-01")
    choices = ask(cast.hanh, "GET", f"/audiences?org={cast.school.pk}")["choices"]
    assert [one["title"] for one in choices["classes"]] == ["Toán 7"]


def test_strangers_are_told_nothing(town: Town, ask: Ask) -> None:
    cast = town.cast
    for stranger, org in (
        (cast.quang, cast.school.pk),
        (cast.quang, cast.other_school.pk),
        (cast.hoa, cast.school.pk),
        (cast.tu, cast.so.pk),
        (cast.hanh, cast.so.pk),
        (cast.hanh, 987654),
    ):
        assert ask(stranger, "GET", f"/audiences?org={org}", status=403)["code"] == "not_your_audience"
    assert ask(cast.hanh, "GET", "/audiences?org=x", status=400)["facts"]["field"] == "org"


@pytest.mark.parametrize("slug", ["so", "school"])
def test_as_many_statements_for_five_hundred_as_for_ten(cast: Cast, slug: str) -> None:
    audience = audience_named("org", getattr(cast, slug).pk)
    assert audience is not None

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            choices_in(audience)
        return len(captured)

    few = statements()
    crowd(cast, 250)
    assert statements() == few <= 3
