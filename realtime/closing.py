"""Why a socket was closed, in numbers that a browser sees. Autobahn allows an application 1000 and 3000 to 4999 only."""

from enum import IntEnum


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
