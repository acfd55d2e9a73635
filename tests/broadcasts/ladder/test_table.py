"""The table of 4.D, row by row, and when its rungs are due."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from broadcasts.ladder.errors import NotALadder, TooWeak
from broadcasts.ladder.planning import planned
from broadcasts.ladder.quiet import Quiet, minutes_of, written
from broadcasts.ladder.table import DEFAULTS, NOW, fit_steps
from broadcasts.ladder.words import Action, Side, Step, To
from broadcasts.models import Urgency
from tests.broadcasts.ladder.conftest import at

NIGHT, NEVER = Quiet(21 * 60, 6 * 60), Quiet(0, 0)
STAFF, HOUSEHOLDS = Side.STAFF, Side.HOUSEHOLDS
# Urgency, side: (minutes, what, to whom) as 4.D says it.
ROWS = {
    ("thuong", STAFF): [(0, "push", "all")],
    ("thuong", HOUSEHOLDS): [(0, "push", "all")],
    ("khan", STAFF): [(0, "push", "all"), (30, "push", "silent"), (120, "sms", "silent")],
    ("khan", HOUSEHOLDS): [(0, "push", "all"), (120, "push", "silent"), (360, "sms", "silent")],
    ("thuong_khan", STAFF): [
        (0, "push", "all"), (10, "push", "silent"), (10, "sms", "silent"), (30, "deputy", "silent"),
    ],
    ("thuong_khan", HOUSEHOLDS): [(0, "push", "all"), (30, "sms", "silent"), (60, "call_list", "silent")],
    ("hoa_toc", STAFF): [
        (0, "push", "all"), (0, "sms", "all"), (5, "push", "silent"), (10, "deputy", "silent"),
        (20, "call_list", "silent"),
    ],
    ("hoa_toc", HOUSEHOLDS): [(0, "push", "all"), (10, "sms", "silent"), (20, "call_list", "silent")],
}  # fmt: skip


def plan(urgency: str, side: Side, published_at: dt.datetime, **different):
    asked = {"ends_at": None, "quiet": NIGHT, "channels": {"webpush"}} | different
    return planned(DEFAULTS, (Urgency(urgency), side), published_at=published_at, **asked)


def times(urgency: str, side: Side, published_at: dt.datetime, **different) -> list[str]:
    """Day of the month and time in Vietnam."""
    found = plan(urgency, side, published_at, **different)
    return [timezone.localtime(each.due_at).strftime("%d %H:%M") for each in found]


@pytest.mark.parametrize(("urgency", "side"), ROWS)
def test_each_row_is_as_the_sector_decided(urgency: str, side: Side) -> None:
    found = plan(urgency, side, at(10))
    told = [(each.step.after, each.step.action.value, each.step.to.value) for each in found]
    assert told == ROWS[urgency, side]
    assert [each.due_at for each in found] == [at(10) + dt.timedelta(minutes=minutes) for minutes, *_ in told]
    assert all(each.has_channel is (each.step.action is not Action.SMS) for each in found)


def test_every_row_is_there() -> None:
    assert set(DEFAULTS) == {(Urgency(urgency), side) for urgency, side in ROWS}
    assert set(DEFAULTS) == {(urgency, side) for urgency in Urgency for side in Side}


def test_a_channel_that_is_there_is_used() -> None:
    found = plan("hoa_toc", STAFF, at(10), channels={"webpush", "sms"})
    assert all(each.has_channel for each in found)


@pytest.mark.parametrize(
    ("urgency", "side", "hour", "expected"),
    [
        ("thuong", HOUSEHOLDS, (20, 59), ["06 20:59"]),
        ("thuong", HOUSEHOLDS, (21, 0), ["07 06:00"]),
        ("thuong", HOUSEHOLDS, (5, 59), ["06 06:00"]),
        ("thuong", HOUSEHOLDS, (6, 0), ["06 06:00"]),
        # What comes after it is counted from when the family was told, and by day.
        ("khan", HOUSEHOLDS, (23, 0), ["07 06:00", "07 08:00", "07 12:00"]),
        ("khan", HOUSEHOLDS, (20, 0), ["06 20:00", "07 06:00", "07 06:00"]),
        ("khan", HOUSEHOLDS, (15, 0), ["06 15:00", "06 17:00", "07 06:00"]),
        ("khan", STAFF, (23, 0), ["06 23:00", "06 23:30", "07 01:00"]),
        ("thuong", STAFF, (23, 0), ["06 23:00"]),
        ("thuong_khan", HOUSEHOLDS, (23, 0), ["06 23:00", "06 23:30", "07 00:00"]),
        ("hoa_toc", HOUSEHOLDS, (23, 0), ["06 23:00", "06 23:10", "06 23:20"]),
    ],
)
def test_what_can_wait_does_not_break_a_familys_night(
    urgency: str, side: Side, hour: tuple[int, int], expected: list[str]
) -> None:
    assert times(urgency, side, at(*hour)) == expected


def test_without_quiet_hours_nothing_waits() -> None:
    assert times("khan", HOUSEHOLDS, at(23), quiet=NEVER) == ["06 23:00", "07 01:00", "07 05:00"]


def test_nothing_happens_after_the_end() -> None:
    ends_at = at(10, 20)
    assert [each.step.after for each in plan("hoa_toc", STAFF, at(10), ends_at=ends_at)] == [0, 0, 5, 10]
    # What leaves is told, however short it lasts.
    assert [each.step.after for each in plan("hoa_toc", STAFF, at(10), ends_at=at(10))] == [0, 0]


def test_the_morning_comes_by_the_clock_on_the_wall_where_clocks_are_changed() -> None:
    with timezone.override(ZoneInfo("Europe/Berlin")):
        # The clocks go back an hour in the night of the 25th, and forward in that of the 28th of March.
        autumn = dt.datetime(2026, 10, 24, 22, 0, tzinfo=ZoneInfo("Europe/Berlin"))
        assert NIGHT.over(autumn) == dt.datetime(2026, 10, 25, 6, 0, tzinfo=ZoneInfo("Europe/Berlin"))
        spring = dt.datetime(2027, 3, 27, 22, 0, tzinfo=ZoneInfo("Europe/Berlin"))
        assert NIGHT.over(spring) == dt.datetime(2027, 3, 28, 6, 0, tzinfo=ZoneInfo("Europe/Berlin"))
        # 2:30 does not exist on that night: it is over at three, not before.
        short = Quiet(21 * 60, 2 * 60 + 30)
        assert short.over(spring) == dt.datetime(2027, 3, 28, 1, 30, tzinfo=dt.UTC)


def test_hours_are_written_and_read() -> None:
    assert [minutes_of("21:00"), minutes_of("06:05")] == [1260, 365]
    assert [written(1260), written(365)] == ["21:00", "06:05"]
    for wrong in ("25:00", "6", "", "21.00"):
        with pytest.raises(ValueError, match="no time"):
            minutes_of(wrong)


def step(after: int, action: str, to: str = "silent") -> Step:
    return Step(after=after, action=Action(action), to=To(to))


FLASH_STAFF = list(DEFAULTS[Urgency.FLASH, STAFF])


@pytest.mark.parametrize(
    "change",
    [
        lambda steps: [one for one in steps if one.action is not Action.DEPUTY],
        lambda steps: [one for one in steps if one.action is not Action.SMS],
        lambda steps: [one if one.action is not Action.CALL_LIST else step(21, "call_list") for one in steps],
        lambda steps: [one if one.action is not Action.SMS else step(0, "sms", "silent") for one in steps],
    ],
)
def test_hoa_toc_is_never_made_weaker(change) -> None:
    with pytest.raises(TooWeak):
        fit_steps((Urgency.FLASH, STAFF), change(FLASH_STAFF))


def test_hoa_toc_may_be_made_stronger() -> None:
    sooner = [one if one.action is not Action.CALL_LIST else step(15, "call_list", "all") for one in FLASH_STAFF]
    more = [*sooner, step(2, "push")]
    assert set(fit_steps((Urgency.FLASH, STAFF), reversed(more))) == set(more)
    assert [one.after for one in fit_steps((Urgency.FLASH, STAFF), more)] == [0, 0, 2, 5, 10, 15]


@pytest.mark.parametrize(
    ("key", "steps"),
    [
        ((Urgency.URGENT, STAFF), []),
        ((Urgency.URGENT, STAFF), [step(0, "push", "silent")]),
        ((Urgency.URGENT, STAFF), [step(10, "push", "all")]),
        ((Urgency.URGENT, STAFF), [NOW, step(30, "push"), step(30, "push", "all")]),
        ((Urgency.URGENT, STAFF), [NOW, *(step(n, "push") for n in range(1, 9))]),
        ((Urgency.URGENT, HOUSEHOLDS), [NOW, step(30, "deputy")]),
        ((Urgency.ORDINARY, HOUSEHOLDS), [NOW, step(30, "push")]),
    ],
)
def test_what_is_no_ladder_is_refused(key, steps) -> None:
    with pytest.raises(NotALadder):
        fit_steps(key, steps)
