"""What somebody may send to, and what that can be narrowed by, as types (docs/protocol.md 4)."""

from typing import TypedDict

from broadcasts.shapes import ClassRef, OrgRef

OpenOrg = TypedDict(
    "OpenOrg",
    {"org": OrgRef, "as": OrgRef, "parent": int | None, "depth": int, "official": bool, "urgencies": list[str]},
)


class OpenClass(TypedDict):
    id: int
    title: str
    school: OrgRef
    official: bool
    urgencies: list[str]


class LevelThere(TypedDict):
    """A level, the schools that have it, and their pupils of it."""

    level: str
    schools: int
    pupils: int


class GradeThere(TypedDict):
    grade: int
    pupils: int


class ClassThere(ClassRef):
    grade: str
    pupils: int


class LanguageThere(TypedDict):
    language: str
    people: int


class Choices(TypedDict):
    """What the org's audience can be narrowed by; classes only of a school."""

    levels: list[LevelThere]
    grades: list[GradeThere]
    classes: list[ClassThere]
    languages: list[LanguageThere]


class Audiences(TypedDict):
    """`choices` where an org was named."""

    orgs: list[OpenOrg]
    classes: list[OpenClass]
    choices: Choices | None
