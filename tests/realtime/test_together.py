"""Questions that wait at the same moment share a visit; each gets its own answer."""

import asyncio
import threading

import pytest

from realtime.together import Together


class Odd(Exception):
    """Said to odd numbers."""


class Visits:
    """Doubles numbers; odd ones get an exception. Notes who came together, and may be held at the door."""

    def __init__(self) -> None:
        self.seen: list[list[int]] = []
        self.door = threading.Event()
        self.door.set()

    def answer_all(self, numbers: list[int]) -> list[int | Exception]:
        assert self.door.wait(10)
        self.seen.append(numbers)
        if 666 in numbers:
            raise RuntimeError("the whole visit")
        return [Odd(number) if number % 2 else 2 * number for number in numbers]


async def test_those_who_ask_in_one_moment_are_answered_in_one_visit() -> None:
    visits = Visits()
    together = Together(visits.answer_all, at_once=10)
    answers = await asyncio.gather(*(together.ask(number) for number in range(5)), return_exceptions=True)
    assert visits.seen == [[0, 1, 2, 3, 4]]
    assert answers[::2] == [0, 4, 8]
    assert [type(answer) for answer in answers[1::2]] == [Odd, Odd]


async def test_those_who_come_while_a_visit_runs_share_the_next_ones() -> None:
    visits = Visits()
    together = Together(visits.answer_all, at_once=3)
    visits.door.clear()
    first = asyncio.ensure_future(together.ask(0))
    while not together._running or len(together):
        await asyncio.sleep(0.01)
    rest = [asyncio.ensure_future(together.ask(number)) for number in (2, 4, 6, 8)]
    await asyncio.sleep(0)
    assert len(together) == 4
    visits.door.set()
    assert await asyncio.gather(first, *rest) == [0, 4, 8, 12, 16]
    assert visits.seen == [[0], [2, 4, 6], [8]]


async def test_what_ends_the_whole_visit_is_told_to_all_of_it_and_to_nobody_later() -> None:
    visits = Visits()
    together = Together(visits.answer_all, at_once=10)
    answers = await asyncio.gather(together.ask(2), together.ask(666), return_exceptions=True)
    assert [type(answer) for answer in answers] == [RuntimeError, RuntimeError]
    assert await together.ask(4) == 8


async def test_one_who_left_keeps_nobody_else_from_an_answer() -> None:
    visits = Visits()
    together = Together(visits.answer_all, at_once=10)
    gone, stays = (asyncio.ensure_future(together.ask(number)) for number in (2, 4))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == 8
    assert gone.cancelled()


def test_another_loop_begins_anew() -> None:
    visits = Visits()
    together = Together(visits.answer_all, at_once=10)

    async def leave() -> None:
        asyncio.ensure_future(together.ask(2))  # noqa: RUF006  nobody waits for it: the loop ends first
        await asyncio.sleep(0)

    asyncio.run(leave())
    assert asyncio.run(together.ask(4)) == 8


@pytest.mark.parametrize("count", [1, 25])
async def test_a_visit_takes_so_many_and_no_more(count: int) -> None:
    visits = Visits()
    together = Together(visits.answer_all, at_once=10)
    await asyncio.gather(*(together.ask(2 * number) for number in range(count)))
    assert max(map(len, visits.seen)) == min(count, 10)
    assert sum(map(len, visits.seen)) == count
