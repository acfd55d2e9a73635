"""How the app speaks to our server: docs/protocol.md, section 6."""

import json
import uuid

from bench.generator.client import Client
from bench.generator.frames import frame, upgrade

PING = frame(b'{"type":"ping","ref":0}')


class Ours:
    """A signed-in socket; in when hello came."""

    mark = b'"message.posted"'
    joins_by_upgrade = False

    def upgrade(self, client: Client) -> bytes:
        """With the session's cookie, as a browser sends it."""
        return upgrade("/ws", headers={"Origin": "http://127.0.0.1:8000", "Cookie": f"sid={client.who['session']}"})

    def opened(self, _client: Client) -> bytes:
        """The server speaks first."""
        return b""

    def join(self, client: Client, text: bytes) -> bytes:
        """Wait for hello, and keep its heads: what this client now has. A server that closes says when to return."""
        told = json.loads(text)
        if told["type"] == "hello":
            client.who["heads"] = told["heads"]
            client.is_ready = True
        elif told["type"] == "closing":
            client.told = float(told["retry_after"])
        return b""

    def post(self, client: Client, body: str) -> bytes:
        """message.post, named as every message must be."""
        order = {
            "type": "message.post",
            "ref": 1,
            "room": client.room,
            "client_message_id": str(uuid.uuid4()),
            "body": body,
        }
        return frame(json.dumps(order).encode())

    def heard(self, client: Client, text: bytes) -> bytes:
        """Answers and heartbeats need nothing; refusals are counted."""
        client.refused += b'"refused"' in text
        return b""

    def heartbeat(self) -> bytes:
        """At least every 25 seconds."""
        return PING


class Returning(Ours):
    """One who comes back: in when every message that was missed is there."""

    def __init__(self, missed: int) -> None:
        self.missed = missed

    def join(self, client: Client, text: bytes) -> bytes:
        """After hello, resume from what was known before; then count."""
        told = json.loads(text)
        match told["type"]:
            case "hello":
                known = {str(room): client.who["heads"].get(str(room), 0) for room in client.who["rooms"]}
                if set(known) - set(told["heads"]):
                    raise RuntimeError("hello does not name all rooms")
                order = {"type": "room.resume", "ref": 2, "epoch": told["epoch"], "rooms": known}
                return frame(json.dumps(order).encode())
            case "ok" if told["ref"] == 2:
                messages = [message for changes in told["rooms"].values() for message in changes["messages"]]
                if len(messages) != self.missed or told["start_again"] or told["gone"]:
                    raise RuntimeError(f"{len(messages)} messages instead of {self.missed}")
                client.is_ready = True
            case "closing":
                return super().join(client, text)
            case "refused":
                client.refused += 1
                client.told = float(told.get("retry_after", 1)) if told.get("retry") else None
                return frame(b"\x03\xe8", 0x8)
        return b""
