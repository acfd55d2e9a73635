"""One signed-in browser as docs/protocol.md describes it: a socket that comes back, and complete views of its rooms."""

import asyncio
import contextlib
import json
import random
import socket
from typing import TYPE_CHECKING, Any

import aiohttp

from tests.chaos.journal import now
from tests.chaos.view import RoomView

if TYPE_CHECKING:
    from tests.chaos.crowd import Crowd

PING_EVERY = 7.0
SILENCE = 12.0
ANSWER_WITHIN = 15.0
GAP_SECONDS = 0.3
PAUSES = (0.5, 1, 2, 4, 8, 16, 30)
FINAL_CODES = frozenset({4400, 4401, 4403, 4410})
PAGE = 100
# A room that somebody opens again is read so many pages back, as somebody who scrolls does. Reading thousands of messages
# anew with every right that comes back was most of a run's work, and grew with the run.
PAGES = 5


class Lost(Exception):
    """No answer: whether the order was carried out is not known."""


class Device:
    """`habit` is steady, lagging or flapping; `home` the gate that it prefers."""

    def __init__(self, crowd: "Crowd", number: int, person: dict[str, Any], session: str, habit: str) -> None:
        self.crowd = crowd
        self.number = number
        self.person: int = person["id"]
        self.habit = habit
        self.home = number % 2
        self.views: dict[int, RoomView] = {}
        self.epoch = ""
        self.online = asyncio.Event()
        self.csrf = ""
        self._session = session
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._ref = 0
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._seen: set[tuple[int, int]] = set()
        self._resuming: asyncio.Task[None] | None = None
        self._fetching: dict[int, asyncio.Task[None]] = {}
        # One page at a time, as an app that shows one room at a time.
        self._one_page = asyncio.Lock()
        self._leaves_by_itself = False
        self._told_pause = 0.0
        self._reading_again = 0.0

    def cookies(self) -> str:
        """What the browser sends with everything."""
        return f"sid={self._session}" + (f"; csrf={self.csrf}" if self.csrf else "")

    # -- Coming and going ---------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Stay connected until the crowd goes home."""
        failures = 0
        while True:
            gate = self.home if failures % 2 == 0 else 1 - self.home
            code, was_in = await self._once(gate)
            failures = 0 if was_in else failures + 1
            if code in FINAL_CODES:
                self.crowd.journal.write("turned_away", self.number, code)
            await asyncio.sleep(self._pause(code, failures))

    async def _once(self, gate: int) -> tuple[int, bool]:
        """One socket's life: its close code, and whether the server said hello."""
        self._leaves_by_itself = False
        code = 1006
        with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
            async with asyncio.timeout(15):
                opened = await self.crowd.http.ws_connect(
                    f"ws://127.0.0.1:{self.crowd.gates[gate].port}/ws", origin=self.crowd.origin, max_msg_size=0,
                    headers={"Cookie": self.cookies()}, timeout=aiohttp.ClientWSTimeout(ws_close=0.5),
                )  # fmt: skip
            self._socket = opened
            self._seen.clear()
            beside = [asyncio.create_task(self._ping()), asyncio.create_task(self._wander(gate))]
            try:
                code = await self._read(opened)
            finally:
                was_in = self.online.is_set()
                self._forget_socket()
                for task in beside:
                    task.cancel()
                self.crowd.closed(self, code, by_itself=self._leaves_by_itself)
                await opened.close()
            return code, was_in
        return code, False

    def _forget_socket(self) -> None:
        self.online.clear()
        self._socket = None
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(Lost())
        self._answers.clear()

    def _pause(self, code: int, failures: int) -> float:
        if self._told_pause:
            told, self._told_pause = self._told_pause, 0.0
            return told
        if code == 4012:
            return random.uniform(0, 10)
        if code == 4029:
            return 30.0
        return PAUSES[min(failures, len(PAUSES) - 1)] * random.uniform(0.5, 1.5)

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(PING_EVERY)
            with contextlib.suppress(Lost):
                await self.ask("ping")

    async def _wander(self, gate: int) -> None:
        """Flapping clients leave again and again; others go home once their own server is back."""
        if self.habit == "flapping" and not self.crowd.is_settling:
            await asyncio.sleep(random.uniform(1, 8))
        elif gate != self.home:
            await asyncio.sleep(random.uniform(6, 15))
        else:
            return
        self.leave()

    def leave(self) -> None:
        """Go away without a word, as a phone in a lift does."""
        self._leaves_by_itself = True
        held = self._socket.get_extra_info("socket") if self._socket is not None else None
        if held is not None:
            with contextlib.suppress(OSError):
                held.shutdown(socket.SHUT_RDWR)

    # -- Frames -------------------------------------------------------------------------------------------------------

    async def _read(self, opened: aiohttp.ClientWebSocketResponse) -> int:
        while True:
            if self.habit == "lagging":
                await self._lag()
            try:
                message = await opened.receive(timeout=SILENCE)
            except TimeoutError:
                self._leaves_by_itself = True
                return 1006
            if message.type is not aiohttp.WSMsgType.TEXT:
                return opened.close_code or 1006
            self._take(json.loads(message.data))

    async def _lag(self) -> None:
        """Does not read for a while, sometimes for so long that the server must think it dead; or reads slowly."""
        if self.crowd.is_settling or now() < self._reading_again:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.crowd.settling.wait(), random.choice((0.3, 0.3, 5, 15, 60)))
        self._reading_again = now() + random.uniform(0, 4)

    def _take(self, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "ok" | "refused":
                answer = self._answers.pop(frame.get("ref"), None)
                if answer is not None and not answer.done():
                    answer.set_result(frame)
            case "hello":
                self._greeted(frame)
            case "heartbeat":
                self._compare(frame["heads"])
            case "access.changed":
                self._keep_only(frame["rooms"])
            case "room.opened":
                self._open(frame["room"])
            case "closing":
                self._told_pause = float(frame.get("retry_after") or 0)
            case kind if kind.startswith("message."):
                self._posted(frame)

    async def ask(self, kind: str, **fields: Any) -> dict[str, Any]:
        """An order and its answer; Lost if none comes."""
        if self._socket is None or self._socket.closed:
            raise Lost
        self._ref += 1
        ref = self._ref
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[ref] = answer
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                await self._socket.send_str(json.dumps({"type": kind, "ref": ref, **fields}, ensure_ascii=False))
                return await answer
        except TimeoutError:
            # docs/protocol.md, 6.1: no answer in time, so close the socket; what still waits on it is nobody's any more.
            # One that does not read is for the server to notice.
            if self.habit != "lagging":
                self.leave()
            raise Lost from None
        except (OSError, aiohttp.ClientError):
            raise Lost from None
        finally:
            self._answers.pop(ref, None)

    # -- Views --------------------------------------------------------------------------------------------------------

    def _greeted(self, hello: dict[str, Any]) -> None:
        if self.epoch not in {"", hello["epoch"]}:
            self.views.clear()
        self.epoch = hello["epoch"]
        self.online.set()
        self._compare(hello["heads"], is_complete=True)

    def _compare(self, heads: dict[str, int], *, is_complete: bool = False) -> None:
        """What is stored with what the server says; every room that differs is resumed, every new one fetched."""
        known = {int(room): head for room, head in heads.items()}
        for room in known.keys() - self.views.keys():
            self._open(room)
        differs = any(view.room in known and view.rev != known[view.room] for view in self.views.values())
        if differs or (is_complete and self.views.keys() - known.keys()):
            self._resume_soon()

    def _posted(self, frame: dict[str, Any]) -> None:
        message, rev = frame["message"], frame["rev"]
        room = message["room"]
        if (room, rev) in self._seen:
            self.crowd.journal.write("twice", self.number, self.person, room, rev)
        self._seen.add((room, rev))
        view = self.views.get(room)
        self._show("live", view, message)
        if view is not None:
            view.take_event(rev)
            if view.has_gap():
                self.crowd.gaps_seen += 1
                self._resume_soon()

    def _show(self, how: str, view: RoomView | None, message: dict[str, Any], asked_at: float = 0) -> None:
        """Whatever arrives is written down, wanted or not: what a client throws away, somebody has still been shown."""
        shown = (view or RoomView(message["room"])).put(message)
        if shown is not None:
            self.crowd.journal.write(
                "shown", self.person, self.number, how, message["room"], message["seq"], message["rev"], shown,
                round(asked_at, 4),
            )  # fmt: skip

    def _keep_only(self, rooms: list[int]) -> None:
        for room in self.views.keys() - set(rooms):
            self._drop(room)
        for room in set(rooms) - self.views.keys():
            self._open(room)

    def _drop(self, room: int) -> None:
        self.views.pop(room, None)
        # Another life of the room may begin, and tell what this one told.
        self._seen = {seen for seen in self._seen if seen[0] != room}
        fetching = self._fetching.pop(room, None)
        if fetching is not None:
            fetching.cancel()

    def _open(self, room: int) -> None:
        self._drop(room)
        self.views[room] = RoomView(room)
        self._fetching[room] = asyncio.create_task(self._fetch(self.views[room]))

    def _resume_soon(self) -> None:
        if self._resuming is None or self._resuming.done():
            self._resuming = asyncio.create_task(self._resume())

    async def _resume(self) -> None:
        await asyncio.sleep(GAP_SECONDS)
        while True:
            revs = {str(view.room): view.rev for view in self.views.values() if not view.is_loading}
            asked_at = now()
            try:
                answer = await self.ask("room.resume", epoch=self.epoch, rooms=revs)
            except Lost:
                # The socket is gone, and the next hello asks again; or it is only slow, and so does this.
                if not self.online.is_set():
                    return
                await asyncio.sleep(GAP_SECONDS)
                continue
            if answer["type"] == "ok":
                break
            await asyncio.sleep(answer.get("retry_after") or 1)
        self.caught_up(answer, asked_at)

    def caught_up(self, answer: dict[str, Any], asked_at: float) -> None:
        """Take what room.resume or POST /api/sync answered."""
        if answer["start_again"]:
            for room in tuple(self.views):
                self._open(room)
            self.epoch = answer["epoch"]
            return
        for room in answer["gone"]:
            self._drop(room)
        for key, changes in answer["rooms"].items():
            view = self.views.get(int(key))
            for message in changes["messages"]:
                self._show("resume", view, message, asked_at)
            if view is None or view.is_loading:
                continue
            if changes["start_again"]:
                self._open(view.room)
            else:
                view.stand_at(changes["head"])

    async def _fetch(self, view: RoomView) -> None:
        """The newest pages of the room, the newest first."""
        query, failures, pages = f"?limit={PAGE}", 0, 0
        while self.views.get(view.room) is view:
            async with self._one_page:
                asked_at = now()
                status, page = await self.request("GET", f"/api/rooms/{view.room}/messages{query}")
            if status == 404:
                self._drop(view.room)
                return
            if status != 200:
                failures += 1
                await asyncio.sleep(min(4.0, 0.5 * failures) * random.uniform(0.5, 1.5))
                continue
            for message in page["messages"]:
                self._show("page", view, message, asked_at)
            if view.is_loading:
                view.is_loading = False
                view.stand_at(page["head"])
                if view.has_gap():
                    self._resume_soon()
            pages += 1
            if page["complete"] or pages >= PAGES:
                view.since = 0 if page["complete"] else page["messages"][0]["seq"]
                view.is_whole = True
                return
            query = f"?limit={PAGE}&before={page['messages'][0]['seq']}"

    async def request(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        """An HTTP request's status and JSON; (0, {}) when no answer came."""
        headers = {"Cookie": self.cookies(), "X-CSRFToken": self.csrf, "Accept-Language": "en"}
        url = f"http://127.0.0.1:{random.choice(self.crowd.gates).port}{path}"
        try:
            async with asyncio.timeout(ANSWER_WITHIN), self.crowd.http.request(
                method, url, json=body, headers=headers
            ) as response:  # fmt: skip
                if "csrf" in response.cookies:
                    self.csrf = response.cookies["csrf"].value
                return response.status, await response.json()
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
            return 0, {}
