"""What is denied here counts for nothing, whatever the registry says."""

import datetime as dt
from typing import Any

import pytest

from broadcasts import selectors as notices
from registry import audit, overrides
from registry.changes import AccessChange
from registry.models import AuditLine, Enrolment, GuardianLink, LocalOverride, Person, PersonLink, Role, Source
from registry.selectors import children_of, live_enrolments, live_people, live_roles, today
from registry.signals import access_changed
from registry.sync.households import rebuild_households
from rooms import roster
from rooms.contacts import contacts
from rooms.models import Member, Room
from tests.cast import Cast
from tests.invariants.test_doors import publish_small
from tests.rights.conftest import REASON, Deny
from tests.rooms.conftest import class_room, guardians_room
from tests.rooms.test_threads import become_guardian, start


def rooms_of(person: Person) -> set[str]:
    return set(Member.objects.filter(person=person, room__state="open").values_list("room__key", flat=True))


def test_a_denied_guardian_loses_this_child_and_keeps_the_other(cast: Cast, deny: Deny) -> None:
    about_an, about_chi = start(cast.hoa, cast.an, cast.hoa, cast.lan), start(cast.hoa, cast.chi, cast.hoa, cast.mai)
    assert rooms_of(cast.hoa) == {
        about_an.key, about_chi.key, f"guardians:{cast.class_7a.pk}", f"guardians:{cast.class_6b.pk}",
    }  # fmt: skip
    deny(cast.hoa, student=cast.an)
    assert rooms_of(cast.hoa) == {about_chi.key, f"guardians:{cast.class_6b.pk}"}
    assert set(children_of(cast.hoa.pk)) == {cast.chi}
    # The teacher's seat falls with the thread; nobody reads on alone.
    assert about_an.key not in rooms_of(cast.lan)
    assert not any(contact["student"]["id"] == cast.an.pk for contact in contacts(cast.hoa))
    assert not any(
        contact["guardian"] and contact["guardian"]["id"] == cast.hoa.pk and contact["student"]["id"] == cast.an.pk
        for contact in contacts(cast.lan)
    )
    # Of another guardian of the same class nothing is taken.
    assert f"guardians:{cast.class_7a.pk}" in rooms_of(cast.dung)


def test_ended_the_registry_counts_again(cast: Cast, deny: Deny) -> None:
    before = rooms_of(cast.hoa)
    made = deny(cast.hoa, student=cast.an)
    assert rooms_of(cast.hoa) != before
    overrides.end(made, by=cast.account(cast.hanh), reason="Tòa đã hủy quyết định")
    assert rooms_of(cast.hoa) == before
    ended = overrides.end(made, by=cast.account(cast.hanh), reason="Lần nữa")
    assert ended.end_reason == "Tòa đã hủy quyết định"


def test_it_ends_by_itself_on_its_day_and_not_before(cast: Cast, deny: Deny) -> None:
    deny(cast.hoa, student=cast.an, days=3)
    key = f"guardians:{cast.class_7a.pk}"
    roster.revise_all(today() + dt.timedelta(days=2))
    assert key not in rooms_of(cast.hoa)
    roster.revise_all(today() + dt.timedelta(days=3))
    assert key in rooms_of(cast.hoa)


def test_whatever_the_registry_says_afterwards_the_deny_stands(cast: Cast, deny: Deny) -> None:
    deny(cast.hoa, student=cast.an)
    GuardianLink.objects.filter(guardian=cast.hoa, student=cast.an).delete()
    GuardianLink.objects.create(
        source=Source.objects.create(name="another"),
        guardian=cast.hoa,
        student=cast.an,
        said_by_guardian=True,
        state=GuardianLink.State.ACTIVE,
    )
    for change in (AccessChange(everything=True), AccessChange(people={cast.hoa.pk, cast.an.pk})):
        access_changed.send(sender=Source, change=change)
        assert f"guardians:{cast.class_7a.pk}" not in rooms_of(cast.hoa)


@pytest.mark.parametrize("way", ["one", "other"])
def test_another_record_of_the_same_human_is_denied_too(cast: Cast, deny: Deny, way: str) -> None:
    become_guardian(cast, cast.minh, cast.an)
    PersonLink.objects.create(
        **{way: cast.hoa, "other" if way == "one" else "one": cast.minh}, how="the same phone, confirmed"
    )
    assert set(children_of(cast.minh.pk)) == {cast.an}
    deny(cast.hoa, student=cast.an)
    assert not children_of(cast.minh.pk).exists()
    # As a teacher he stays in the class: the deny is about the child, and merges no rights.
    assert class_room(cast.class_7a).members.filter(person=cast.minh, seat="teacher").exists()


def test_a_denied_guardian_never_comes_back_as_the_childs_teacher_in_a_thread(cast: Cast, deny: Deny) -> None:
    GuardianLink.objects.create(
        source=cast.source, guardian=cast.lan, student=cast.an, said_by_student=True, state="unverified"
    )
    room = start(cast.hoa, cast.an, cast.hoa, cast.lan)
    assert room.key in rooms_of(cast.lan)
    deny(cast.lan, student=cast.an)
    assert room.key not in rooms_of(cast.lan)
    assert not any(
        c["teacher"] and c["teacher"]["id"] == cast.lan.pk
        for c in contacts(cast.hoa)
        if c["student"]["id"] == cast.an.pk
    )


def test_a_person_denied_in_a_school_is_nobody_there(cast: Cast, deny: Deny) -> None:
    assert rooms_of(cast.lan)
    deny(cast.lan, org=cast.school)
    assert rooms_of(cast.lan) == set()
    assert not live_people().filter(pk=cast.lan.pk).exists()
    assert not live_enrolments().filter(person=cast.lan).exists()
    assert live_people().filter(pk=cast.minh.pk).exists()


def test_a_deny_in_the_commune_covers_the_school_below_and_none_elsewhere(cast: Cast, deny: Deny) -> None:
    Role.objects.create(
        source=cast.source,
        sourced_id="second",
        person=cast.lan,
        org=cast.other_school,
        role="teacher",
        is_primary=False,
    )
    deny(cast.lan, org=cast.dong_sen, by=cast.phuc)
    assert set(live_roles().filter(person=cast.lan).values_list("org", flat=True)) == {cast.other_school.pk}
    # She is somebody's teacher still, elsewhere: her class of the school where she is denied does not come with it.
    assert not live_enrolments().filter(person=cast.lan).exists()
    assert rooms_of(cast.lan) == {f"staff:{cast.other_school.pk}"}


def test_without_an_org_it_holds_everywhere(cast: Cast, deny: Deny) -> None:
    Role.objects.create(
        source=cast.source,
        sourced_id="second",
        person=cast.lan,
        org=cast.other_school,
        role="teacher",
        is_primary=False,
    )
    deny(cast.lan, by=cast.son)
    assert not live_roles().filter(person=cast.lan).exists()


def test_an_expelled_pupils_guardians_lose_the_class_with_the_child(cast: Cast, deny: Deny) -> None:
    deny(cast.binh, org=cast.school)
    assert rooms_of(cast.binh) == set()
    assert f"guardians:{cast.class_7a.pk}" not in rooms_of(cast.dung)
    assert f"guardians:{cast.class_7a.pk}" in rooms_of(cast.hoa)


def test_notices_for_a_child_go_out_of_sight_with_the_right(cast: Cast, deny: Deny) -> None:
    broadcast = publish_small(cast)
    assert notices.received(cast.dung, broadcast)
    deny(cast.dung, student=cast.binh)
    assert notices.received(cast.dung, broadcast) is None


def test_the_sockets_of_those_concerned_look_again_and_the_last_right_closes_them(
    cast: Cast, deny: Deny, told: Any
) -> None:
    from tests.wire import session_for

    session_for(cast, cast.lan)
    session_for(cast, cast.hoa)
    by_type = {frame["type"]: frame for frame in told(lambda: deny(cast.lan, org=cast.school))}
    assert cast.lan.pk in by_type["hub.access"]["people"]
    assert len(by_type["hub.cut"]["sessions"]) == 1
    # Hoa has a child left, and stays signed in.
    assert {frame["type"] for frame in told(lambda: deny(cast.hoa, student=cast.an))} == {"hub.access"}


def test_the_household_is_cut_and_joins_again(cast: Cast, deny: Deny) -> None:
    def households() -> tuple[int | None, ...]:
        people = (cast.hoa, cast.an, cast.chi)
        return tuple(Person.objects.get(pk=person.pk).household for person in people)

    rebuild_households(cast.source)
    together = households()
    assert len(set(together)) == 1
    made = deny(cast.hoa, student=cast.an)
    hoa, an, chi = households()
    assert an != hoa == chi
    # What the sync would say is what was said at once.
    assert rebuild_households(cast.source) == 0
    overrides.end(made, by=cast.account(cast.hanh), reason="Tòa đã hủy")
    assert households() == together
    assert rebuild_households(cast.source) == 0


def test_households_join_again_on_the_day_a_deny_ends_by_itself(
    cast: Cast, deny: Deny, monkeypatch: pytest.MonkeyPatch
) -> None:
    rebuild_households(cast.source)
    deny(cast.hoa, student=cast.an, days=1)
    tomorrow = today() + dt.timedelta(days=1)
    for module in ("registry.overrides", "registry.selectors", "registry.sync.households"):
        monkeypatch.setattr(f"{module}.today", lambda: tomorrow)
    assert overrides.join_households(tomorrow) > 0
    assert overrides.join_households(tomorrow) == 0
    assert rebuild_households(cast.source) == 0


def test_it_is_recorded_last_with_ids_only_and_told_to_the_org_above(cast: Cast, deny: Deny) -> None:
    made = deny(cast.hoa, student=cast.an)
    line = AuditLine.objects.order_by("-pk").first()
    assert line is not None
    assert (line.act, line.actor, line.subject) == ("override.made", cast.hanh, f"override:{made.pk}")
    assert line.details == {
        "person": cast.hoa.pk, "student": cast.an.pk, "org": None, "told": [cast.dong_sen.pk],
    }  # fmt: skip
    assert REASON not in str(line.details)
    assert audit.verify_chain() is None


def test_the_same_again_is_the_same_deny(cast: Cast, deny: Deny) -> None:
    assert deny(cast.hoa, student=cast.an) == deny(cast.hoa, student=cast.an)
    assert LocalOverride.objects.count() == 1


def test_without_reason_or_end_there_is_none(cast: Cast) -> None:
    for how in ({"reason": " ", "until": today()}, {"reason": REASON}):
        with pytest.raises(ValueError, match="needs a reason"):
            overrides.deny(cast.hoa, by=cast.account(cast.hanh), student=cast.an, **how)  # type: ignore[arg-type]


def test_a_deny_in_force_costs_the_hot_paths_no_query(cast: Cast, deny: Deny, django_assert_num_queries: Any) -> None:
    deny(cast.dung, student=cast.binh)
    with django_assert_num_queries(1):
        assert live_people().filter(pk=cast.hoa.pk).first() == cast.hoa
    with django_assert_num_queries(1):
        assert list(children_of(cast.dung.pk)) == []


def test_an_observer_denied_in_the_school_observes_nothing(cast: Cast, deny: Deny) -> None:
    Enrolment.objects.filter(person=cast.minh).update(role="proctor")
    access_changed.send(sender=Source, change=AccessChange(people={cast.minh.pk}))
    assert guardians_room(cast.class_7a).key in rooms_of(cast.minh)
    deny(cast.minh, org=cast.school)
    assert rooms_of(cast.minh) == set()


def test_community_rooms_ask_the_rule_and_the_rule_asks_the_denies(cast: Cast, deny: Deny) -> None:
    from rooms import policy
    from rooms.kinds import Right

    square = Room.objects.get(key=f"community:{cast.so.pk}")
    assert policy.can(cast.lan, Right.READ, square.pk)
    deny(cast.lan, org=cast.school)
    assert not policy.can(cast.lan, Right.READ, square.pk)
