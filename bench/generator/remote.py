"""The generator in a process of its own, told what to do through a pipe. Between two orders it keeps its sockets alive."""

import gc
import multiprocessing
import select
import time
import traceback
from multiprocessing.connection import Connection
from time import perf_counter
from types import TracebackType
from typing import Any, Self

from bench.generator import rounds
from bench.generator.arriving import Arriving
from bench.generator.client import Client, Dialect
from bench.generator.loop import Loop
from bench.processes import allow_many_sockets


class Remote:
    """A generator for one server. `with` ends it and its sockets."""

    def __init__(self, port: int, dialect: Dialect) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_main, args=(theirs, port, dialect), daemon=True)
        self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            self._pipe.send(("stop", {}))
        except OSError as gone:
            if error is None:
                raise RuntimeError("the generator ended before its time") from gone
        self._process.join(15)
        if self._process.is_alive():
            self._process.kill()
            self._process.join(5)
        self._pipe.close()

    def begin(self, what: str, **how: Any) -> None:
        """Give an order; finish() has its answer."""
        self._pipe.send((what, how))

    def finish(self, seconds: float = 300) -> Any:
        """The answer to the order begun."""
        if not self._pipe.poll(seconds):
            raise TimeoutError("the generator does not answer")
        is_well, answer = self._pipe.recv()
        if not is_well:
            raise RuntimeError(answer)
        return answer

    def ask(self, what: str, *, within: float = 300, **how: Any) -> Any:
        """Give an order and wait for its answer."""
        self.begin(what, **how)
        return self.finish(within)


def _main(pipe: Connection, port: int, dialect: Dialect) -> None:
    allow_many_sockets()
    # Nothing here makes cycles, and a pause of the collector would look like a pause of the server.
    gc.disable()
    worker = _Worker(Loop(port, dialect), dialect)
    worker.loop.epoll.register(pipe.fileno(), select.EPOLLIN)
    while True:
        while not pipe.poll():
            worker.loop.turn(0.1)
        what, how = pipe.recv()
        if what == "stop":
            worker.loop.stop()
            return
        try:
            pipe.send((True, getattr(worker, what)(**how)))
        except Exception:  # noqa: BLE001  told to the other side, which raises it
            pipe.send((False, traceback.format_exc()))


class _Worker:
    """The orders."""

    def __init__(self, loop: Loop, dialect: Dialect) -> None:
        self.loop = loop
        self.dialect = dialect

    def join(self, people: list[dict[str, Any]], at_once: int = 50, seconds: float = 180) -> dict[str, Any]:
        """Connect these people too."""
        clients = [Client(who) for who in people]
        arrived = Arriving(self.loop, clients, at_once=at_once, began_at=perf_counter()).run(seconds)
        self.loop.clients += clients
        if arrived.missing:
            raise RuntimeError(f"{arrived.missing} of {len(clients)} did not get in: {arrived.errors}")
        return {"seconds": max(arrived.seconds), "errors": arrived.errors}

    def people(self) -> list[dict[str, Any]]:
        """What the dialect knows of everybody, and whether they are connected."""
        return [client.who | {"is_ready": client.is_ready and client.sock is not None} for client in self.loop.clients]

    def rest(self, seconds: float) -> None:
        """Do nothing but stay connected."""
        ends_at = perf_counter() + seconds
        while (left := ends_at - perf_counter()) > 0:
            self.loop.turn(left)

    def one_by_one(self, count: int, seconds: float = 30) -> dict[str, Any]:
        """One message after the other to everybody. No heartbeats meanwhile: they are no part of a delivery."""
        self.loop.is_beating = False
        try:
            return rounds.one_by_one(self.loop, count, seconds)
        finally:
            self.loop.is_beating = True

    def at_rate(self, rate: float, seconds: float, patience: float = 3.0) -> dict[str, Any]:
        """Messages at a rate."""
        return rounds.at_rate(self.loop, rate, seconds, patience=patience)

    def post_all(self, posts: list[tuple[int, Any]], rate: float = 400.0) -> None:
        """Post these (client, room) at a bearable rate, and wait until nothing more arrives."""
        loop, began = self.loop, perf_counter()
        for count, (at, room) in enumerate(posts):
            client = loop.clients[at]
            own, client.room = client.room, room
            loop.post(client)
            client.room = own
            while perf_counter() < began + count / rate:
                loop.turn(0.002)
        self.settle(10.0)

    def settle(self, seconds: float) -> None:
        """Wait until no message has arrived for a second, at most so long."""
        ends_at, before = perf_counter() + seconds, -1
        while perf_counter() < ends_at and before != (before := sum(client.got for client in self.loop.clients)):
            self.rest(1.0)

    def storm(self, dialect: Dialect | None = None, seconds: float = 120) -> dict[str, Any]:
        """Reset every socket and come back at once, joining as `dialect` does."""
        loop = self.loop
        if dialect is not None:
            loop.dialect = dialect
        began, worked = perf_counter(), time.process_time()
        for client in loop.clients:
            loop.abort(client)
        arrived = Arriving(loop, loop.clients, at_once=len(loop.clients), began_at=began).run(seconds)
        loop.dialect = self.dialect
        return {
            "back": len(arrived.seconds),
            "missing": arrived.missing,
            "seconds": sorted(arrived.seconds),
            "errors": arrived.errors,
            "told": arrived.told,
            "generator": (time.process_time() - worked) / (perf_counter() - began),
        }
