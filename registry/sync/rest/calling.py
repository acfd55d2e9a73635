"""How a provider is called. Whoever pulls passes the caller in, so that nothing here knows a network."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Call:
    """One request. An answer longer than `most` bytes or later than `seconds` counts as none."""

    method: str
    address: str
    # Out of every log and message: the token and the secret stand in them.
    headers: Mapping[str, str] = field(repr=False)
    most: int
    seconds: float
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, redirects included; names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class CallFailed(Exception):
    """No answer came. `code` is one of registry.sync.codes.REFUSALS; `is_passing`: it may go better in a moment."""

    def __init__(self, code: str, *, is_passing: bool) -> None:
        super().__init__(code)
        self.code = code
        self.is_passing = is_passing


class Caller(Protocol):
    """Calls once. Only addresses of the public network, over TLS, are called (decision 13)."""

    def __call__(self, call: Call) -> Reply:
        """The answer, or CallFailed."""
