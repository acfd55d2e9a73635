"""A client that notes when it is told of a notice."""

import json
from time import perf_counter

from bench.generator.client import Client
from bench.ours.dialect import Ours


class Told(Ours):
    """Every frame is looked at; there are few enough of them."""

    # No frame holds it: all of them come to `heard`.
    mark = b"\x00"

    def heard(self, client: Client, text: bytes) -> bytes:
        """Note the number of each notice and when it came."""
        if b'"broadcast.published"' in text:
            client.who.setdefault("told", {})[json.loads(text)["broadcast"]["id"]] = perf_counter()
        return b""
