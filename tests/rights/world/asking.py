"""Everybody knocks at every door: first each alone, then all listen while somebody speaks."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.oracle import Room
from tests.rights.world import deeds, school
from tests.rights.world.browser import LIVE, Browser, Reply, a_name
from tests.rights.world.building import World
from tests.rights.world.deeds import Deed
from tests.rights.world.people import Subject
from tests.rights.world.places import Place, sides_of

# A room that nobody has: what is refused there is refused everywhere in the same words.
NOWHERE = 2**53
AT_ONCE = 12
# The server hangs up on those who are silent for 45 s.
PING_EVERY = 15.0
# How long whoever must hear may take, and how long nobody else may be heard from.
HEARS_WITHIN, STAYS_SILENT = 20.0, 1.0

Cell = tuple[Subject, str, Deed]


@dataclass(slots=True)
class Found:
    """What was answered."""

    answers: dict[Cell, str] = field(default_factory=dict)
    # Refusals of rooms that exist, in other words than those of rooms that do not.
    told_apart: list[Cell] = field(default_factory=list)
    # What each heard at all, and the rooms in which something was said to everybody.
    heard: dict[Subject, set[int]] = field(default_factory=dict)
    spoken: set[Room] = field(default_factory=set)


class Crowd:
    """The subjects of a world at one running server."""

    def __init__(self, world: World, port: int, speakers: dict[Room, str], *, at: Iterable[Deed] = deeds.DEEDS) -> None:
        """`speakers`: who says something in which room once everybody listens. `at`: the doors to knock at."""
        self._world = world
        self._port = port
        self._speakers = speakers
        self._at = set(at)
        self._found = Found()
        self._browsers: dict[Subject, Browser] = {}
        self._no_room: dict[Deed, bytes] = {}

    async def knock(self) -> Found:
        """Everything that was answered and heard."""
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), timeout=aiohttp.ClientTimeout(total=90)
        ) as self._http:
            self._head = self._browser(self._world.sessions[school.HEAD_OF_ALL])
            await self._head.connect()
            await self._end_sessions()
            await self._learn_refusals()
            staying = asyncio.create_task(self._stay())
            try:
                await self._each(self._world.subjects, self._one)
                if deeds.HEAR in self._at or deeds.PUSH in self._at:
                    await self._speak()
            finally:
                staying.cancel()
                for browser in (*self._browsers.values(), self._head):
                    await browser.close()
        return self._found

    async def _each(self, all_of: Iterable[Any], work: Any) -> None:
        gate = asyncio.Semaphore(AT_ONCE)

        async def alone(one: Any) -> None:
            async with gate:
                await work(one)

        async with asyncio.TaskGroup() as group:
            for one in all_of:
                group.create_task(alone(one))

    def _browser(self, session: str) -> Browser:
        return Browser(self._http, self._port, session)

    async def _stay(self) -> None:
        while True:
            await asyncio.sleep(PING_EVERY)
            for browser in (*self._browsers.values(), self._head):
                await browser.order("ping")

    async def _end_sessions(self) -> None:
        """As people do: at this device, and at another one that was lost."""
        for subject in self._world.subjects:
            if subject.account == "signed_out":
                reply = await self._browser(self._world.sessions[subject.name]).ask("DELETE", "session")
                assert reply.status == 200, reply.content
            if subject.account == "device_ended":
                other = self._browser(self._world.others[subject.name])
                devices = (await other.ask("GET", "devices")).told["devices"]
                for lost in [each["id"] for each in devices if not each["is_this"]]:
                    assert (await other.ask("DELETE", f"devices/{lost}")).status == 200

    async def _learn_refusals(self) -> None:
        """What the head of all, who has never been refused a room of theirs, is told of a room that is not there."""
        nothing = dict.fromkeys(("own_by_rest", "own_by_socket", "others_by_rest", "others_by_socket"), 1)
        known = nothing | {"room": NOWHERE, "person": 1, "is_talk_open": True, "student": NOWHERE, "teacher": None}
        known["file"] = NOWHERE
        known["guardian"] = self._world.people[school.HEAD_OF_ALL]
        for deed in self._at:
            if isinstance(deed, deeds.Request):
                reply = await self._request(self._head, deed, known)
                assert reply.status == 404, (deed.name, reply.content)
                self._no_room[deed] = reply.content
            elif isinstance(deed, deeds.Order):
                self._no_room[deed] = _without_ref(await self._order(self._head, deed, known))

    async def _request(self, browser: Browser, deed: deeds.Request, known: dict[str, Any]) -> Reply:
        body = _filled(deed.body, known) or None
        return await browser.ask(deed.method, deed.path.format(**known), body)

    async def _order(self, browser: Browser, deed: deeds.Order, known: dict[str, Any]) -> dict[str, Any]:
        return await browser.order(deed.knocks, room=known["room"], **_filled(deed.fields, known))

    # -- Each alone ---------------------------------------------------------------------------------------------------

    async def _one(self, subject: Subject) -> None:
        browser = self._browsers[subject] = self._browser(self._session_of(subject))
        places = self._world.knocking[subject]
        for place in places:
            # A community room is followed from when one first reads in it: so this comes before the socket.
            await self._ask(browser, subject, place, deeds.OPENING)
        await browser.connect()
        await self._ask_at_once(browser, subject, places)
        for place in places:
            await self._ask(browser, subject, place, (*deeds.ORDERS, *deeds.REQUESTS))
        if subject.role != "nobody":
            await self._ask_why(subject, places)

    def _session_of(self, subject: Subject) -> str:
        if subject.role == "nobody":
            return ""
        # Who was never activated comes with a cookie of their own making.
        return self._world.sessions.get(subject.name, "0" * 32)

    async def _ask(self, browser: Browser, subject: Subject, place: Place, these: Iterable[Deed]) -> None:
        known = self._known(subject, place)
        for deed in these:
            if deed not in self._at or (deed.in_threads and place.room.kind != "thread"):
                continue
            if isinstance(deed, deeds.Request):
                reply = await self._request(browser, deed, known)
                self._note(subject, place, deed, _outcome(deed, reply), reply.content)
            elif isinstance(deed, deeds.Order):
                answer = await self._order(browser, deed, known)
                self._note(subject, place, deed, answer.get("code", deeds.OK), _without_ref(answer))

    def _note(self, subject: Subject, place: Place, deed: Deed, outcome: str, words: bytes) -> None:
        self._found.answers[subject, place.name, deed] = outcome
        if outcome == deeds.NOT_FOUND and words != self._no_room[deed]:
            self._found.told_apart.append((subject, place.name, deed))

    def _known(self, subject: Subject, place: Place) -> dict[str, Any]:
        said, people = self._world.said[subject, place.name], self._world.people
        known: dict[str, Any] = {name: getattr(said, name) for name in said.__slots__}
        known["room"] = self._world.rooms[place.room]
        known["person"] = people.get(subject.name, people[school.HEAD_OF_ALL])
        known["is_talk_open"] = place.room in self._world.talk_open
        if place.room.kind == "thread":
            sides = sides_of(place.room)
            known["student"], known["guardian"] = people[sides.student], people[sides.guardian]
            known["teacher"] = people.get(sides.teacher)
        return known

    async def _ask_at_once(self, browser: Browser, subject: Subject, places: list[Place]) -> None:
        """Doors that answer for all rooms with one answer."""
        rooms = {place.name: self._world.rooms[place.room] for place in places}
        revs = {str(room): 0 for room in rooms.values()}
        given = {"epoch": browser.epoch or self._head.epoch, "rooms": revs}
        sync, poll = await browser.ask("POST", "sync", given), await browser.ask("POST", "poll", given)
        listed, archive = await browser.ask("GET", "rooms"), await browser.ask("GET", "rooms/archived")
        contacts = await browser.ask("GET", "rooms/contacts")
        resumed = await browser.order("room.resume", **given)
        for place in places:
            room = rooms[place.name]
            answers = {
                deeds.HELLO: _closed_socket(browser) or _there(room in browser.heads),
                deeds.LIST: _refusal(listed) or _row(listed, room),
                deeds.ARCHIVE: _refusal(archive) or _row(archive, room),
                deeds.SYNC: _refusal(sync) or _caught_up(sync.told, room),
                deeds.POLL_ROOMS: _refusal(poll) or _caught_up(poll.told, room),
                deeds.POLL_HEADS: _refusal(poll) or _there(str(room) in poll.told["heads"]),
                deeds.RESUME: resumed.get("code") or _caught_up(resumed, room),
            }
            if place.room.kind == "thread":
                found = [] if _refusal(contacts) else [each["room"] for each in contacts.told["contacts"]]
                answers[deeds.CONTACTS] = _refusal(contacts) or _there(room in found)
            for deed, answer in answers.items():
                if deed in self._at:
                    self._found.answers[subject, place.name, deed] = answer

    async def _ask_why(self, subject: Subject, places: list[Place]) -> None:
        """The head of all asks about them; of nobody there is nothing to ask."""
        person = self._world.people[subject.name]
        if deeds.WHY in self._at:
            for place in places:
                reply = await self._head.ask("GET", f"rights/why?person={person}&room={self._world.rooms[place.room]}")
                self._found.answers[subject, place.name, deeds.WHY] = _outcome(deeds.WHY, reply)
        if deeds.WHY_ALL in self._at:
            reply = await self._head.ask("GET", f"people/{person}/rooms")
            for place in places:
                answer = _explained(reply, self._world.rooms[place.room])
                self._found.answers[subject, place.name, deeds.WHY_ALL] = answer

    # -- All together -------------------------------------------------------------------------------------------------

    async def _speak(self) -> None:
        await self._each(sorted(self._speakers.items()), self._say)
        expected = {self._world.rooms[room] for room in self._found.spoken}
        deadline = asyncio.get_running_loop().time() + HEARS_WITHIN
        while not self._have_heard(expected) and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.05)
        await asyncio.sleep(STAYS_SILENT)
        for subject, browser in self._browsers.items():
            self._found.heard[subject] = browser.heard
            for place in self._world.knocking[subject]:
                is_heard = self._world.rooms[place.room] in browser.heard_live
                self._found.answers[subject, place.name, deeds.HEAR] = deeds.HEARD if is_heard else deeds.NOTHING

    def _have_heard(self, expected: set[int]) -> bool:
        """Whether everybody heard what was said in the rooms that their socket follows."""
        return all((browser.heads & expected) <= browser.heard_live for browser in self._browsers.values())

    async def _say(self, spoken: tuple[Room, str]) -> None:
        room, speaker = spoken
        browser = self._browser(self._world.sessions[speaker])
        path = f"rooms/{self._world.rooms[room]}/messages"
        reply = await browser.ask("POST", path, {"client_message_id": a_name(), "body": LIVE})
        if reply.status == 201:
            self._found.spoken.add(room)


def _filled(template: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """With {names} replaced by what is known."""
    known = known | {"a_name": a_name()}
    return {
        key: known[value[1:-1]] if isinstance(value, str) and value.startswith("{") else value
        for key, value in template.items()
    }


def _outcome(deed: Deed, reply: Reply) -> str:
    """The refusal's code, or that it succeeded; what it shows where that is seat and rights."""
    if refused := _refusal(reply):
        return refused
    if "why" in deed.knocks:
        return _with_causes(reply.told)
    return deeds.shown(reply.told["seat"], reply.told["can"]) if deed.action == "see" else deeds.OK


def _refusal(reply: Reply) -> str:
    if reply.status < 300:
        return ""
    told = reply.told if reply.content.startswith(b"{") else {}
    return str(told.get("code", f"status {reply.status}"))


def _row(listed: Reply, room: int) -> str:
    rows = {row["id"]: row for row in listed.told["rooms"]}
    return deeds.shown(rows[room]["seat"], rows[room]["can"]) if room in rows else deeds.ABSENT


def _with_causes(told: dict[str, Any]) -> str:
    causes = "" if bool(told["causes"]) == bool(told["seat"]) else " without causes that fit"
    return deeds.shown(told["seat"], told["can"]) + causes


def _explained(reply: Reply, room: int) -> str:
    """A room that only a deny keeps from them has causes and no seat; who is nothing anywhere any more has no page."""
    if refused := _refusal(reply):
        return deeds.shown(None, ()) if refused == deeds.NOT_FOUND else refused
    rows = {row["id"]: row for row in reply.told["rooms"]}
    return _with_causes(rows[room]) if room in rows and rows[room]["seat"] else deeds.shown(None, ())


def _there(is_there: bool) -> str:
    return deeds.THERE if is_there else deeds.ABSENT


def _caught_up(told: dict[str, Any], room: int) -> str:
    """Named among the rooms, or among those that are gone; never both."""
    states = [deeds.THERE] * (str(room) in told["rooms"]) + [deeds.GONE] * (room in told["gone"])
    return " and ".join(states) or deeds.ABSENT


def _closed_socket(browser: Browser) -> str:
    return f"{browser.refused}" if browser.refused and browser.code == 4401 else ""


def _without_ref(answer: dict[str, Any]) -> bytes:
    return repr(sorted((name, value) for name, value in answer.items() if name != "ref")).encode()
