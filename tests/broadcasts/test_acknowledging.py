"""Receipts and answers: who may give them, once, for whom, and how they are counted."""

import itertools
import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from broadcasts import actions, counting, selectors
from broadcasts.errors import NothingToAcknowledge
from broadcasts.models import Acknowledgement, Broadcast, Receipt
from realtime.errors import NotFound
from registry.models import GuardianLink, Person
from tests.broadcasts.test_publishing import crowd
from tests.broadcasts.writing import publish
from tests.cast import Cast


def answered(broadcast: Broadcast) -> set[tuple[int, int | None]]:
    """Who has answered, for whom."""
    return set(broadcast.acknowledgements.exclude(acknowledged_at=None).values_list("person", "student"))


def test_a_guardian_answers_for_one_child_of_two_and_then_for_the_other(cast: Cast) -> None:
    broadcast = publish(cast.son, cast.dong_sen)
    actions.acknowledge(cast.hoa, broadcast.pk, students=[cast.an.pk])
    assert answered(broadcast) == {(cast.hoa.pk, cast.an.pk)}
    receipt = broadcast.receipts.get(person=cast.hoa)
    assert receipt.seen_at is not None
    assert receipt.delivered_at is not None
    actions.acknowledge(cast.hoa, broadcast.pk, students=[cast.an.pk, cast.chi.pk])
    assert answered(broadcast) == {(cast.hoa.pk, cast.an.pk), (cast.hoa.pk, cast.chi.pk)}


def test_saying_it_again_keeps_the_first_time(cast: Cast) -> None:
    broadcast = publish(cast.hanh, cast.school)
    actions.acknowledge(cast.dung, broadcast.pk, students=[cast.binh.pk])
    first = broadcast.acknowledgements.get(person=cast.dung).acknowledged_at
    actions.acknowledge(cast.dung, broadcast.pk, students=[cast.binh.pk])
    assert broadcast.acknowledgements.get(person=cast.dung).acknowledged_at == first
    assert actions.record_read(cast.dung, broadcast.pk) == broadcast.receipts.get(person=cast.dung).seen_at


def test_a_teacher_answers_for_herself(cast: Cast) -> None:
    broadcast = publish(cast.hanh, cast.school)
    actions.acknowledge(cast.lan, broadcast.pk, students=[])
    assert answered(broadcast) == {(cast.lan.pk, None)}


def test_nobody_answers_for_what_is_not_theirs(cast: Cast) -> None:
    broadcast = publish(cast.hanh, cast.school)
    for person, students in (
        (cast.hoa, []),
        (cast.hoa, [cast.binh.pk]),
        (cast.hoa, [cast.an.pk, cast.binh.pk]),
        (cast.lan, [cast.an.pk]),
        (cast.an, [cast.an.pk]),
    ):
        with pytest.raises(NothingToAcknowledge):
            actions.acknowledge(person, broadcast.pk, students=students)
    for person in (cast.quang, cast.van, cast.hanh, cast.son):
        with pytest.raises(NotFound):
            actions.acknowledge(person, broadcast.pk, students=[])
        with pytest.raises(NotFound):
            actions.record_read(person, broadcast.pk)
    assert answered(broadcast) == set()
    assert not broadcast.receipts.exclude(seen_at=None).exists()


def test_where_no_answer_is_wanted_none_is_taken(cast: Cast) -> None:
    broadcast = publish(cast.hanh, cast.school, wants_acknowledgement=False)
    with pytest.raises(NothingToAcknowledge):
        actions.acknowledge(cast.hoa, broadcast.pk, students=[cast.an.pk])
    (sent,) = selectors.with_totals([broadcast])
    assert sent.totals["wanted"] == 0


def test_a_notice_leaves_with_the_right(cast: Cast) -> None:
    """Who is a guardian no longer neither sees the child in it, nor answers for it, nor finds it."""
    for_both = publish(cast.hanh, cast.school, roles=["guardians"])
    for_an = publish(cast.lan, cast.class_7a, roles=["guardians"])
    GuardianLink.objects.filter(guardian=cast.hoa, student=cast.an).update(state="blocked")
    page, is_complete = selectors.inbox(cast.hoa, before=None, limit=20)
    assert [one.broadcast for one in page] == [for_both]
    assert [reason.student for reason in page[0].reasons] == [cast.chi]
    assert is_complete
    assert selectors.received(cast.hoa, for_an.pk) is None
    assert selectors.unread(cast.hoa) == 1
    with pytest.raises(NothingToAcknowledge):
        actions.acknowledge(cast.hoa, for_both.pk, students=[cast.an.pk])
    with pytest.raises(NotFound):
        actions.acknowledge(cast.hoa, for_an.pk, students=[cast.an.pk])


def test_the_inbox_comes_in_pages(cast: Cast) -> None:
    sent = [publish(cast.hanh, cast.school, title=f"Số {n}") for n in range(5)]
    first, is_complete = selectors.inbox(cast.hoa, before=None, limit=2)
    assert [one.broadcast for one in first] == [sent[4], sent[3]]
    assert not is_complete
    second, is_complete = selectors.inbox(cast.hoa, before=sent[3].pk, limit=3)
    assert [one.broadcast for one in second] == [sent[2], sent[1], sent[0]]
    assert is_complete
    assert selectors.inbox(cast.quang, before=None, limit=2) == ([], True)


def test_what_a_device_fetches_it_has(cast: Cast) -> None:
    broadcast = publish(cast.hanh, cast.school)
    receipt = broadcast.receipts.get(person=cast.hoa)
    actions.record_delivered(cast.hoa, [receipt])
    receipt.refresh_from_db()
    assert receipt.delivered_at is not None
    assert receipt.seen_at is None
    first = receipt.delivered_at
    actions.record_delivered(cast.hoa, [broadcast.receipts.get(person=cast.hoa)])
    receipt.refresh_from_db()
    assert receipt.delivered_at == first


def test_progress_by_unit_with_the_communes_to_choose_from(cast: Cast) -> None:
    broadcast = publish(cast.son, cast.so)
    actions.acknowledge(cast.hoa, broadcast.pk, students=[cast.an.pk])
    actions.acknowledge(cast.van, broadcast.pk, students=[cast.khanh.pk])
    for person in (cast.khanh, cast.quang):
        actions.acknowledge(person, broadcast.pk, students=[])
    found = selectors.progress(broadcast, commune=None, school=None, outstanding=False)
    school, other = found.units[cast.school.pk], found.units[cast.other_school.pk]
    assert (school["recipients"], school["wanted"], school["acknowledged"], school["seen"]) == (10, 11, 1, 1)
    assert (other["recipients"], other["wanted"], other["acknowledged"], other["units_done"]) == (3, 3, 3, 1)
    assert found.sent.totals["recipients"] == broadcast.receipts.count()
    assert [org.name for org in found.communes] == [cast.dong_sen.name, cast.tan_son.name, cast.so.name]
    assert found.commune_of[cast.school.pk] == cast.dong_sen
    assert found.commune_of[cast.so.pk] == cast.so


def test_progress_filters_by_commune_by_school_and_by_what_is_outstanding(cast: Cast) -> None:
    broadcast = publish(cast.son, cast.so, roles=["guardians"])
    actions.acknowledge(cast.van, broadcast.pk, students=[cast.khanh.pk])

    def units(**asked: int | bool | None) -> set[int]:
        wanted = {"commune": None, "school": None, "outstanding": False} | asked
        found = selectors.progress(broadcast, **wanted)  # type: ignore[arg-type]
        assert found.totals["units"] == len(found.units)
        assert found.sent.totals["units"] == 2
        assert found.totals["acknowledged"] == sum(unit["acknowledged"] for unit in found.units.values())
        return set(found.units)

    assert units() == {cast.school.pk, cast.other_school.pk}
    assert units(commune=cast.tan_son.pk) == {cast.other_school.pk}
    assert units(school=cast.school.pk) == {cast.school.pk}
    assert units(outstanding=True) == {cast.school.pk}
    assert units(commune=cast.tan_son.pk, outstanding=True) == set()
    assert units(commune=cast.so.pk) == set()


def test_a_school_directly_below_the_department_stands_under_it(cast: Cast) -> None:
    cast.other_school.above.filter(ancestor=cast.tan_son).delete()
    broadcast = publish(cast.son, cast.so, roles=["guardians"])
    found = selectors.progress(broadcast, commune=cast.so.pk, school=None, outstanding=False)
    assert set(found.units) == {cast.other_school.pk}


@pytest.mark.parametrize("seed", range(6))
def test_units_add_up_to_the_whole_whatever_happens(cast: Cast, seed: int) -> None:
    """Random answers, then: wanted and acknowledged of the units add up; people are counted once over all."""
    chance = random.Random(seed)
    for guardian, student in itertools.product([cast.hoa, cast.van, cast.dung], [cast.an, cast.khanh, cast.binh]):
        if chance.random() < 0.5:
            GuardianLink.objects.get_or_create(
                guardian=guardian, student=student, defaults={"source": cast.source, "state": "active"}
            )
    broadcast = publish(cast.son, cast.so)
    for row in broadcast.acknowledgements.all():
        person = Person.objects.get(pk=row.person_id)
        if chance.random() < 0.5:
            actions.acknowledge(person, broadcast.pk, students=[row.student_id] if row.student_id else [])
        elif chance.random() < 0.5:
            actions.record_read(person, broadcast.pk)
    units = counting.by_unit([broadcast])[broadcast.pk]
    whole = counting.overall({broadcast.pk: units})[broadcast.pk]
    rows, people = broadcast.acknowledgements, broadcast.receipts
    assert whole["wanted"] == sum(unit["wanted"] for unit in units.values()) == rows.count()
    assert whole["acknowledged"] == rows.exclude(acknowledged_at=None).count()
    assert whole["acknowledged"] == sum(unit["acknowledged"] for unit in units.values())
    assert whole["recipients"] == people.count() <= sum(unit["recipients"] for unit in units.values())
    assert whole["seen"] == people.exclude(seen_at=None).count()
    assert whole["delivered"] == people.exclude(delivered_at=None).count()
    assert counting.of_some(broadcast, units) == whole
    for unit, totals in units.items():
        there = people.filter(person__in=rows.filter(unit=unit).values("person"))
        assert totals["recipients"] == there.count()
        assert totals["seen"] == there.exclude(seen_at=None).count()
        assert totals["units_done"] == (not rows.filter(unit=unit, acknowledged_at=None).exists())


def test_reading_takes_as_many_statements_for_five_hundred_as_for_ten(cast: Cast) -> None:
    def statements(broadcast: Broadcast) -> dict[str, int]:
        counted = {}
        for name, work in {
            "progress": lambda: selectors.progress(broadcast, commune=None, school=None, outstanding=False),
            "sent": lambda: selectors.sent(cast.son, before=None, limit=20),
            "inbox": lambda: selectors.inbox(cast.hoa, before=None, limit=20),
            "acknowledge": lambda: actions.acknowledge(cast.hoa, broadcast.pk, students=[cast.an.pk]),
        }.items():
            with CaptureQueriesContext(connection) as captured:
                work()
            counted[name] = len(captured)
        return counted

    few = statements(publish(cast.son, cast.so))
    crowd(cast, 500)
    publish(cast.son, cast.dong_sen)
    many = publish(cast.son, cast.so)
    assert many.receipts.count() > 500
    assert statements(many) == few
    assert few["inbox"] == 3
    assert few["sent"] == 4
    assert few["progress"] <= 4
    assert few["acknowledge"] <= 8


def test_nothing_is_counted_while_nobody_watches(cast: Cast) -> None:
    broadcast = publish(cast.son, cast.so)
    with CaptureQueriesContext(connection) as unwatched:
        actions.record_read(cast.hoa, broadcast.pk)
    Broadcast.objects.filter(pk=broadcast.pk).update(watched_until=timezone.now())
    with CaptureQueriesContext(connection) as lapsed:
        actions.record_read(cast.van, broadcast.pk)
    assert len(unwatched) == len(lapsed) <= 4
    assert Receipt.objects.exclude(seen_at=None).count() == 2
    assert not Acknowledgement.objects.exclude(acknowledged_at=None).exists()
