"""Whom a notice is for, as clients choose it: one unit or one class, and what narrows it."""

from typing import Annotated, Any, Literal, get_args

import msgspec

from broadcasts.ids import Id

Level = Literal["mam_non", "tieu_hoc", "thcs", "thpt", "gdtx"]
Grade = Annotated[int, msgspec.Meta(ge=1, le=12)]
Language = Literal["vi", "en"]
LEVELS: tuple[str, ...] = get_args(Level)


class Selection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Either `org`, with everything below it, or one `class`. Every list that is not empty narrows; within a list any
    will do. `levels` are of schools, `grades` and `classes` of pupils and so of their guardians and teachers
    (narrowing.py says it in full)."""

    org: Id | None = None
    school_class: Id | None = msgspec.field(default=None, name="class")
    levels: list[Level] = msgspec.field(default_factory=list)
    grades: list[Grade] = msgspec.field(default_factory=list)
    classes: list[Id] = msgspec.field(default_factory=list)
    # In which the recipient reads the app.
    languages: list[Language] = msgspec.field(default_factory=list)
    # Only those who have not acknowledged this notice.
    unacknowledged: Id | None = None
    # Only those whom this notice has not reached (ledger/); of a class its pupils' households alone.
    unreached: Id | None = None

    def is_one(self) -> bool:
        """Whether it names exactly one unit or one class."""
        return (self.org is None) != (self.school_class is None)

    def base(self) -> tuple[str, int]:
        """The kind and number of what it names: ("org", 12). It must name one."""
        return ("org", self.org) if self.org is not None else ("class", self.school_class or 0)

    def is_narrow(self) -> bool:
        """Whether anything narrows it."""
        return bool(self.levels or self.grades or self.classes or self.languages or self.followed())

    def followed(self) -> list[int]:
        """The notices whose recipients narrow it."""
        return [notice for notice in (self.unacknowledged, self.unreached) if notice is not None]

    def kept(self) -> dict[str, Any]:
        """As it is stored: without what was not chosen."""
        built: dict[str, Any] = msgspec.to_builtins(self)
        return built


EVERYBODY = Selection()


def kept_selection(stored: dict[str, Any]) -> Selection:
    """The selection that kept() stored."""
    return msgspec.convert(stored, Selection)
