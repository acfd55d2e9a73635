"""The organisations of the province as dated facts: Sở, old phòng GD&ĐT, xã and phường, schools."""

from __future__ import annotations

from dataclasses import dataclass, field

from .levels import Grade, Level, Stage

# Law of 2025: the districts and their phòng GD&ĐT ended, the xã and phường took over the schools.
REFORM = "2025-07-01"


@dataclass(frozen=True)
class ParentLink:
    parent: str
    valid_from: str = ""
    valid_to: str = ""

    def __str__(self) -> str:
        return f"{self.parent}|{self.valid_from}|{self.valid_to}"


@dataclass
class Org:
    sourced_id: str
    name: str
    type: str
    identifier: str
    parents: tuple[ParentLink, ...] = ()  # oldest first, so the last is the parent in force
    level: str = ""
    valid_from: str = ""
    valid_to: str = ""

    @property
    def parent(self) -> str:
        return self.parents[-1].parent if self.parents else ""


@dataclass
class SchoolClass:
    sourced_id: str
    title: str
    code: str
    grade: Grade
    stage: Stage
    school: School
    size: int = 0


@dataclass
class School:
    org: Org
    level: Level
    commune: int
    classes: list[SchoolClass] = field(default_factory=list)
    teachers: dict[str, int] = field(default_factory=dict)  # by stage slug

    @property
    def sourced_id(self) -> str:
        return self.org.sourced_id

    def classes_of(self, stage: Stage) -> list[SchoolClass]:
        return [each for each in self.classes if each.stage is stage]


@dataclass
class Tree:
    root: Org
    districts: list[Org]
    communes: list[Org]
    district_of_commune: list[int]
    schools: list[School]

    def orgs(self) -> list[Org]:
        return [self.root, *self.districts, *self.communes, *(school.org for school in self.schools)]
