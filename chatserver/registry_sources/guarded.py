"""Calls registry providers through the guarded client: their addresses were typed in by a person (decision 13)."""

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from django.conf import settings

from delivery.addresses import AddressRefusedError, Lookup, UnreachableError, checked, system_lookup
from delivery.outside import Outside
from registry.models import Source
from registry.sync.rest.calling import Call, CallFailed, Reply

# What the guarded client says, in the words of the reports; the last two may go better in a moment.
_FAILURES = {
    "too_large": ("provider_page_too_large", False),
    "too_slow": ("provider_too_slow", True),
    "no_connection": ("provider_unreachable", True),
}


class GuardedCaller:
    """A `Caller` for one source, used with `with`, in a thread that runs no event loop. Only the source's own hosts are
    called. `lookup` and `tls` are passed in by tests."""

    def __init__(self, source: Source, *, lookup: Lookup = system_lookup, tls: ssl.SSLContext | None = None) -> None:
        self._runner = asyncio.Runner()
        self._outside = Outside(hosts_of(source.endpoint, source.token_endpoint), lookup=lookup, tls=tls, connections=1)

    def __enter__(self) -> Self:
        self._runner.run(self._outside.__aenter__())
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._outside.__aexit__())
        self._runner.close()

    def __call__(self, call: Call) -> Reply:
        """The answer with its body, or CallFailed."""
        try:
            found = self._runner.run(
                self._outside.fetch(
                    call.method,
                    call.address,
                    headers=call.headers,
                    body=call.body,
                    most=call.most,
                    seconds=call.seconds,
                )
            )
        except AddressRefusedError as refused:
            raise CallFailed("address_not_allowed", is_passing=False) from refused
        except UnreachableError as failed:
            code, is_passing = _FAILURES[str(failed)]
            raise CallFailed(code, is_passing=is_passing) from failed
        return Reply(found.status, _by_lower_name(found.headers), found.body)


def is_allowed(address: str) -> bool:
    """Whether an address that somebody enters would be called at all, as far as its text tells."""
    try:
        checked(address, hosts_of(address))
    except AddressRefusedError:
        return False
    return True


def hosts_of(*addresses: str) -> Sequence[str]:
    """The hosts that these addresses name."""
    return [host for address in addresses if (host := _host(address))]


def pulls_folder() -> Path:
    """Where pulls keep what they have read so far."""
    folder: Path = settings.DATA_DIR / "pulls"
    return folder


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _by_lower_name(headers: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in headers.items():
        # A header given twice is one list (RFC 9110, 5.2).
        found[name.lower()] = f"{found[name.lower()]}, {value}" if name.lower() in found else value
    return found
