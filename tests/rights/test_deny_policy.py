"""Who may deny, and never whom it concerns: then it is the org above (decision 22)."""

import datetime as dt

import pytest

from registry import overrides
from registry.models import Org, OrgClosure, OrgParent, Person, PersonLink, Role
from registry.override_policy import visible_to
from registry.overrides import ConcernsYou, NotYours
from registry.selectors import today
from tests.cast import Cast
from tests.rights.conftest import REASON, Deny
from tests.rooms.test_threads import become_guardian


def outcome(deny: Deny, person: Person, **how: object) -> str:
    """ "made", or the name of the refusal; an earlier deny is taken away, so that nobody is refused for it."""
    try:
        made = deny(person, **how)
    except (NotYours, ConcernsYou) as refused:
        return type(refused).__name__
    made.delete()
    return "made"


def test_a_guardian_is_denied_by_the_childs_school_or_above_and_by_nobody_else(cast: Cast, deny: Deny) -> None:
    may = {"hanh", "thu", "phuc", "son", "ha"}
    for name, by in cast.people().items():
        expected = "made" if name in may else "NotYours"
        assert outcome(deny, cast.dung, student=cast.binh, by=by) == expected, name


def test_a_person_is_denied_by_heads_of_the_org_or_above_and_by_no_clerk(cast: Cast, deny: Deny) -> None:
    may = {"hanh", "phuc", "son", "ha"}
    for name, by in cast.people().items():
        expected = "made" if name in may else "NotYours"
        assert outcome(deny, cast.lan, org=cast.school, by=by) == expected, name


def test_everywhere_needs_somebody_above_everything_that_the_person_is(cast: Cast, deny: Deny) -> None:
    assert outcome(deny, cast.lan, by=cast.hanh) == "made"
    Role.objects.create(
        source=cast.source,
        sourced_id="second",
        person=cast.lan,
        org=cast.other_school,
        role="teacher",
        is_primary=False,
    )
    assert outcome(deny, cast.lan, by=cast.hanh) == "NotYours"
    assert outcome(deny, cast.lan, by=cast.son) == "made"


def test_a_head_of_another_school_finds_no_such_pupil(cast: Cast, deny: Deny) -> None:
    Role.objects.filter(person=cast.quang).update(role="principal")
    assert outcome(deny, cast.dung, student=cast.binh, by=cast.quang) == "NotYours"
    assert outcome(deny, cast.lan, org=cast.school, by=cast.quang) == "NotYours"
    # Nor may a stranger's number be tried out on one's own pupil or org.
    assert outcome(deny, cast.lan, student=cast.khanh, by=cast.quang) == "NotYours"
    assert outcome(deny, cast.lan, org=cast.other_school, by=cast.quang) == "NotYours"


def test_nobody_decides_about_themselves(cast: Cast, deny: Deny) -> None:
    assert outcome(deny, cast.hanh, org=cast.school, by=cast.hanh) == "ConcernsYou"
    assert outcome(deny, cast.hanh, org=cast.school, by=cast.phuc) == "made"


def test_nobody_decides_about_their_own_child(cast: Cast, deny: Deny) -> None:
    """Neither against the other parent, nor in one's own favour, nor by another record of the same human."""
    become_guardian(cast, cast.hanh, cast.binh)
    assert outcome(deny, cast.dung, student=cast.binh, by=cast.hanh) == "ConcernsYou"
    # The clerk works under her: it is not for the clerk either.
    assert outcome(deny, cast.dung, student=cast.binh, by=cast.thu) == "ConcernsYou"
    assert outcome(deny, cast.dung, student=cast.binh, by=cast.phuc) == "made"


def test_the_linked_human_is_the_same_human(cast: Cast, deny: Deny) -> None:
    PersonLink.objects.create(one=cast.dung, other=cast.hanh, how="confirmed")
    assert outcome(deny, cast.dung, student=cast.binh, by=cast.hanh) == "ConcernsYou"
    assert outcome(deny, cast.dung, student=cast.binh, by=cast.thu) == "ConcernsYou"
    assert outcome(deny, cast.dung, student=cast.binh, by=cast.phuc) == "made"


def test_at_the_top_of_the_tree_a_colleague_decides(cast: Cast, deny: Deny) -> None:
    assert outcome(deny, cast.son, org=cast.so, by=cast.son) == "ConcernsYou"
    assert outcome(deny, cast.son, org=cast.so, by=cast.ha) == "made"
    ministry = Org.objects.create(source=cast.source, sourced_id="bo", name="Bộ", type="national")
    OrgParent.objects.create(org=cast.so, parent=ministry)
    OrgClosure.objects.create(ancestor=ministry, descendant=cast.so, depth=1)
    assert outcome(deny, cast.son, org=cast.so, by=cast.ha) == "ConcernsYou"


def test_what_was_denied_from_above_is_ended_from_above(cast: Cast, deny: Deny) -> None:
    made = deny(cast.dung, student=cast.binh, by=cast.phuc)
    for by in (cast.hanh, cast.thu, cast.quang, cast.dung):
        with pytest.raises(NotYours):
            overrides.end(made, by=cast.account(by), reason="Không cần nữa")
    assert overrides.end(made, by=cast.account(cast.son), reason="Tòa đã hủy").ended_at


def test_a_colleague_of_the_maker_may_end_it(cast: Cast, deny: Deny) -> None:
    made = deny(cast.dung, student=cast.binh, by=cast.hanh)
    assert overrides.end(made, by=cast.account(cast.thu), reason="Tòa đã hủy").ended_at


def test_those_who_speak_for_the_org_or_above_see_it_and_nobody_else(cast: Cast, deny: Deny) -> None:
    guardian = deny(cast.dung, student=cast.binh)
    person = deny(cast.lan, org=cast.school)
    everywhere = overrides.deny(
        cast.mai, by=cast.account(cast.hanh), reason=REASON, review_on=today() + dt.timedelta(days=90)
    )
    every = {guardian.pk, person.pk, everywhere.pk}
    seen = {name: set(visible_to(who).values_list("pk", flat=True)) for name, who in cast.people().items()}
    heads = dict.fromkeys(("hanh", "phuc", "son", "ha"), every)
    expected = {key: set[int]() for key in cast.people()} | heads | {"thu": {guardian.pk}}
    assert seen == expected


def test_nobody_sees_a_deny_of_themselves_or_about_their_own_child(cast: Cast, deny: Deny) -> None:
    become_guardian(cast, cast.hanh, cast.binh)
    deny(cast.dung, student=cast.binh, by=cast.phuc)
    deny(cast.thu, org=cast.school, by=cast.phuc)
    assert set(visible_to(cast.hanh).values_list("person", flat=True)) == {cast.thu.pk}
    # Denied at the school, she speaks for it no longer.
    assert not visible_to(cast.thu).exists()
    assert visible_to(cast.phuc).count() == 2
