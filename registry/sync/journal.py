"""What a run is about to overwrite, written down in its own transaction, so that it can be taken back exactly.

Only records that the run touches are read, and they are read by the ids of the difference: a table of a million rows of
which a hundredth changes costs what ten thousand rows cost.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.db.models import BinaryField, Model, QuerySet

from registry.models import (
    ClassSession,
    GuardianLink,
    Org,
    OrgParent,
    PendingRow,
    Source,
    SyncChange,
    SyncRun,
)
from registry.sync.guardians import Pair
from registry.sync.known import CHUNK
from registry.sync.loading import Values, in_chunks, upsert
from registry.sync.survey import Survey
from registry.sync.tables import CLASSES, ORGS, TABLES

Image = dict[str, Any]
# What a run may set of its source; the rest is people's.
SOURCE_COLUMNS = ("scope_org_id", "family_name_first", "seen_until")
_COLUMNS = ("run_id", "model", "record", "before")


class Journal:
    """One run's before-images. Call `before` ahead of every write, `after` when all is written."""

    def __init__(self, run: SyncRun, survey: Survey) -> None:
        self._run = run
        self._survey = survey
        self._of_source = {"source": survey.source}
        self._snapshots: dict[type[Model], dict[int, Image]] = {}
        self._links: dict[Pair, int] = {}
        self._source_before: Image = {}
        self._has_written = False

    def before(self) -> None:
        """Write down everything that this run will change or end."""
        self._source_before = _source_image(self._survey.source.pk)
        for table, model in TABLES.items():
            difference = self._survey.differences[table]
            for chunk in in_chunks(
                (difference.writes - difference.added) | difference.removed | difference.newly_stale
            ):
                self._write(model, images(model._default_manager.filter(**self._of_source, sourced_id__in=chunk)))
        links = self._survey.links
        self._links = self._pairs({*links.writes, *links.ended})
        for chunk in in_chunks({*self._links.values(), *links.said}):
            self._write(GuardianLink, images(GuardianLink.objects.filter(pk__in=chunk)))
        self._snapshots = self._small_images()

    def after(self) -> None:
        """Write down what this run made, and of the rows that are deleted and made anew which differ now."""
        for table, model in TABLES.items():
            for chunk in in_chunks(self._survey.differences[table].added):
                made = model._default_manager.filter(**self._of_source, sourced_id__in=chunk)
                self._write(model, dict.fromkeys(made.values_list("pk", flat=True)))
        new = self._pairs({*self._survey.links.added})
        self._write(GuardianLink, {pk: None for pair, pk in new.items() if pair not in self._links})
        for small, now in self._small_images().items():
            old = self._snapshots[small]
            differing = {pk for pk in {*old, *now} if old.get(pk) != now.get(pk)}
            self._write(small, {pk: old.get(pk) for pk in differing})
        if self._has_written:
            self._write(Source, {self._survey.source.pk: self._source_before})

    def _small_images(self) -> dict[type[Model], dict[int, Image]]:
        found: dict[type[Model], dict[int, Image]] = {OrgParent: {}, ClassSession: {}, PendingRow: {}}
        for model, rows in self._small_rows():
            found[model].update(images(rows))
        return found

    def _small_rows(self) -> Iterator[tuple[type[Model], QuerySet[Any]]]:
        """Rows without an id of their own in the source, by what they hang on: written by deleting and making."""
        orgs, classes = self._survey.differences[ORGS], self._survey.differences[CLASSES]
        for chunk in in_chunks(orgs.writes | orgs.removed):
            of = Org.objects.filter(**self._of_source, sourced_id__in=chunk)
            yield OrgParent, OrgParent.objects.filter(org__in=of)
        for chunk in in_chunks(classes.writes):
            yield (
                ClassSession,
                ClassSession.objects.filter(
                    school_class__source=self._survey.source, school_class__sourced_id__in=chunk
                ),
            )
        yield PendingRow, PendingRow.objects.filter(**self._of_source)

    def _pairs(self, pairs: Collection[Pair]) -> dict[Pair, int]:
        """The stored links of these pairs."""
        found: dict[Pair, int] = {}
        for chunk in in_chunks({student for _guardian, student in pairs}):
            links = GuardianLink.objects.filter(**self._of_source, student__sourced_id__in=chunk)
            for pk, *pair in links.values_list("pk", "guardian__sourced_id", "student__sourced_id"):
                if (pair[0], pair[1]) in pairs:
                    found[pair[0], pair[1]] = pk
        return found

    def _write(self, model: type[Model], rows: Mapping[int, Image | None]) -> None:
        if rows:
            self._has_written = True
            name = str(model._meta.model_name)
            values = ((self._run.pk, name, pk, before) for pk, before in rows.items())
            upsert(SyncChange, _COLUMNS, values, key=_COLUMNS[:3])


def images(rows: QuerySet[Any]) -> dict[int, Image]:
    """Every column of these rows by primary key, in words that JSON has."""
    return {row["id"]: {name: _plain(value) for name, value in row.items()} for row in rows.values().iterator(CHUNK)}


def columns_of_image(model: type[Model]) -> tuple[str, ...]:
    """The columns that an image of this model holds, in the order of `values_of_image`."""
    return tuple(field.attname for field in model._meta.concrete_fields)


def values_of_image(model: type[Model], image: Image) -> Values:
    """The row as the database takes it."""
    return tuple(_read(field, image[field.attname]) for field in model._meta.concrete_fields)


def _source_image(pk: int) -> Image:
    return dict(Source.objects.values(*SOURCE_COLUMNS).get(pk=pk))


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value


def _read(field: Any, value: Any) -> Any:
    if value is not None and isinstance(field, BinaryField):
        return bytes.fromhex(value)
    return field.to_python(value)
