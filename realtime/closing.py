"""Why a socket was closed, in numbers that a browser sees. Autobahn allows an application 1000 and 3000 to 4999 only."""

import random
from enum import IntEnum

from realtime.frame import Frame


class Close(IntEnum):
    """The table of docs/protocol.md; each tells the client what to do."""

    TOO_SLOW = 4008
    RESTARTING = 4012
    TOO_FAST = 4029
    BAD_FRAMES = 4400
    SIGNED_OUT = 4401
    NO_ACCESS = 4403
    SILENT = 4408
    ACCOUNT_CLOSED = 4410
    DEGRADED = 4503


# How long to stay away, seconds from and to: spread, so that a town does not come back in one instant.
COME_BACK = {Close.RESTARTING: (0.2, 10.0), Close.TOO_FAST: (30.0, 35.0), Close.DEGRADED: (5.0, 15.0)}


def farewell(code: Close) -> Frame | None:
    """The frame before the close where the client should wait: it says for how long. Every client gets another time."""
    if code not in COME_BACK:
        return None
    retry_after = round(random.uniform(*COME_BACK[code]), 2)  # noqa: S311  nobody gains by guessing it
    return Frame.of({"type": "closing", "code": int(code), "retry_after": retry_after})
