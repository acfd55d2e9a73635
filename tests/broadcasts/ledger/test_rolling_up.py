"""Whatever people do, every place of a notice says what counting its people one by one says, and its parts make it up."""

import datetime as dt
import uuid
from random import Random

import pytest
from django.utils import timezone

from broadcasts import actions
from broadcasts.ledger import contacting, tallies
from broadcasts.ledger.boards import board_of
from broadcasts.ledger.places import place_named
from broadcasts.ledger.policy import standing_of
from broadcasts.ledger.serializers import board as told_board
from broadcasts.models import BY_HAND, Broadcast, Contact, Receipt, Tallied, Tally
from registry.models import Device, Person
from tests.broadcasts.ledger.conftest import sign_in
from tests.broadcasts.ledger.plain import Plain, subjects_of, totals_of
from tests.broadcasts.ledger.test_boards import assert_adds_up, told
from tests.broadcasts.test_publishing import crowd
from tests.broadcasts.writing import publish
from tests.cast import Cast


class Town:
    """People who open, answer, sign in and out, are called and called again."""

    def __init__(self, cast: Cast, sent: Broadcast, random: Random) -> None:
        self.cast, self.sent, self.random = cast, sent, random
        self.people = list(Person.objects.filter(receipts__broadcast=sent).order_by("pk"))

    def lives(self, acts: int) -> None:
        """So many things happen."""
        for _act in range(acts):
            self.random.choice(
                (self.opens, self.has, self.answers, self.signs_in, self.signs_out, self.is_called, self.takes_back)
            )()

    def opens(self) -> None:
        actions.record_read(self.anybody(), self.sent.pk)

    def has(self) -> None:
        person = self.anybody()
        actions.record_delivered(
            person, [Receipt.objects.select_related("broadcast").get(broadcast=self.sent, person=person)]
        )

    def answers(self) -> None:
        person = self.anybody()
        children = person.acknowledgements.filter(broadcast=self.sent, student__isnull=False)
        actions.acknowledge(person, self.sent.pk, students=[*children.values_list("student", flat=True)][:1])

    def signs_in(self) -> None:
        sign_in(self.cast, self.anybody(), push=self.random.random() < 0.5)

    def signs_out(self) -> None:
        device = Device.objects.filter(ended_at=None).order_by("?").first()
        Device.objects.filter(pk=device.pk if device else 0).update(ended_at=timezone.now())

    def is_called(self) -> None:
        one = self.random.choice([one for one in subjects_of(self.sent) if one.unit == self.cast.school.pk])
        if one.subject != self.cast.hanh.pk:
            said = contacting.Contacted(
                client_contact_id=uuid.UUID(int=self.random.getrandbits(128)),
                student=one.subject if one.is_pupil else None,
                person=None if one.is_pupil else one.subject,
                channel=self.random.choice(BY_HAND).value,
            )
            contacting.log(self.cast.hanh, self.sent.pk, said)

    def takes_back(self) -> None:
        contact = Contact.objects.filter(withdrawn_at=None).first()
        if contact:
            contacting.withdraw(self.cast.hanh, self.sent.pk, contact.pk)

    def anybody(self) -> Person:
        return self.random.choice(self.people)


def say_it_is_old(sent: Broadcast) -> None:
    """What was counted is to be counted again, reasons and all."""
    long_ago = timezone.now() - dt.timedelta(hours=1)
    Tallied.objects.filter(pk=sent.pk).update(counted_at=long_ago, whole_at=long_ago)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_place_says_what_its_people_say(cast: Cast, seed: int) -> None:
    crowd(cast, 9)
    sent = publish(cast.son, cast.so)
    town = Town(cast, sent, Random(seed))
    for _day in range(3):
        town.lives(12)
        plain = subjects_of(sent)
        say_it_is_old(sent)
        for who, org, some in (
            (cast.ha, cast.so, plain),
            (cast.phuc, cast.dong_sen, of_units(plain, cast.dong_sen.pk, cast.school.pk)),
            (cast.ha, cast.tan_son, of_units(plain, cast.tan_son.pk, cast.other_school.pk)),
            (cast.hanh, cast.school, of_units(plain, cast.school.pk)),
        ):
            place = place_named(standing_of(who), sent, org=org.pk, school_class=None)
            board = told_board(board_of(place, by_unit=False), [], frozenset())
            assert told(board) == totals_of(some), org.name
            assert_adds_up(board)
        for one in (cast.class_7a, cast.class_6b):
            place = place_named(standing_of(cast.hanh), sent, org=None, school_class=one.pk)
            board = told_board(board_of(place, by_unit=False), [], frozenset())
            assert told(board) == totals_of([each for each in plain if each.school_class == one.pk])


def of_units(plain: list[Plain], *units: int) -> list[Plain]:
    """Those who are counted there."""
    return [one for one in plain if one.unit in units]


def test_only_where_something_moved_it_is_counted_again(cast: Cast) -> None:
    sent = publish(cast.son, cast.so)
    tallies.refresh(sent)
    Tally.objects.update(subjects=70)
    say(sent, seconds=5)
    actions.record_read(cast.hoa, sent.pk)
    tallies.refresh(sent)
    mended = Tally.objects.filter(unit=cast.school)
    assert 70 not in mended.values_list("subjects", flat=True)
    assert set(Tally.objects.exclude(unit=cast.school).values_list("subjects", flat=True)) == {70}
    # What is younger is shown, whatever moves.
    actions.record_read(cast.van, sent.pk)
    tallies.refresh(sent)
    assert set(Tally.objects.exclude(unit=cast.school).values_list("subjects", flat=True)) == {70}
    say(sent, seconds=5)
    tallies.refresh(sent)
    assert 70 not in Tally.objects.filter(unit=cast.other_school).values_list("subjects", flat=True)
    assert set(Tally.objects.filter(unit=cast.so).values_list("subjects", flat=True)) == {70}
    # Once a minute all of it.
    say_it_is_old(sent)
    tallies.refresh(sent)
    assert 70 not in Tally.objects.values_list("subjects", flat=True)


def test_where_nothing_moved_nothing_is_written(cast: Cast) -> None:
    sent = publish(cast.son, cast.so)
    tallies.refresh(sent)
    before = set(Tally.objects.values_list("pk", flat=True))
    say(sent, seconds=30)
    tallies.refresh(sent)
    assert set(Tally.objects.values_list("pk", flat=True)) == before
    assert Tallied.objects.get(pk=sent.pk).counted_at > timezone.now() - dt.timedelta(seconds=20)


def test_the_servers_count_what_somebody_looks_at(cast: Cast) -> None:
    looked_at, forgotten = publish(cast.son, cast.so), publish(cast.son, cast.so)
    assert tallies.look() == 0
    for sent in (looked_at, forgotten):
        tallies.refresh(sent)
        say(sent, seconds=2)
    tallies.want(looked_at)
    actions.record_read(cast.hoa, looked_at.pk)
    assert tallies.look() == 1
    assert Tallied.objects.get(pk=looked_at.pk).facts == 2
    assert tallies.look() == 0
    say(looked_at, seconds=2)
    Tallied.objects.update(wanted_until=timezone.now())
    assert tallies.look() == 0


def test_what_is_told_has_every_fact_in_it(cast: Cast) -> None:
    sent = publish(cast.son, cast.so)
    tallies.refresh(sent)
    actions.record_read(cast.hoa, sent.pk)
    assert sum(row.subjects for row in tallies.of_notice(sent) if row.state == "seen") == 0
    assert sum(row.subjects for row in tallies.of_notice(sent, facts=2) if row.state == "seen") == 2


def say(sent: Broadcast, *, seconds: int) -> None:
    """It was counted so long ago."""
    Tallied.objects.filter(pk=sent.pk).update(counted_at=timezone.now() - dt.timedelta(seconds=seconds))
