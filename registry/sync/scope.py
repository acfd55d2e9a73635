"""What a source may speak about: its own records, and the orgs of others inside its scope, on which it hangs its own.

Two sources with the same sourcedId have two records: nothing is ever merged. A row that reaches for another source's
record, or outside the scope, is refused by itself (registry rules, 5.1).
"""

from collections.abc import Collection

from django.db.models import Exists, OuterRef

from registry.models import Org, OrgClosure, Person, Role, SchoolClass, Source
from registry.models.record import Status
from registry.sync.errors import BadCell
from registry.sync.known import CHUNK
from registry.sync.loading import in_chunks
from registry.sync.tables import CLASSES, ORGS, USERS

OUTSIDE = "outside_scope"
OWNED = "other_source_owns"
# A row that is refused for one of these waits for nothing, and says nothing about how well its file was made.
REFUSED_ALONE = frozenset({OUTSIDE, OWNED})


class NotOurs(BadCell):
    """The row reaches where its source may not speak; `code` says how."""


class Scope:
    """Read once a run. `orgs` are other sources' orgs inside the scope, by sourcedId; own ones are not among them."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._elsewhere: dict[str, dict[str, int]] = {}
        self._inside: set[int] | None = None
        self.orgs: dict[str, int] = {}
        self.types: dict[str, str] = {}
        self.parents: dict[str, str] = {}
        self._by_identifier: dict[str, str] = {}
        if source.scope_org_id is not None:
            self._read_orgs()

    @property
    def is_anothers(self) -> bool:
        """Whether the source speaks for an org that another source brought: a school inside somebody's province."""
        scope = self._source.scope_org
        return scope is not None and scope.source_id != self._source.pk

    def org(self, reference: str) -> str:
        """The sourcedId of the org in scope that a reference means: some name it by its identifier."""
        return reference if reference in self.orgs else self._by_identifier.get(reference, reference)

    def brings(self, sourced_id: str, identifier: str) -> bool:
        """Whether an org row is about an org in scope that another source brought."""
        return self.is_anothers and (
            sourced_id in self.orgs or (bool(identifier) and identifier in self._by_identifier)
        )

    def refusal(self, table: str, sourced_id: str) -> str | None:
        """Why a reference that does not resolve never will: the record is another source's. None: it is nobody's."""
        if table not in {ORGS, CLASSES, USERS} or sourced_id not in self._named(table):
            return None
        if table == USERS:
            return OWNED
        org = self._named(table)[sourced_id]
        return OWNED if self._inside is not None and org in self._inside else OUTSIDE

    def owned_elsewhere(self, identifiers: Collection[str] | None) -> set[str]:
        """Of these identifiers (of all, without any named) those of people whom another source holds a role for outside
        the scope: their identity is that source's."""
        if self._inside is None:
            return set()
        roles = Role.objects.filter(status=Status.ACTIVE, person=OuterRef("pk")).exclude(
            org__in=OrgClosure.objects.filter(ancestor=self._source.scope_org_id).values("descendant")
        )
        people = Person.objects.filter(Exists(roles), status=Status.ACTIVE).exclude(source=self._source)
        if identifiers is None:
            return set(people.exclude(identifier="").values_list("identifier", flat=True).iterator(CHUNK))
        return {
            found
            for chunk in in_chunks(identifiers)
            for found in people.filter(identifier__in=chunk).values_list("identifier", flat=True)
        }

    def _named(self, table: str) -> dict[str, int]:
        """Other sources' live records by sourcedId, with the org each belongs to; read when the first one is asked for."""
        if table not in self._elsewhere:
            model, org = {ORGS: (Org, "pk"), CLASSES: (SchoolClass, "school_id"), USERS: (Person, "pk")}[table]
            records = model._default_manager.filter(status=Status.ACTIVE).exclude(source=self._source)
            self._elsewhere[table] = dict(records.values_list("sourced_id", org).iterator(CHUNK))
        return self._elsewhere[table]

    def _read_orgs(self) -> None:
        scope = self._source.scope_org_id
        inside = OrgClosure.objects.filter(ancestor=scope)
        self._inside = set(inside.values_list("descendant_id", flat=True))
        foreign = Org.objects.filter(pk__in=inside.values("descendant"), status=Status.ACTIVE)
        columns = foreign.exclude(source=self._source).values_list("pk", "sourced_id", "identifier", "type")
        names: dict[int, str] = {}
        twice: set[str] = set()
        for pk, sourced_id, identifier, kind in columns.order_by("pk"):
            # The first to bring an id keeps it: a second source inside the scope cannot take its place.
            if self.orgs.setdefault(sourced_id, pk) != pk:
                continue
            names[pk], self.types[sourced_id] = sourced_id, kind
            if identifier and self._by_identifier.setdefault(identifier, sourced_id) != sourced_id:
                twice.add(identifier)
        for identifier in twice:
            del self._by_identifier[identifier]
        above = OrgClosure.objects.filter(descendant__in=inside.values("descendant"), depth=1)
        for pk, parent in above.values_list("descendant_id", "ancestor_id"):
            if pk in names and parent in names:
                self.parents[names[pk]] = names[parent]
