"""A client written from docs/protocol.md alone: keeps every room complete and in order, whatever the line does.
`python client.py https://chat.example.edu.vn "__Host-sid=…"` (Python 3.11, the package websockets). On standard input
"42 Good morning" writes to room 42, and "?" prints everything as a line of JSON, {room: [Message by seq]}."""

import asyncio
import json
import random
import sys
import threading
import urllib.request
import uuid
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

Json = dict[str, Any]
STAY_AWAY = {4400: "update this client", 4401: "sign in again", 4403: "access removed", 4410: "account closed"}


class Client:
    def __init__(self, base: str, cookie: str) -> None:
        self.base, self.url, self.headers = base, base.replace("http", "ws", 1) + "/ws", {"Cookie": cookie}
        self.epoch, self.ref, self.attempt = "", 0, 0
        self.rooms: dict[int, Json] = {}  # {room: {"rev": nothing is missing up to here, "messages": {seq: Message}}}
        self.noticed: dict[int, int] = {}  # {room: the highest head or rev heard of}
        self.outbox: dict[str, tuple[int, str]] = {}  # {client_message_id: (room, body)}, kept until answered
        self.written, self.resuming = asyncio.Event(), asyncio.Lock()

    async def run(self) -> None:
        options: Json = {"origin": self.base, "additional_headers": self.headers, "max_size": 8 << 20}
        threading.Thread(target=self.listen, args=[asyncio.get_running_loop()], daemon=True).start()
        while True:
            self.answers: dict[int, asyncio.Future[Json]] = {}
            self.socket, self.retry_after = None, None
            try:
                async with connect(self.url, **options) as self.socket, asyncio.TaskGroup() as self.tasks:
                    while True:
                        async with asyncio.timeout(55):  # two heartbeats and a little
                            frame = json.loads(await self.socket.recv())
                        self.hear(frame)
            except* (ConnectionClosed, InvalidHandshake, OSError, TimeoutError) as why:
                print(why.exceptions[0], file=sys.stderr)
            if self.socket and self.socket.close_code in STAY_AWAY:
                sys.exit(STAY_AWAY[self.socket.close_code])
            wait, self.attempt = 2 ** min(self.attempt, 6) / 2 * random.uniform(0.5, 1.5), self.attempt + 1  # noqa: S311
            await asyncio.sleep(wait if self.retry_after is None else self.retry_after)

    def hear(self, frame: Json) -> None:
        match frame["type"]:
            case "ok" | "refused" if frame["ref"] in self.answers:
                self.answers.pop(frame["ref"]).set_result(frame)
            case "hello":
                if frame["epoch"] != self.epoch:
                    self.epoch, self.rooms, self.noticed = frame["epoch"], {}, {}
                self.attempt = 0
                for work in (self.resume(frame["heads"]), self.ping(frame["heartbeat"]), self.send_outbox()):
                    self.tasks.create_task(work)
            case "heartbeat":
                self.tasks.create_task(self.resume(frame["heads"]))
            case "message.posted" | "message.edited" | "message.removed":
                self.changed(frame["message"], frame["rev"])
            case "access.changed":  # room.opened tells of one room what this tells of all
                self.rooms = {room: self.rooms[room] for room in frame["rooms"] if room in self.rooms}
                self.tasks.create_task(self.resume(dict.fromkeys(frame["rooms"], 1)))
            case "closing":
                self.retry_after = frame["retry_after"]

    def changed(self, message: Json, rev: int) -> None:
        kept = self.keep(message["room"], [message])
        if rev == kept["rev"] + 1:
            kept["rev"] = rev
        elif rev > kept["rev"]:  # a gap, unless events have only crossed
            self.tasks.create_task(self.resume({message["room"]: rev}, after=0.3))

    def keep(self, room: int, messages: list[Json]) -> Json:
        kept = self.rooms.setdefault(room, {"rev": 0, "messages": {}})
        for message in messages:
            if kept["messages"].get(message["seq"], message)["rev"] <= message["rev"]:
                kept["messages"][message["seq"]] = message
        return kept

    async def resume(self, heads: dict[Any, int], after: float = 0.0) -> None:
        for room, head in heads.items():
            self.noticed[int(room)] = max(head, self.noticed.get(int(room), 0))
        await asyncio.sleep(after)
        async with self.resuming:
            revs = {room: self.rooms[room]["rev"] if room in self.rooms else 0 for room in self.noticed}
            if not (behind := {str(room): rev for room, rev in revs.items() if rev < self.noticed[room]}):
                return
            told = await self.order("room.resume", epoch=self.epoch, rooms=behind)
            if told["type"] == "refused" or told["start_again"]:
                await self.socket.close()  # the next hello tells epoch and heads anew
                return
            for room in told["gone"]:
                self.rooms.pop(room, None), self.noticed.pop(room, None)
            for room, changes in told["rooms"].items():
                found = await asyncio.to_thread(self.whole, int(room)) if changes["start_again"] else changes
                kept = self.keep(int(room), found["messages"])
                kept["rev"] = max(kept["rev"], found["head"])

    def whole(self, room: int) -> Json:
        """Too much was missed: all pages, from the newest. What changes meanwhile has a rev above the first page's head."""
        found: Json = {"messages": [], "complete": False}
        while not found["complete"]:
            before = f"&before={found['messages'][0]['seq']}" if found["messages"] else ""
            url = f"{self.base}/api/rooms/{room}/messages?limit=100{before}"
            with urllib.request.urlopen(urllib.request.Request(url, headers=self.headers), timeout=20) as answer:  # noqa: S310
                page = json.load(answer)
            found = page | {"messages": page["messages"] + found["messages"], "head": found.get("head", page["head"])}
        return found

    async def order(self, name: str, **fields: Any) -> Json:
        self.ref += 1
        self.answers[self.ref] = answer = asyncio.get_running_loop().create_future()
        await self.socket.send(json.dumps({"type": name, "ref": self.ref, **fields}))
        return await answer

    async def ping(self, heartbeat: int) -> None:
        while await asyncio.sleep(heartbeat * 0.8, True):
            await self.order("ping")

    async def send_outbox(self) -> None:
        while True:
            for name, (room, body) in list(self.outbox.items()):  # in the order of writing, the same name at every try
                told = await self.order("message.post", room=room, client_message_id=name, body=body)
                if told["type"] == "refused" and told["retry"]:
                    await asyncio.sleep(told.get("retry_after", 2))
                    break
                del self.outbox[name]
                if told["type"] == "ok":
                    self.changed(told["message"], told["rev"])
            else:
                await self.written.wait()
                self.written.clear()

    def listen(self, loop: asyncio.AbstractEventLoop) -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(self.obey, line.strip())

    def obey(self, line: str) -> None:
        if line == "?":
            view = {room: [had["messages"][n] for n in sorted(had["messages"])] for room, had in self.rooms.items()}
            print(json.dumps(view), flush=True)
        else:
            self.outbox[str(uuid.uuid4())] = (int(line.split(maxsplit=1)[0]), line.partition(" ")[2])
            self.written.set()


asyncio.run(Client(*sys.argv[1:]).run())
