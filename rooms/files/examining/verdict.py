"""What the examination found, between the two processes."""

from typing import Any

import msgspec


class Verdict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Either what the file is, kept in the folder as `whole` (and `small`), or the code for which it is refused."""

    media_type: str = ""
    width: int | None = None
    height: int | None = None
    pages: int | None = None
    seconds: float | None = None
    peaks: str = ""
    refused: str = ""
    facts: dict[str, Any] = msgspec.field(default_factory=dict)


class RefusedError(Exception):
    """Raised by whoever reads the file; `code` is one of rooms/files/errors.py."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
