"""What the registry already holds of a source, small enough to keep for a province: an id and a number a row."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from django.db.models import Model, QuerySet

from registry.models import Source
from registry.models.record import Record, Status
from registry.sync.loading import in_chunks
from registry.sync.rows import mark_of

CHUNK = 5000
Chosen = TypeVar("Chosen", bound=Model)


@dataclass(slots=True)
class Known:
    """Marks of one table's records by sourcedId (rows.mark_of). `deleted` and `stale` are the exceptions among them;
    `modified` is filled for tables that a delta speaks about."""

    marks: dict[str, int] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    stale: set[str] = field(default_factory=set)
    modified: dict[str, dt.datetime] = field(default_factory=dict)

    def stands(self, sourced_id: str, mark: int) -> bool:
        """Whether the record is there, says the same, and nothing is to be mended about it."""
        is_same = self.marks.get(sourced_id) == mark
        return is_same and sourced_id not in self.deleted and sourced_id not in self.stale

    def live(self) -> Iterator[str]:
        """Ids of the records that are not deleted."""
        return (sourced_id for sourced_id in self.marks if sourced_id not in self.deleted)


def known_records(
    model: type[Record], source: Source, *, ids: Collection[str] | None = None, is_dated: bool = False
) -> Known:
    """The records of the table that came from this source: all of them, or those of the ids."""
    known = Known()
    records = model._default_manager.filter(source=source)
    extra = ("date_last_modified",) if is_dated else ()
    for found in parts(records, ids):
        columns = found.values_list("sourced_id", "digest", "status", "stale", *extra)
        for sourced_id, digest, status, stale, *modified in columns.iterator(CHUNK):
            known.marks[sourced_id] = mark_of(bytes(digest))
            if status != Status.ACTIVE:
                known.deleted.add(sourced_id)
            elif stale:
                known.stale.add(sourced_id)
            if modified and modified[0]:
                known.modified[sourced_id] = modified[0]
    return known


def parts(
    records: QuerySet[Chosen], ids: Collection[str] | None, *, by: str = "sourced_id"
) -> Iterator[QuerySet[Chosen]]:
    """The records as querysets that a database takes: all of them in one, or those of the ids in pieces."""
    if ids is None:
        yield records
        return
    for chunk in in_chunks(ids):
        yield records.filter(**{f"{by}__in": chunk})
