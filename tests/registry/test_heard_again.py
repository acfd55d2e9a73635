"""A source that is pulled by schedule, was silent for long, and is heard again by a package."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.utils import timezone

from registry import staleness
from registry.models import Role, Source
from rooms.models import Member
from rooms.receivers import revise_for_today
from tests.registry.conftest import Send
from tests.registry.parcel import a_school

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _nobody_is_silent() -> Iterator[None]:
    """What a process has learned of sources in another test's database is not true of this one's."""
    yield
    staleness._last_days.clear()


def fall_silent(person: str, role: str) -> None:
    """Nine days ago the source was last heard; today this role begins."""
    Source.objects.filter(name="test").update(heard_at=timezone.now() - 9 * DAY, runs_at=dt.time(2, 30))
    Role.objects.filter(person__sourced_id=person, role=role).update(begins_on=timezone.localdate())
    revise_for_today()


def in_the_class() -> set[str]:
    return set(Member.objects.filter(room__kind="class").values_list("person__sourced_id", flat=True))


def test_a_package_gives_at_once_what_it_says_and_what_waited(send: Send) -> None:
    first = a_school()
    send(first)
    fall_silent("lan", "teacher")
    assert "lan" not in in_the_class()
    after = first.copy()
    after.role("dung", "teacher", "truong", kind="secondary")
    after.enrol("dung", "3a", "truong", "teacher", beginDate=timezone.localdate().isoformat())
    send(first.until(after))
    assert {"lan", "dung"} <= in_the_class()


def test_the_same_rows_again_do_too(send: Send) -> None:
    send(a_school())
    fall_silent("lan", "teacher")
    assert "lan" not in in_the_class()
    send(a_school())
    assert "lan" in in_the_class()


def test_a_dry_run_is_not_a_word(send: Send) -> None:
    send(a_school())
    fall_silent("lan", "teacher")
    send(a_school(), apply=False)
    revise_for_today()
    assert "lan" not in in_the_class()
