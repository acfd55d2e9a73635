"""The token bucket, and the breaker of the outlet."""

import pytest

from realtime import outlet
from realtime.limits import BURST, FRAMES_A_SECOND, TokenBucket
from realtime.outlet import FAILURES, PAUSE_SECONDS, Breaker


def test_a_burst_passes_and_then_the_average() -> None:
    bucket = TokenBucket(now=100.0)
    assert [bucket.take(100.0) for _ in range(int(BURST) + 1)] == [True] * int(BURST) + [False]
    assert sum(bucket.take(101.0) for _ in range(100)) == int(FRAMES_A_SECOND)


def test_a_long_rest_gives_no_more_than_a_burst() -> None:
    bucket = TokenBucket(now=0.0)
    assert sum(bucket.take(10_000.0) for _ in range(1_000)) == int(BURST)


def test_the_breaker_pauses_after_failures_and_tries_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(outlet.time, "monotonic", lambda: now[0])
    breaker = Breaker()
    for _ in range(FAILURES):
        assert breaker.is_open()
        breaker.failed(TimeoutError())
    assert not breaker.is_open()
    now[0] = PAUSE_SECONDS + 0.1
    assert breaker.is_open()
    breaker.worked()
    breaker.failed(TimeoutError())
    assert breaker.is_open()
    assert breaker.dropped == FAILURES + 1
