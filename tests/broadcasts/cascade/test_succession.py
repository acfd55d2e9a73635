"""Whoever leads a unit today carries on: what the one before had in hand is theirs, and no longer the other's."""

import datetime as dt
from typing import Any

from broadcasts.cascade import succeeding
from broadcasts.cascade.policy import moved_by
from broadcasts.models import Broadcast, Receipt
from registry.changes import AccessChange
from registry.models import Person, Role, Source
from registry.signals import access_changed
from tests.broadcasts.cascade.orders import acknowledge, direct, node_of
from tests.broadcasts.cascade.test_leaders import also
from tests.broadcasts.drafts.desk import Desk
from tests.cast import Cast


def told(desk: Desk, sent: Broadcast, cast: Cast) -> Any:
    """The unit's part as its reader has it."""
    [node] = desk.get(f"/{sent.pk}")["nodes"]
    assert node["unit"]["id"] == cast.school.pk
    return node


def head_is(cast: Cast, person: Person) -> None:
    """Hạnh teaches from now on, and this person heads the school; as an import would say it."""
    Role.objects.filter(person=cast.hanh, org=cast.school).update(role="teacher")
    also(cast, person, "principal")
    access_changed.send(sender=Source, change=AccessChange(people={cast.hanh.pk, person.pk}))


def test_a_new_head_has_the_notice_and_confirms_it(cast: Cast) -> None:
    sent = direct(cast.son, cast.so)
    assert not Receipt.objects.filter(broadcast=sent, person__in=[cast.minh, cast.quang]).exists()
    head_is(cast, cast.minh)
    minh, hanh = Desk(cast, cast.minh), Desk(cast, cast.hanh)
    assert told(minh, sent, cast)["owner"]["id"] == cast.minh.pk
    # She has it still, and nothing to carry out of it.
    assert hanh.get(f"/{sent.pk}")["nodes"] == []
    acknowledge(hanh, sent)
    assert node_of(sent, cast.school).confirmed_at is None
    acknowledge(minh, sent)
    assert node_of(sent, cast.school).confirmed_by == cast.minh
    hanh.post(f"/{sent.pk}/nodes/{cast.school.pk}/complete", {"note": ""}, status=404)
    minh.post(f"/{sent.pk}/nodes/{cast.school.pk}/complete", {"note": "Xong"})
    [school] = [
        row
        for row in Desk(cast, cast.phuc).get(f"/{sent.pk}/cascade/nodes")["nodes"]
        if row["people"][0]["id"] != cast.phuc.pk
    ]
    assert [(one["id"], one["as"]) for one in school["people"]] == [(cast.minh.pk, "owner"), (cast.thu.pk, "office")]
    # A stranger still has nothing.
    Desk(cast, cast.quang).get(f"/{sent.pk}", status=404)


def test_a_second_head_stands_in(cast: Cast) -> None:
    sent = direct(cast.son, cast.so)
    also(cast, cast.minh, "principal", is_primary=False)
    access_changed.send(sender=Source, change=AccessChange(people={cast.minh.pk}))
    own = told(Desk(cast, cast.minh), sent, cast)
    assert (own["owner"]["id"], own["deputy"]["id"]) == (cast.hanh.pk, cast.minh.pk)
    acknowledge(Desk(cast, cast.minh), sent)
    assert node_of(sent, cast.school).confirmed_by == cast.minh


def test_what_was_handed_over_stays_there_as_long_as_they_work_there(cast: Cast) -> None:
    sent = direct(cast.son, cast.so, roles=["staff", "teachers"])
    hanh, lan, minh = (Desk(cast, person) for person in (cast.hanh, cast.lan, cast.minh))
    hanh.post(f"/{sent.pk}/nodes/{cast.school.pk}/hand-over", {"person": cast.lan.pk})
    head_is(cast, cast.minh)
    assert told(minh, sent, cast)["owner"]["id"] == told(lan, sent, cast)["owner"]["id"] == cast.lan.pk
    charges = {unit: charge for unit, *_rest, charge in Desk(cast, cast.son).get(f"/{sent.pk}/cascade")["tiles"]}
    assert (charges[cast.school.pk], charges[cast.dong_sen.pk]) == ("handed", "leader")
    Role.objects.filter(person=cast.lan, org=cast.school).update(ends_on=dt.date(2020, 1, 1))
    assert told(minh, sent, cast)["owner"]["id"] == cast.minh.pk
    assert not moved_by(cast.lan).exists()


def test_units_are_found_by_who_is_in_charge(cast: Cast) -> None:
    sent = direct(cast.son, cast.so)
    son = Desk(cast, cast.son)

    def units(query: str) -> list[int]:
        return [row["unit"]["id"] for row in son.get(f"/{sent.pk}/cascade/nodes?{query}")["nodes"]]

    assert units("charge=leader") == [cast.dong_sen.pk, cast.school.pk]
    Role.objects.filter(person=cast.hanh).update(ends_on=dt.date(2020, 1, 1))
    assert (units("charge=nobody"), units("charge=leader")) == ([cast.school.pk], [cast.dong_sen.pk])
    assert units("charge=nobody,handed&level=thcs") == [cast.school.pk]
    son.get(f"/{sent.pk}/cascade/nodes?charge=x", status=400)


def test_offices_that_begin_by_date_are_found_once_a_day_and_what_is_done_concerns_nobody(cast: Cast) -> None:
    done, open_one = direct(cast.son, cast.so), direct(cast.son, cast.so, title="V/v khác")
    hanh = Desk(cast, cast.hanh)
    acknowledge(hanh, done)
    hanh.post(f"/{done.pk}/nodes/{cast.school.pk}/complete", {"note": ""})
    also(cast, cast.minh, "principal")
    assert succeeding.take_over_today() == 1
    assert [row.broadcast_id for row in Receipt.objects.filter(person=cast.minh)] == [open_one.pk]
    assert succeeding.take_over_today() == 0
