"""Ngân sách làm phiền (G13): five ordinary notices a day ring in one household, the others once more in the evening."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from broadcasts import actions
from broadcasts.content import content_from
from broadcasts.ladder import budget, first
from broadcasts.models import Broadcast, HomePush
from delivery.models import Delivery, Dispatch, PushSubscription
from registry.models import Enrolment, GuardianLink, Org, Person, Role, SchoolClass
from tests.broadcasts.ladder.conftest import Phones, at
from tests.broadcasts.writing import draft, publish
from tests.cast import Cast, _Builder


def more_of(cast: Cast) -> _Builder:
    """What builds more people and schools for the cast."""
    builder = _Builder.__new__(_Builder)
    builder.source = cast.source
    return builder


class Third:
    """A third school, with a class, its head and a child of Hoa's."""

    def __init__(self, cast: Cast) -> None:
        builder = more_of(cast)
        self.school: Org = builder.org("Trường Mầm non Hoa Sen", "school", cast.tan_son, "mam_non")
        self.head: Person = builder.person("Mã Thị Nga", "principal", self.school)
        self.child: Person = builder.person("Trần Bảo Bi", "student", self.school, grade="00")
        self.room: SchoolClass = builder.school_class("5T", self.school)
        builder.enrol(self.child, self.room, "student")
        self.grow(builder, cast)

    def grow(self, builder: _Builder, cast: Cast) -> None:
        """Hoa has children in three schools; one of them in the other school of the cast."""
        second = builder.person("Trần Minh Khôi", "student", cast.other_school, grade="07")
        builder.enrol(second, cast.class_7c, "student")
        for school, child in ((self.school, self.child), (cast.other_school, second)):
            Role.objects.create(
                source=cast.source, sourced_id=f"hoa-{school.pk}", person=cast.hoa, org=school, role="guardian"
            )
            builder.guardian(cast.hoa, child, "mother")


@pytest.fixture
def third(phones: Phones, committed_cast: Cast) -> Third:
    """The third school."""
    return Third(committed_cast)


def say(author: Person, to: Org | SchoolClass, title: str, **different) -> Broadcast:
    """An ordinary notice to families."""
    return publish(author, to, title=title, roles=["guardians"], wants_acknowledgement=False, **different)


def test_twelve_notices_of_three_schools_are_five_pushes_and_one_digest_of_seven(
    phones: Phones, committed_cast: Cast, third: Third
) -> None:
    cast = committed_cast
    # The father, on his own phone: one household with Hoa.
    father = more_of(cast)
    tam = father.person("Trần Văn Tâm", "guardian", cast.school)
    father.guardian(tam, cast.an, "father")
    Person.objects.filter(pk__in=[cast.hoa.pk, tam.pk, cast.an.pk, cast.chi.pk]).update(household=77)
    phones.add("tam", tam)

    rang: list[tuple[str, str]] = []
    for number in range(12):
        author, to = [(cast.hanh, cast.class_7a), (cast.quang, cast.class_7c), (third.head, third.school)][number % 3]
        say(author, to, f"Tin {number}")
        for name, pushes in phones.ring(at(10, number)).items():
            rang += [(name, push["title"]) for push in pushes]
    assert [title for name, title in rang if name == "hoa"] == [f"Tin {number}" for number in range(5)]
    # What is only Tâm's too counts in the same household, and never more than what Hoa heard.
    assert [title for name, title in rang if name == "tam"] == ["Tin 0", "Tin 3"]
    # The notices themselves are in the app at once, all of them.
    assert cast.hoa.receipts.count() == 12

    # Hỏa tốc is not counted, and rings at once.
    publish(cast.hanh, cast.school, title="Lũ về", urgency="hoa_toc", roles=["guardians"])
    assert {"hoa", "tam"} <= set(phones.ring(at(11)))

    assert phones.ring(at(18, 59)) == {}
    evening = phones.ring(at(19))
    assert set(evening) == {"hoa", "tam"}
    (digest,) = evening["hoa"]
    assert digest["title"] == "7 thông báo khác trong ngày"
    lines = dict(line.split(": ") for line in digest["body"].splitlines())
    assert lines == {"Bi": "Tin 5; Tin 8; Tin 11", "An": "Tin 6; Tin 9", "Khôi": "Tin 7; Tin 10"}
    (his,) = evening["tam"]
    assert his["title"] == "2 thông báo khác trong ngày"
    assert his["body"] == "An: Tin 6; Tin 9"
    assert phones.ring(at(23)) == {}

    # A new day, a new share; and hỏa tốc passes at any hour.
    say(cast.hanh, cast.class_7a, "Hôm sau")
    assert {"hoa", "tam"} <= set(phones.ring(at(8, days=1)))


@pytest.mark.usefixtures("night")
def test_hoa_toc_at_eleven_at_night_passes_a_full_budget(phones: Phones, committed_cast: Cast) -> None:
    cast = committed_cast
    for number in range(6):
        say(cast.hanh, cast.class_7a, f"Tin {number}")
    phones.ring(at(10))
    phones.ring(at(23))
    publish(cast.hanh, cast.school, urgency="hoa_toc", roles=["guardians"])
    assert {"hoa", "dung"} <= set(phones.ring(at(23)))


def test_what_is_opened_meanwhile_is_not_in_the_digest(phones: Phones, committed_cast: Cast) -> None:
    cast = committed_cast
    notices = [say(cast.hanh, cast.class_7a, f"Tin {number}") for number in range(7)]
    phones.ring(at(10))
    held = [one for one in notices if HomePush.objects.filter(broadcast=one, digest_on__isnull=False).exists()]
    assert len(held) == 2
    actions.record_read(cast.hoa, held[0].pk)
    for one in held:
        actions.record_read(cast.dung, one.pk)
    evening = phones.ring(at(19))
    assert set(evening) == {"hoa"}
    assert evening["hoa"][0]["body"] == f"An: {held[1].title}"


def test_after_seven_in_the_evening_it_waits_for_the_next_days_digest(phones: Phones, committed_cast: Cast) -> None:
    cast = committed_cast
    phones.ring(at(19, 30))
    for number in range(6):
        say(cast.hanh, cast.class_7a, f"Tin {number}")
    assert len(phones.ring(at(19, 30))["hoa"]) == 5
    assert phones.ring(at(20)) == {}
    assert len(phones.ring(at(19, days=1))["hoa"]) == 1


def test_urgent_ones_are_not_counted(phones: Phones, committed_cast: Cast) -> None:
    cast = committed_cast
    for number in range(7):
        say(cast.hanh, cast.class_7a, f"Tin {number}", urgency="khan")
    assert len(phones.ring(at(10))["hoa"]) == 7
    assert not HomePush.objects.exists()


def test_the_staff_have_no_budget(phones: Phones, committed_cast: Cast) -> None:
    cast = committed_cast
    for number in range(7):
        publish(cast.hanh, cast.school, title=f"Tin {number}")
    rang = phones.ring(at(10))
    assert [len(rang[name]) for name in ("lan", "mai", "hoa", "dung")] == [7, 7, 5, 5]


def test_a_worker_that_is_killed_decides_the_same_again(phones: Phones, committed_cast: Cast) -> None:
    cast = committed_cast
    notices = [say(cast.hanh, cast.class_7a, f"Tin {number}") for number in range(8)]
    people = [cast.hoa.pk, cast.dung.pk]
    phones.work.clock.now = at(10).astimezone(dt.UTC)
    # Decided, and killed before anything was made of it; in whatever order they come again.
    for one in notices:
        assert first.recipients(one, after=0, limit=500) == sorted(people)
    decided = set(HomePush.objects.values_list("broadcast", "person", "digest_on"))
    assert sum(digest_on is None for *_, digest_on in decided) == 10
    rang = phones.ring(at(10, 30))
    assert [len(rang["hoa"]), len(rang["dung"])] == [5, 5]
    assert set(HomePush.objects.values_list("broadcast", "person", "digest_on")) == decided
    assert Dispatch.objects.filter(source="digest").count() == 1
    assert len(phones.ring(at(19))["hoa"]) == 1
    Dispatch.objects.filter(source="digest").update(done_at=None, cursor=0)
    assert phones.ring(at(19, 1)) == {}


def test_who_has_no_phone_spends_nothing(phones: Phones, committed_cast: Cast) -> None:
    cast = committed_cast
    PushSubscription.objects.filter(person=cast.hoa).delete()
    say(cast.hanh, cast.class_7a, "Tin")
    phones.ring(at(10))
    assert list(HomePush.objects.values_list("person", flat=True)) == [cast.dung.pk]


def test_the_sender_sees_what_families_have_had(phones: Phones, committed_cast: Cast) -> None:
    cast = committed_cast
    ready = {"roles": ["guardians"], "wants_acknowledgement": False}

    def spent(author: Person, to: Org | SchoolClass):
        return actions.preview(author, content_from(draft(to, **ready))).spent

    assert (spent(cast.hanh, cast.class_7a).most_had, spent(cast.hanh, cast.class_7a).full) == (0, 0)
    for number in range(4):
        say(cast.hanh, cast.class_7a, f"Tin {number}")
    phones.ring(at(10))
    found = spent(cast.hanh, cast.school)
    assert (found.most_a_day, found.most_had, found.full) == (5, 4, 0)
    # Hoa alone has a child in 6B.
    for number in range(3):
        say(cast.hanh, cast.class_6b, f"Lớp 6B {number}")
    phones.ring(at(10, 1))
    found = spent(cast.hanh, cast.school)
    assert (found.most_had, found.full) == (5, 1)
    # The outsider's school has heard nothing.
    assert spent(cast.quang, cast.class_7c).most_had == 0


def test_deciding_costs_as_much_for_a_hundred_as_for_two(phones: Phones, committed_cast: Cast) -> None:
    cast = committed_cast

    def cost() -> int:
        notice = say(cast.hanh, cast.class_7a, "Tin")
        with CaptureQueriesContext(connection) as captured:
            first.recipients(notice, after=0, limit=500)
        return len([each for each in captured if "SAVEPOINT" not in each["sql"]])

    few = cost()
    people = Person.objects.bulk_create(
        Person(source=cast.source, sourced_id=f"g{n}", given_name="G", family_name="X", name="X G") for n in range(100)
    )
    pupils = Person.objects.bulk_create(
        Person(source=cast.source, sourced_id=f"p{n}", given_name="P", family_name="X", name="X P") for n in range(100)
    )
    Role.objects.bulk_create(
        Role(source=cast.source, sourced_id=f"r{one.pk}", person=one, org=cast.school, role=role)
        for role, each in (("guardian", people), ("student", pupils))
        for one in each
    )
    Enrolment.objects.bulk_create(
        Enrolment(source=cast.source, sourced_id=f"e{one.pk}", person=one, school_class=cast.class_7a,
                  school=cast.school, role="student")
        for one in pupils
    )  # fmt: skip
    GuardianLink.objects.bulk_create(
        GuardianLink(source=cast.source, guardian=guardian, student=pupil, state="active")
        for guardian, pupil in zip(people, pupils, strict=True)
    )
    PushSubscription.objects.bulk_create(
        PushSubscription(person=one, endpoint=f"https://push.invalid/{uuid.uuid4()}", p256dh="x", auth="x")
        for one in people
    )
    assert cost() == few
    assert HomePush.objects.count() > 100


def test_what_was_decided_is_forgotten_after_ninety_days(phones: Phones, committed_cast: Cast) -> None:
    say(committed_cast.hanh, committed_cast.class_7a, "Tin")
    phones.ring(at(10))
    phones.work.clock.now = at(10, days=90).astimezone(dt.UTC)
    assert budget.forget_old_pushes() == 0
    phones.work.clock.now = at(10, days=91).astimezone(dt.UTC)
    assert budget.forget_old_pushes() == 2
    assert Delivery.objects.exists()


def test_the_second_of_a_household_is_told_as_the_first_and_never_in_a_digest_that_is_over(
    phones: Phones, committed_cast: Cast
) -> None:
    cast = committed_cast
    Person.objects.filter(pk__in=[cast.hoa.pk, cast.dung.pk]).update(household=5)
    notices = [say(cast.hanh, cast.class_7a, f"Tin {number}") for number in range(7)]
    phones.work.clock.now = at(18, 59).astimezone(dt.UTC)
    for one in notices:
        budget.spend(one, [cast.hoa.pk])
    # The worker was killed between the two, and comes back after the evening's digest, or on the next day.
    for moment, one in ((at(19, 1), notices[5]), (at(7, days=1), notices[6]), (at(7, days=1), notices[0])):
        phones.work.clock.now = moment.astimezone(dt.UTC)
        budget.spend(one, [cast.dung.pk])
    decided = {
        row.broadcast_id: row.digest_on and row.digest_on.isoformat()
        for row in HomePush.objects.filter(person=cast.dung)
    }
    # The first rang for Hoa: it rings for Dũng, though their day was full.
    assert decided == {notices[5].pk: "2026-10-07", notices[6].pk: "2026-10-07", notices[0].pk: None}
    assert Dispatch.objects.filter(source="digest").count() == 2
