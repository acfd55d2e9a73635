"""What the registry already holds of a source, small enough to keep for a province: an id and 16 bytes a row."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from registry.models import Source
from registry.models.record import Record, Status

CHUNK = 5000


@dataclass(slots=True)
class Known:
    """Records of one table by sourcedId. `deleted` and `stale` are the exceptions among them."""

    digests: dict[str, bytes] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    stale: set[str] = field(default_factory=set)

    def live(self) -> Iterator[str]:
        """Ids of the records that are not deleted."""
        return (sourced_id for sourced_id in self.digests if sourced_id not in self.deleted)


def known_records(model: type[Record], source: Source) -> Known:
    """Every record of the table that came from this source."""
    known = Known()
    columns = model._default_manager.filter(source=source).values_list("sourced_id", "digest", "status", "stale")
    for sourced_id, digest, status, stale in columns.iterator(CHUNK):
        known.digests[sourced_id] = bytes(digest)
        if status != Status.ACTIVE:
            known.deleted.add(sourced_id)
        elif stale:
            known.stale.add(sourced_id)
    return known
