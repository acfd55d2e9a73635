"""Ids for people who come without: the same list next week must mean the same people, and never two as one.

A pupil is found by the school's code, else by name and date of birth, of which only a digest is kept. A telephone number
tells guardians of one school apart and is never looked up anywhere else.
"""

from collections import Counter
from collections.abc import Sequence
from enum import Enum
from hashlib import blake2b
from typing import TYPE_CHECKING

from registry.sync.sheet.records import Adult, PupilRow, StaffRow
from registry.sync.sheet.values import code_key, digest_key

if TYPE_CHECKING:
    from registry.sync.sheet.standing import Standing

CLASS = "lop"


class Kind(Enum):
    """Whom an id is about, by how it begins."""

    PUPIL = "hs"
    STAFF = "cb"
    GUARDIAN = "ph"
    OTHER = ""


def kind_of(sourced_id: str) -> Kind:
    """The kind that an id of ours begins with."""
    start = sourced_id.partition(".")[0]
    return next((kind for kind in Kind if kind.value == start), Kind.OTHER)


def class_id(school: str, year: int, key: str) -> str:
    """A class of a school year, by its title however it is written."""
    return f"{CLASS}.{year}.{_digest(school, str(year), key)}"


def guardian_id(school: str, pupil: str, adult: Adult) -> str:
    """With a number the same for all the children; without one, the pupil's mother, father or other."""
    parts = (school, adult.phone, adult.name.folded) if adult.phone else (pupil, adult.relation)
    return f"{Kind.GUARDIAN.value}.{_digest(*parts)}"


class Identities:
    """Gives every row of one kind its id. `school` is the id of the org."""

    def __init__(self, kind: Kind, school: str, standing: "Standing") -> None:
        self._kind = kind
        self._school = school
        self._standing = standing

    def of_code(self, code: str) -> str:
        """The id of whom a code names: whoever came with it before, else a new one."""
        key = code_key(code)
        return self._standing.by_code.get((self._kind, key)) or f"{self._kind.value}.{key}"

    def of_rows(self, rows: Sequence[PupilRow | StaffRow]) -> list[str]:
        """The id of every row, in order. Rows with the same id are for the caller to set aside."""
        loose = [self._of_name(row.name.folded, mark) if (mark := _mark(row)) else "" for row in rows]
        alike = Counter(loose)
        return [self._of_row(row, name, is_alone=alike[name] == 1) for row, name in zip(rows, loose, strict=True)]

    def _of_row(self, row: PupilRow | StaffRow, loose: str, *, is_alone: bool) -> str:
        if not loose:
            return self.of_code(row.code)
        exact = self._of_name(row.name.spelt, _mark(row))
        if row.code:
            by_code = self.of_code(row.code)
            if by_code in self._standing.known:
                return by_code
            # The list has codes since today: whoever was known by name stays who they are.
            unmarked = [each for each in (exact, loose) if self._standing.known.get(each) == ""]
            return unmarked[0] if unmarked and is_alone else by_code
        # Twins are called Hùng and Hưng: the tones count where there are two, and for whoever was told apart by them before.
        return loose if is_alone and exact not in self._standing.known else exact

    def _of_name(self, name: str, mark: str) -> str:
        return f"{self._kind.value}.{_digest(self._school, name, mark)}"


def _mark(row: PupilRow | StaffRow) -> str:
    """What tells two people of one name apart: the day of birth, for staff at the last their number."""
    if row.birth:
        return row.birth.isoformat()
    return row.phone if isinstance(row, StaffRow) else ""


def _digest(*parts: str) -> str:
    return blake2b(digest_key(*parts), digest_size=12).hexdigest()
