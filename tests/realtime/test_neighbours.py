"""When a process may spare the layer: only while nobody else would hear."""

import pytest

from realtime import neighbours
from realtime.neighbours import GONE_AFTER, SAY_EVERY, Neighbours


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, to be moved by hand."""
    now = [1_000.0]
    monkeypatch.setattr(neighbours.time, "monotonic", lambda: now[0])
    return now


def test_a_process_that_does_not_listen_never_thinks_itself_alone(clock: list[float]) -> None:
    one = Neighbours()
    clock[0] += 3_600
    assert not one.is_alone()


def test_it_is_alone_after_nobody_was_heard_for_two_rounds(clock: list[float]) -> None:
    one = Neighbours()
    one.listening()
    assert not one.is_alone()
    clock[0] += 2 * SAY_EVERY
    assert one.is_alone()


def test_one_voice_ends_it_until_that_voice_is_gone(clock: list[float]) -> None:
    one = Neighbours()
    one.listening()
    clock[0] += 60
    assert one.hear("other")
    assert not one.hear("other")
    assert not one.is_alone()
    clock[0] += GONE_AFTER + 1
    assert one.is_alone()
    assert one.hear("other")


def test_who_lost_the_layer_does_not_know(clock: list[float]) -> None:
    one = Neighbours()
    one.listening()
    clock[0] += 60
    one.deaf()
    assert not one.is_alone()
    one.listening()
    assert not one.is_alone()
