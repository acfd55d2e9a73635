"""Stored rows that read differently because of what a delta says about others: dates of classes, schools of enrolments.

A bulk package repeats them; a delta does not, and rights depend on them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator

from django.db.models import QuerySet

from registry.models import ClassSession, Enrolment, SchoolClass, Source
from registry.models.record import Status
from registry.sync.loading import in_chunks
from registry.sync.rows import ClassRow, EnrolmentRow


def classes_in(source: Source, sessions: Collection[str]) -> Iterator[ClassRow]:
    """The live classes that run in these sessions, as their rows said."""
    for chunk in in_chunks(sessions):
        running = ClassSession.objects.filter(session__source=source, session__sourced_id__in=chunk)
        yield from _classes(SchoolClass.objects.filter(pk__in=running.values("school_class"), status=Status.ACTIVE))


def enrolments_in(source: Source, classes: Collection[str]) -> Iterator[EnrolmentRow]:
    """The live enrolments of these classes, as their rows said."""
    for chunk in in_chunks(classes):
        enrolments = Enrolment.objects.filter(
            source=source, status=Status.ACTIVE, school_class__source=source, school_class__sourced_id__in=chunk
        )
        columns = enrolments.values_list(
            *("sourced_id", "date_last_modified", "school_class__sourced_id", "school__sourced_id"),
            *("person__sourced_id", "role", "is_primary", "begins_on", "ends_on"),
        )
        yield from (EnrolmentRow(*values) for values in columns)


def schools_of(source: Source, classes: Collection[str]) -> Iterator[tuple[str, str]]:
    """The schools of these classes as the registry has them; pairs of sourcedIds."""
    for chunk in in_chunks(classes):
        stored = SchoolClass.objects.filter(source=source, sourced_id__in=chunk)
        yield from stored.values_list("sourced_id", "school__sourced_id")


def _classes(stored: QuerySet[SchoolClass]) -> Iterator[ClassRow]:
    sessions: dict[int, list[str]] = defaultdict(list)
    pairs = ClassSession.objects.filter(school_class__in=stored).order_by("pk")
    for school_class, session in pairs.values_list("school_class_id", "session__sourced_id"):
        sessions[school_class].append(session)
    columns = stored.values_list(
        *("pk", "sourced_id", "date_last_modified", "title", "class_code", "class_type", "school__sourced_id"),
        *("course__sourced_id", "grade", "subject"),
    )
    for pk, sourced_id, modified, title, code, kind, school, course, grade, subject in columns:
        yield ClassRow(
            sourced_id,
            modified,
            title,
            code,
            kind,
            school,
            course or "",
            grade,
            subject,
            tuple(sessions[pk]),
            None,
            None,
        )
