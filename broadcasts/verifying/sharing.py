"""A notice as it is copied out of the app: text, code, address. What is pasted back is compared with these forms."""

import unicodedata
from collections.abc import Iterator

from django.conf import settings

from broadcasts.models import Broadcast
from broadcasts.verifying import codes


def address_of(code: str) -> str:
    """The public page of this code: what a QR holds."""
    return f"{settings.PUBLIC_URL}/kt/{code}"


def forms_of(broadcast: Broadcast) -> list[str]:
    """The texts that are the whole notice: its text alone, with its title, with its head as the app copies it
    (frontend/src/model/sharing.ts); each with and without code and address below."""
    reference = reference_of(broadcast)
    numbered = f"Số {reference}" if reference else ""
    heads = ("", broadcast.title, f"{broadcast.issuer_name}\n{numbered}\n{broadcast.title}")
    bodies = [f"{head}\n{broadcast.body}" for head in heads]
    return [flat(f"{body}\n{tail}") for body in bodies for tail in _tails(broadcast.code or "")]


def flat(text: str) -> str:
    """As texts are compared: NFC, and every run of spaces and line ends as one space, because apps that pass a text on
    change these. Every other character counts, also those that cannot be seen."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def reference_of(broadcast: Broadcast) -> str:
    """Number and symbol together, as people write them; empty for what is no document."""
    return "/".join(map(str, filter(None, (broadcast.number, broadcast.symbol))))


def _tails(code: str) -> Iterator[str]:
    said = f"Mã kiểm tra: {codes.grouped(code)}"
    yield ""
    yield said
    # The app copies the address that it was opened at.
    for origin in dict.fromkeys([settings.PUBLIC_URL, *settings.ORIGINS]):
        yield f"{said}\n{origin}/kt/{code}"
