"""A client that notes what it is told: which messages, and when its access changed."""

import json
from time import perf_counter

from bench.generator.client import Client
from bench.ours.dialect import Ours


class Listening(Ours):
    """Every frame is looked at; there are few enough of them."""

    # No frame holds it: all of them come to `heard`.
    mark = b"\x00"

    def heard(self, client: Client, text: bytes) -> bytes:
        """Note each message's room and rev, and the time of each access.changed."""
        if b'"message.posted"' in text:
            message = json.loads(text)["message"]
            client.who.setdefault("posted", []).append((message["room"], message["rev"]))
        elif b'"access.changed"' in text:
            client.who.setdefault("changed", []).append(perf_counter())
        return b""
