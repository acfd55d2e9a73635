"""Everybody at once: 200 browsers, those who write, and the pace they share."""

import asyncio
import json
from itertools import cycle
from pathlib import Path
from typing import Any

import aiohttp

from tests.chaos.device import Device
from tests.chaos.gate import Gate
from tests.chaos.journal import Journal, now
from tests.chaos.writer import write

LAGGING = 20
FLAPPING = 20


class Pace:
    """Lets so many sends a second begin, over all writers."""

    def __init__(self, rate: float) -> None:
        self._gap = 1 / rate
        self._next = 0.0
        self.is_over = False

    async def turn(self) -> bool:
        """Wait for one's turn; False when there are no more."""
        self._next = max(now(), self._next + self._gap)
        await asyncio.sleep(self._next - now())
        return not self.is_over


class Crowd:
    """Who is there, what they share, and what is counted while they write."""

    def __init__(self, folder: Path, gates: list[Gate], origin: str, rate: float) -> None:
        self.town: dict[str, Any] = json.loads((folder / "town.json").read_text())
        self.journal = Journal(folder / "clients.jsonl")
        self.gates = gates
        self.origin = origin
        self.pace = Pace(rate)
        self.settling = asyncio.Event()
        self.devices: list[Device] = []
        self.unanswered: dict[str, int] = {}
        self.acked = 0
        self.gaps_seen = 0
        self.stale_sends = 0
        self.first_ack_after: list[tuple[float, asyncio.Future[float]]] = []
        self.closings: list[tuple[float, str, int]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._writers: list[asyncio.Task[None]] = []
        self.http: aiohttp.ClientSession

    @property
    def is_settling(self) -> bool:
        """Nothing new is written and nothing breaks any more."""
        return self.settling.is_set()

    async def come(self) -> None:
        """Everybody connects."""
        self.http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=True
        )
        left = {"lagging": LAGGING, "flapping": FLAPPING}
        for person in self.town["people"]:
            second = {"teacher": "flapping", "guardian": "lagging"}.get(person["writes"] or "", "")
            habits = ["steady"]
            if left.get(second):
                left[second] -= 1
                habits.append(second)
            for habit, session in zip(habits, cycle(person["sessions"]), strict=False):
                self.devices.append(Device(self, len(self.devices), person, session, habit))
        for device in self.devices:
            self._tasks.append(asyncio.create_task(device.run()))
            await asyncio.sleep(0.02)

    def has_begun(self) -> bool:
        """Whether every steady device is connected and shows all its rooms."""
        steady = [device for device in self.devices if device.habit == "steady"]
        return all(
            device.online.is_set() and device.views and all(view.is_whole for view in device.views.values())
            for device in steady
        )

    def begin_writing(self) -> None:
        """Every writer begins in every room of theirs."""
        writers = {person["id"] for person in self.town["people"] if person["writes"]}
        rooms: dict[int, list[int]] = {}
        for person, room in self.town["pairs"]:
            rooms.setdefault(person, []).append(room)
        for device in self.devices:
            if device.habit == "steady" and device.person in writers:
                self._writers += [asyncio.create_task(write(device, room)) for room in rooms[device.person]]

    def acknowledged(self, name: str) -> None:
        """A send was answered with ok."""
        self.acked += 1
        self.unanswered.pop(name, None)
        at = now()
        for after, future in self.first_ack_after:
            if not future.done() and at > after:
                future.set_result(at)
        self.first_ack_after = [each for each in self.first_ack_after if not each[1].done()]

    async def next_ack(self, after: float) -> float:
        """When the first send after this moment was acknowledged."""
        future: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self.first_ack_after.append((after, future))
        return await future

    def closed(self, device: Device, code: int, *, by_itself: bool) -> None:
        """A socket has ended."""
        self.journal.write("closed", device.number, device.habit, code, by_itself)
        if not by_itself and device.habit == "steady":
            self.closings.append((now(), device.habit, code))

    def stop_writing(self) -> None:
        """Nothing new is written; what is not answered yet is tried until it is."""
        self.pace.is_over = True

    def settle(self) -> None:
        """Everybody reads again, and nobody flaps."""
        self.settling.set()

    def is_complete(self, heads: dict[int, int], pairs: set[tuple[int, int]]) -> bool:
        """Whether every device shows exactly its rooms, up to these heads."""
        mine: dict[int, set[int]] = {}
        for person, room in pairs:
            mine.setdefault(person, set()).add(room)
        return all(
            {room: view.rev for room, view in device.views.items() if room in heads and view.is_whole}
            == {room: heads[room] for room in mine.get(device.person, ())}
            for device in self.devices
        )

    async def go_home(self, folder: Path) -> None:
        """Everybody leaves; what they show at the end is written down."""
        with (folder / "views.jsonl").open("w") as out:
            for device in self.devices:
                views = {
                    room: [[seq, *kept] for seq, kept in sorted(view.messages.items()) if seq >= view.since]
                    for room, view in device.views.items()
                }
                since = {room: view.since for room, view in device.views.items()}
                out.write(json.dumps([device.number, device.person, device.epoch, views, since]) + "\n")
        for task in (*self._tasks, *self._writers):
            task.cancel()
        await asyncio.gather(*self._tasks, *self._writers, return_exceptions=True)
        await self.http.close()
        self.journal.close()
