"""Questions of the same kind that wait at the same moment share one visit to the database: a storm of 5,000 reconnects
costs a few dozen of them, and posts that wait together share a commit (decision 9)."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from realtime.database import in_database

Question = TypeVar("Question")
Answer = TypeVar("Answer")


class Together(Generic[Question, Answer]):
    """Collects questions on the event loop; `answer_all` gets up to `at_once` of them in a database thread and gives an
    answer, or the exception, for each in their order. While one visit runs, the next gathers: nobody waits for company."""

    def __init__(
        self, answer_all: Callable[[list[Question]], list[Answer | Exception]], *, at_once: int, visits: int = 1
    ) -> None:
        self._answer_all = answer_all
        self._at_once = at_once
        self._visits = visits
        self._waiting: deque[tuple[Question, asyncio.Future[Answer]]] = deque()
        self._running = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        # The loop itself holds tasks only weakly.
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        """How many wait and are not being asked about yet."""
        return len(self._waiting)

    async def ask(self, question: Question) -> Answer:
        """The answer to this question; raises what the visit gave for it, or what ended the whole visit."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            # What another loop left behind ended with it.
            self._loop, self._running = loop, 0
            self._waiting.clear()
        answer: asyncio.Future[Answer] = loop.create_future()
        self._waiting.append((question, answer))
        if self._running < self._visits:
            self._running += 1
            self._tasks.add(task := loop.create_task(self._run()))
            task.add_done_callback(self._tasks.discard)
        return await answer

    async def _run(self) -> None:
        try:
            # One turn of the loop: frames read in the same turn go together.
            await asyncio.sleep(0)
            while self._waiting:
                count = min(self._at_once, len(self._waiting))
                await self._visit([self._waiting.popleft() for _ in range(count)])
        finally:
            self._running -= 1

    async def _visit(self, asked: list[tuple[Question, "asyncio.Future[Answer]"]]) -> None:
        try:
            answers = await in_database(self._answer_all, [question for question, _future in asked])
        except BaseException as error:
            for _question, future in asked:
                _settle(future, error if isinstance(error, Exception) else asyncio.CancelledError())
            if not isinstance(error, Exception):
                raise
            return
        for (_question, future), answer in zip(asked, answers, strict=True):
            _settle(future, answer)


def _settle(future: "asyncio.Future[Answer]", answer: Answer | BaseException) -> None:
    # Whoever asked may have gone meanwhile.
    if future.done():
        return
    if isinstance(answer, asyncio.CancelledError):
        future.cancel()
    elif isinstance(answer, BaseException):
        future.set_exception(answer)
    else:
        future.set_result(answer)
