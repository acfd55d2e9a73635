"""What local denies take away, as conditions of the queries that give rights: so no door can forget them (decision 5).

In SQL by hand: these conditions stand in every query about rights, several times in some, and the ORM takes longer to
write such a nest of subqueries than the database to answer it. Nearly every row is let through by the first part, which
reads two tiny tables once a statement; a join instead would cost every query its plan.
"""

import datetime as dt
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, F, Func, Q, QuerySet
from django.db.models.expressions import Combinable

from registry.models import LocalOverride, PersonLink

_NAMED = """{0} IN (
  SELECT o.person_id FROM registry_localoverride o WHERE o.ended_at IS NULL
  UNION ALL SELECT l.other_id FROM registry_localoverride o JOIN registry_personlink l ON l.one_id = o.person_id
    WHERE o.ended_at IS NULL
  UNION ALL SELECT l.one_id FROM registry_localoverride o JOIN registry_personlink l ON l.other_id = o.person_id
    WHERE o.ended_at IS NULL)"""
_STANDS = "SELECT 1 FROM registry_localoverride o WHERE o.ended_at IS NULL AND (o.until IS NULL OR o.until > %s)"


def _same_human(one: str, other: str) -> str:
    """SQL: two records are one human's."""
    linked = (
        f"SELECT 1 FROM registry_personlink l WHERE (l.one_id = {one} AND l.other_id = {other})"  # noqa: S608  columns
        f" OR (l.other_id = {one} AND l.one_id = {other})"
    )
    return f"({one} = {other} OR EXISTS ({linked}))"


# Of constants alone: columns take the places of {0} and {1}, values are parameters.
_IN_ORG = f"""{_NAMED} AND EXISTS ({_STANDS} AND o.student_id IS NULL AND {_same_human("o.person_id", "{0}")}
  AND (o.org_id IS NULL OR EXISTS (
    SELECT 1 FROM registry_orgclosure c WHERE c.ancestor_id = o.org_id AND c.descendant_id = {{1}})))"""  # noqa: S608
_OF_PAIR = f"""{_NAMED} AND EXISTS ({_STANDS} AND {_same_human("o.person_id", "{0}")}
  AND {_same_human("o.student_id", "{1}")})"""
_KIN = f"""EXISTS (SELECT 1 FROM registry_guardianlink g WHERE g.student_id = {{1}} AND g.state IN ('active', 'blocked')
  AND {_same_human("g.guardian_id", "{0}")})"""  # noqa: S608


class _Condition(Func):
    """True of a row where `text` is, with {0}, {1} ... standing for columns of the row and %s for the parameters."""

    output_field = BooleanField()

    def __init__(self, text: str, *columns: Combinable | str, params: tuple[Any, ...] = ()) -> None:
        super().__init__(*columns)
        self.text, self.params = text, params

    def as_sql(self, compiler: Any, connection: Any, **_extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """The text with the columns as they are called in the query around it."""
        columns = [compiler.compile(column)[0] for column in self.get_source_expressions()]
        return f"({self.text.format(*columns)})", list(self.params)


def in_force(day: dt.date) -> QuerySet[LocalOverride]:
    """Denies that stand on this day: not ended by anybody, and not by their date."""
    return LocalOverride.objects.filter(Q(until__isnull=True) | Q(until__gt=day), ended_at__isnull=True)


def allowed_in(day: dt.date, *, org: str = "org") -> Q:
    """Condition on a row: nobody denied its `person` everywhere, in its `org` or in one above it."""
    return ~Q(_Condition(_IN_ORG, F("person"), F(org), params=(day.isoformat(),)))


def allowed_pair(day: dt.date) -> Q:
    """Condition on a guardian link: nobody denied the guardian for this student, in whatever records of theirs."""
    return ~Q(_Condition(_OF_PAIR, F("guardian"), F("student"), params=(day.isoformat(),)))


def kin(day: dt.date, *, adult: str, student: str) -> Q:
    """Condition on a row: its `adult`, in this or another record of theirs, is the guardian of its `student`, or is or was
    barred from being it. Such a person never sits on the school's side of a conversation about the child."""
    pair = (F(adult), F(student))
    return Q(_Condition(_KIN, *pair)) | Q(_Condition(_OF_PAIR, *pair, params=(day.isoformat(),)))


def cut(day: dt.date) -> "ExpressionWrapper[Any]":
    """Whether a guardian link joins no household: the parents live apart, or a deny cuts it."""
    return ExpressionWrapper(Q(separate=True) | ~allowed_pair(day), output_field=BooleanField())


def same_humans(person_ids: set[int]) -> set[int]:
    """These people and the other records of the same humans."""
    found = set(person_ids)
    links = PersonLink.objects.filter(Q(one__in=person_ids) | Q(other__in=person_ids))
    for one, other in links.values_list("one_id", "other_id"):
        found |= {one, other}
    return found
