"""What narrows an audience: conditions on the rows by which its people belong to it. They only ever take away.

A pupil has the level of the school; in a school of two levels the grade decides, where it says anything. Who teaches has
the level of the school, and the grades and classes that they teach here today. Who works in an office (a commune's, the
department's) is in no school and has none of these, so that a list of levels, grades or classes leaves them out: an officer
who writes to "THCS" means schools. A guardian stands with each child that is left.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from broadcasts.models import Role
from broadcasts.selection import Selection
from broadcasts.sql import Sql
from registry.models import Enrolment, Org, OrgClosure, SchoolClass
from registry.selectors import live_enrolments

# Schools of two levels, and by which grades their pupils are of the one or the other (Luật Giáo dục 2019, Điều 28).
COMBINED = {"th_thcs": ("tieu_hoc", "thcs"), "thcs_thpt": ("thcs", "thpt")}
GRADES = {"tieu_hoc": range(1, 6), "thcs": range(6, 10), "thpt": range(10, 13)}
# As what somebody is enrolled in a class who teaches it, or who helps there or oversees it.
IN_CLASS = {Role.TEACHERS: {"teacher"}, Role.STAFF: {"administrator", "proctor"}}
ALL_LANGUAGES = {"vi", "en"}
# Who has no account yet will read Vietnamese.
FIRST_LANGUAGE = "vi"


def of_pupils(selection: Selection, classes: QuerySet[SchoolClass], place: str) -> Q:
    """Condition on a row of a pupil (`person`) in the org or school `place`; `classes` are those of the audience."""
    condition = _in_levels(selection, place)
    for level, grades in _grades_elsewhere(selection).items():
        condition &= ~Q(**{f"{place}__in": _schools([level])}, person__grade__in=spellings(grades))
    if selection.grades:
        condition &= Q(person__grade__in=spellings(selection.grades))
    if selection.classes:
        condition &= Q(person__in=_enrolled({"student"}, classes.filter(pk__in=selection.classes)))
    return condition


def of_colleagues(selection: Selection, role: Role, classes: QuerySet[SchoolClass], place: str) -> Q:
    """The same of a row of a teacher or another member of the staff."""
    condition = _in_levels(selection, place)
    if selection.grades or selection.classes:
        condition &= Q(person__in=_enrolled(IN_CLASS[role], _chosen(selection, classes)))
    return condition


def of_recipients(selection: Selection) -> Sql | None:
    """Condition on who would have the notice, as a row `addressed` (person_id, student_id); None: nobody is left out."""
    conditions = [
        _in_languages(selection.languages),
        _unacknowledged(selection.unacknowledged),
        _unreached(selection.unreached, is_class=selection.school_class is not None),
    ]
    found = [each for each in conditions if each]
    if not found:
        return None
    return Sql(" AND ".join(each.text for each in found), tuple(param for each in found for param in each.params))


def spellings(grades: Iterable[int]) -> list[str]:
    """Grades as sources write them: "7" and "07"."""
    return sorted({spelling for grade in grades for spelling in (str(grade), f"{grade:02}")})


def _in_levels(selection: Selection, place: str) -> Q:
    if not selection.levels:
        return Q()
    combined = {level for level, parts in COMBINED.items() if not set(parts).isdisjoint(selection.levels)}
    return Q(**{f"{place}__in": _schools({*selection.levels, *combined})})


def _schools(levels: Iterable[str]) -> QuerySet[OrgClosure, Any]:
    """Schools of these levels and the units inside them."""
    inside = OrgClosure.objects.filter(ancestor__type=Org.Type.SCHOOL, ancestor__school_level__in=sorted(levels))
    return inside.values("descendant")


def _grades_elsewhere(selection: Selection) -> dict[str, list[int]]:
    """Of the schools of two levels of which one is chosen: the grades of the other."""
    chosen = set(selection.levels)
    return {
        level: [grade for part in parts if part not in chosen for grade in GRADES[part]]
        for level, parts in COMBINED.items()
        if len(chosen & set(parts)) == 1
    }


def _chosen(selection: Selection, classes: QuerySet[SchoolClass]) -> QuerySet[SchoolClass]:
    """One class has to be all that was chosen: of that level, that grade, and named."""
    left = classes.filter(_in_levels(selection, "school"))
    for level, grades in _grades_elsewhere(selection).items():
        left = left.exclude(school__in=_schools([level]), grade__in=spellings(grades))
    if selection.grades:
        left = left.filter(grade__in=spellings(selection.grades))
    return left.filter(pk__in=selection.classes) if selection.classes else left


def _enrolled(roles: set[str], classes: QuerySet[SchoolClass]) -> QuerySet[Enrolment, Any]:
    return live_enrolments().filter(role__in=roles, school_class__in=classes.values("pk")).values("person")


def _in_languages(languages: Sequence[str]) -> Sql | None:
    chosen = sorted(set(languages))
    if not chosen or set(chosen) == ALL_LANGUAGES:
        return None
    accounts = "SELECT person_id FROM registry_account WHERE person_id IS NOT NULL AND language"
    marks = ", ".join(["%s"] * len(chosen))
    if FIRST_LANGUAGE in chosen:
        return Sql(f"person_id NOT IN ({accounts} NOT IN ({marks}))", tuple(chosen))
    return Sql(f"person_id IN ({accounts} IN ({marks}))", tuple(chosen))


def _unacknowledged(broadcast: int | None) -> Sql | None:
    return Sql(UNACKNOWLEDGED, (broadcast,)) if broadcast else None


def _unreached(broadcast: int | None, *, is_class: bool) -> Sql | None:
    if broadcast is None:
        return None
    return Sql(UNREACHED.format(pupils=PUPILS_ALONE if is_class else ""), (broadcast,))


# Of a notice that asked for no answer nobody owes one; where a unit has confirmed, none of its staff does. COALESCE, so
# that rows for oneself are found by a hash too.
UNACKNOWLEDGED = """EXISTS (
    SELECT 1 FROM broadcasts_acknowledgement AS asked
    JOIN broadcasts_broadcast AS earlier ON earlier.id = asked.broadcast_id AND earlier.wants_acknowledgement
    WHERE asked.broadcast_id = %s AND asked.acknowledged_at IS NULL AND asked.person_id = addressed.person_id
      AND COALESCE(asked.student_id, 0) = COALESCE(addressed.student_id, 0)
      AND NOT (addressed.staff = 1 AND EXISTS (
        SELECT 1 FROM broadcasts_node AS node
        WHERE node.broadcast_id = asked.broadcast_id AND node.unit_id = asked.unit_id
          AND node.confirmed_at IS NOT NULL)))"""
# Who had it for somebody whom none of their people opened it for, and nobody went to (ledger/rows.py).
UNREACHED = """EXISTS (
    SELECT 1 FROM broadcasts_acknowledgement AS asked
    WHERE asked.broadcast_id = %s AND asked.person_id = addressed.person_id
      AND COALESCE(asked.student_id, 0) = COALESCE(addressed.student_id, 0) {pupils}
      AND NOT EXISTS (
        SELECT 1 FROM broadcasts_acknowledgement AS told
        JOIN broadcasts_receipt AS receipt
          ON receipt.broadcast_id = told.broadcast_id AND receipt.person_id = told.person_id
        WHERE told.broadcast_id = asked.broadcast_id AND told.unit_id = asked.unit_id
          AND COALESCE(told.student_id, told.person_id) = COALESCE(asked.student_id, asked.person_id)
          AND (told.acknowledged_at IS NOT NULL OR receipt.seen_at IS NOT NULL))
      AND NOT EXISTS (
        SELECT 1 FROM broadcasts_contact AS contact
        WHERE contact.broadcast_id = asked.broadcast_id AND contact.withdrawn_at IS NULL
          AND contact.unit_id = asked.unit_id
          AND contact.subject_id = COALESCE(asked.student_id, asked.person_id)))"""
# A class's lists hold no colleagues, and so does what is sent to them.
PUPILS_ALONE = "AND (asked.student_id IS NOT NULL OR asked.school_class_id IS NOT NULL)"
