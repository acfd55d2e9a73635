"""What a list is narrowed by: a filter holds where any of its values does, a list where all of its filters do."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.http import QueryDict

from broadcasts.ledger.totals import Row
from broadcasts.ledger.words import BITS, REACHED, UNREACHED, Part, Reason, State
from broadcasts.models import Role
from broadcasts.narrowing import COMBINED, GRADES, spellings
from broadcasts.selection import LEVELS, Selection
from broadcasts.sql import Sql
from realtime.errors import BadInput
from registry.text import fold

ANY, NONE = "any", "none"
GROUPS = {"reached": REACHED, "unreached": UNREACHED}
LONGEST_WORDS = 100
# As whom the people behind pupils and behind grown-ups are written to.
ROLES = {Part.PUPIL: (Role.GUARDIANS, Role.STUDENTS), Part.ADULT: (Role.TEACHERS, Role.STAFF)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks a list for; what is empty narrows nothing."""

    states: frozenset[str] = frozenset()
    reasons: frozenset[str] = frozenset()
    levels: tuple[str, ...] = ()
    grades: tuple[int, ...] = ()
    part: str = ""
    # The bits of the channels; 0 with `contact` any or none.
    channels: int = 0
    contact: str = ""
    words: tuple[str, ...] = field(default=(), repr=False)

    def condition(self) -> Sql:
        """All of it, on a row `subject` of rows.subjects()."""
        parts = [Sql("1 = 1"), _one_of("subject.state", self.states), _one_of("subject.reason", self.reasons)]
        parts += [self._contacts(), *self._parts(), *self._levels_and_grades()]
        parts += [Sql("person.search_text LIKE %s ESCAPE '!'", (_like(word),)) for word in self.words]
        found = [part for part in parts if part.text]
        return Sql(" AND ".join(part.text for part in found), tuple(value for part in found for value in part.params))

    def matches(self, row: Row, level_of: Mapping[int, str]) -> bool:
        """The same of a counted row, all but the words; `level_of` each unit that is a school."""
        return (
            (not self.states or row.state in self.states)
            and (not self.reasons or row.reason in self.reasons)
            and (not self.part or (self.part == Part.PUPIL) == bool(row.is_pupil))
            and (not self.channels or bool(row.channels & self.channels))
            and (not self.contact or (self.contact == ANY) == bool(row.channels))
            and (not self.grades or (bool(row.is_pupil) and row.grade in spellings(self.grades)))
            and (not self.levels or self._is_of_level(row, level_of.get(row.unit, "")))
        )

    def facts(self) -> dict[str, object]:
        """What the audit trail says of it: never a word that was looked for."""
        told: dict[str, object] = {
            "state": sorted(self.states),
            "reason": sorted(self.reasons),
            "level": list(self.levels),
            "grade": list(self.grades),
            "role": self.part,
            "channels": self.channels,
            "contact": self.contact,
            "words": len(self.words),
        }
        return {name: value for name, value in told.items() if value}

    def selection(self, base: Selection, *, broadcast: int, wants_acknowledgement: bool) -> Selection | None:
        """The selection around `base` that means this list today; None where none does."""
        if self.reasons or self.channels or self.contact or self.words:
            return None
        narrowed: dict[str, object] = {"levels": list(self.levels), "grades": list(self.grades)}
        if self.states == frozenset(UNREACHED):
            narrowed["unreached"] = broadcast
        elif wants_acknowledgement and self.states == frozenset(State) - {State.ACKNOWLEDGED}:
            narrowed["unacknowledged"] = broadcast
        else:
            return None
        return Selection(org=base.org, school_class=base.school_class, **narrowed)  # type: ignore[arg-type]

    def _is_of_level(self, row: Row, level: str) -> bool:
        if level in self.levels:
            return True
        parts = COMBINED.get(level, ())
        chosen = [part for part in parts if part in self.levels]
        elsewhere = [grade for part in parts if part not in chosen for grade in GRADES[part]]
        return bool(chosen) and not (row.is_pupil and row.grade in spellings(elsewhere))

    def _contacts(self) -> Sql:
        if self.channels:
            return Sql("(subject.channels & %s) <> 0", (self.channels,))
        return Sql(f"subject.channels {'<>' if self.contact == ANY else '='} 0") if self.contact else Sql("")

    def _parts(self) -> list[Sql]:
        return [Sql("subject.is_pupil = %s", (int(self.part == Part.PUPIL),))] if self.part else []

    def _levels_and_grades(self) -> list[Sql]:
        found = []
        if self.grades:
            grades = _one_of("subject.grade", spellings(self.grades))
            found.append(Sql(f"subject.is_pupil = 1 AND {grades.text}", grades.params))
        if self.levels:
            found.append(self._of_levels())
        return found

    def _of_levels(self) -> Sql:
        """A pupil of a school of two levels is of that of their grade, and of both where nobody can read it."""
        conditions = [_one_of("unit.school_level", self.levels)]
        for level, parts in COMBINED.items():
            chosen = [part for part in parts if part in self.levels]
            if chosen:
                elsewhere = [grade for part in parts if part not in chosen for grade in GRADES[part]] or [0]
                others = _one_of("subject.grade", spellings(elsewhere))
                conditions.append(
                    Sql(
                        f"(unit.school_level = %s AND NOT (subject.is_pupil = 1 AND {others.text}))",
                        (level, *others.params),
                    )
                )
        text = " OR ".join(each.text for each in conditions)
        return Sql(f"unit.type = 'school' AND ({text})", tuple(value for each in conditions for value in each.params))


def wanted_in(query: QueryDict) -> Wanted:
    """The filters in an address; BadInput names the one that is none."""
    states = _values(query, "state", {*State, *GROUPS})
    contact = _values(query, "contact", {*map(str, BITS), ANY, NONE})
    parts = _values(query, "role", set(Part))
    if len(contact) > 1 and not {ANY, NONE}.isdisjoint(contact):
        raise BadInput(field="contact")
    if len(query.get("q", "")) > LONGEST_WORDS or "\x00" in query.get("q", ""):
        raise BadInput(field="q")
    return Wanted(
        states=frozenset(str(state) for named in states for state in GROUPS.get(named, (named,))),
        reasons=frozenset(_values(query, "reason", set(Reason))),
        levels=tuple(_values(query, "level", set(LEVELS))),
        grades=tuple(int(grade) for grade in _values(query, "grade", {str(grade) for grade in range(1, 13)})),
        part=parts[0] if len(parts) == 1 else "",
        channels=sum(bit for channel, bit in BITS.items() if channel in contact),
        contact=contact[0] if contact in ([ANY], [NONE]) else "",
        words=tuple(fold(query.get("q", "")).split()),
    )


def roles_meant(wanted: Wanted, addressed: Collection[str]) -> list[str]:
    """In which of the roles that a notice went to the people of a list have it."""
    meant = [*ROLES[Part(wanted.part)]] if wanted.part else list(Role)
    return [role.value for role in meant if role.value in addressed]


def _values(query: QueryDict, name: str, known: Collection[str]) -> list[str]:
    """Each once, in the order of the address."""
    given = [value for text in query.getlist(name) for value in text.split(",") if value]
    if not set(given) <= {str(value) for value in known}:
        raise BadInput(field=name)
    return list(dict.fromkeys(given))


def _one_of(column: str, values: Collection[str]) -> Sql:
    if not values:
        return Sql("")
    return Sql(f"{column} IN ({', '.join(['%s'] * len(values))})", tuple(sorted(values)))


def _like(word: str) -> str:
    escaped = word.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{escaped}%"
