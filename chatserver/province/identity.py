"""Identifiers, user names and telephone numbers: unique in the province, the same for the same seed."""

from __future__ import annotations

from hashlib import blake2b
from typing import ClassVar

from .names import FullName
from .plan import PROVINCE_CODE
from .text import slug

# No look-alikes (0 o, 1 l i): a clerk reads these over the telephone.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


class Identities:
    """Hands out what must never be given twice."""

    # 095 belonged to an operator that closed; no subscriber in Vietnam can be reached under it.
    PHONE_PREFIX: ClassVar[str] = "095"
    # Odd and not a multiple of 5, so that stepping by it visits all ten million numbers once.
    PHONE_STEP: ClassVar[int] = 7_654_321

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._counts: dict[str, int] = {}
        self._usernames: set[str] = set()

    def opaque(self, kind: str) -> tuple[str, str]:
        """A sourcedId and a user name from which nothing about the person can be read."""
        digest = blake2b(f"{self._seed}/{kind}/{self._next(kind)}".encode(), digest_size=18).digest()
        sourced_id, username = (_letters(digest[:9]), _letters(digest[9:]))
        return f"{kind}-{sourced_id}", username

    def number(self, kind: str) -> str:
        """A sector code of ten digits (mã định danh); guardians have none."""
        return f"{PROVINCE_CODE}{kind}{self._next('number' + kind):07d}"

    def staff_username(self, name: FullName, org: str) -> str:
        """Given name, then family and middle name, then the workplace: lan.nguyenthi.th-dongsen."""
        wanted = f"{slug(name.given)}.{slug(name.family + name.middle)}"
        candidate, count = f"{wanted}.{org}", 1
        while candidate in self._usernames:
            count += 1
            candidate = f"{wanted}{count}.{org}"
        self._usernames.add(candidate)
        return candidate

    def phone(self) -> str:
        place = (self._next("phone") * self.PHONE_STEP + self._seed) % 10_000_000
        return f"{self.PHONE_PREFIX}{place:07d}"

    def _next(self, kind: str) -> int:
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return self._counts[kind]


def _letters(digest: bytes) -> str:
    value, letters = int.from_bytes(digest, "big"), []
    for _ in range(12):
        value, place = divmod(value, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)
