"""What the valves look at, counted: the difference that a survey found, against what the registry holds now."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db.models import Count, Q, QuerySet

from registry.models import Enrolment, GuardianLink, Org, Person, Role, SyncRun
from registry.models.record import Record, Status
from registry.selectors import STAFF_ROLES
from registry.sync.errors import PackageRefused
from registry.sync.guardians import Pair
from registry.sync.known import CHUNK
from registry.sync.loading import in_chunks
from registry.sync.orgs import kept_parents, parent_on
from registry.sync.rows import OrgRow, PersonRow, RoleRow
from registry.sync.survey import Survey
from registry.sync.tables import CLASSES, COURSES, ENROLMENTS, GUARDIAN_LINKS, ORGS, ROLES, TABLES, USERS
from registry.sync.valves import Figures, TableFigures, limits_of

HEAD_ROLES = frozenset({"principal", "siteAdministrator", "districtAdministrator", "systemAdministrator"})
UNITS = frozenset({Org.Type.SCHOOL, Org.Type.LOCAL, Org.Type.DISTRICT, Org.Type.STATE})
ABOVE_SCHOOL = frozenset({Org.Type.LOCAL, Org.Type.DISTRICT, Org.Type.STATE, Org.Type.NATIONAL})
# By what each table's records belong to an org; people by their roles.
ORG_OF = {CLASSES: "school", COURSES: "org", ENROLMENTS: "school", ROLES: "org"}


class Measures:
    """Counts for one survey, before anything is written."""

    def __init__(self, survey: Survey, *, is_first: bool) -> None:
        self._survey = survey
        self._source = survey.source
        self._is_first = is_first
        self._limits = limits_of(survey.source.thresholds, rollover=False)
        # An org that loses no more than this opens nothing, and is not looked at one by one.
        self._few = int(self._limits["removed_rows_in_org"])

    def figures(self) -> Figures:
        """Everything the valves ask for; of a first import only what does not compare with anything."""
        figures = Figures(
            is_first=self._is_first, month=self._survey.day.month, was_rolled_back=self._was_rolled_back()
        )
        _LinkFigures(self._survey).count(figures, is_first=self._is_first)
        if self._is_first or not self._survey.size:
            return figures
        figures.tables = {table: self._table(table) for table in TABLES}
        figures.tables[GUARDIAN_LINKS] = self._links()
        figures.orgs_gone = self._orgs_gone()
        figures.parents_changed = self._parents_changed()
        figures.ids_renewed = self._ids_renewed()
        _RoleFigures(self._survey).count(figures)
        return figures

    def refuse_cut_off(self) -> None:
        """Refuse a package whose users or enrolments are plainly not all there, though it says that they are."""
        for table in () if self._is_first else (USERS, ENROLMENTS):
            is_there, says_all = table in self._survey.package, self._survey.manifest.deletes(table)
            # Of a file that takes nobody away nothing has to be counted, nor of one that was announced as absent.
            if (is_there and not says_all) or (not is_there and self._survey.manifest.modes.get(table)):
                continue
            stored = self._live(TABLES[table]).count()
            read = self._survey.differences[table].read
            if not stored:
                continue
            if not is_there:
                raise PackageRefused("file_left_out", file=f"{table}.csv")
            if read == 0:
                raise PackageRefused("file_empty", file=f"{table}.csv")
            if read * 100 < stored * self._limits["kept_percent"] and stored - read > self._limits["removed_rows"]:
                raise PackageRefused("file_shrunk", file=f"{table}.csv")

    def _was_rolled_back(self) -> bool:
        """Whether this very file was applied and taken back, and nobody has applied it since."""
        states = SyncRun.State.APPLIED, SyncRun.State.ROLLED_BACK
        same = SyncRun.objects.filter(source=self._source, file_sha256=self._survey.package.sha256, state__in=states)
        last = same.order_by("-pk").first()
        return last is not None and last.state == SyncRun.State.ROLLED_BACK

    def _live(self, model: type[Record]) -> QuerySet[Any]:
        return model._default_manager.filter(source=self._source, status=Status.ACTIVE)

    def _table(self, table: str) -> TableFigures:
        difference = self._survey.differences[table]
        if not (difference.removed or difference.changed):
            return TableFigures()
        stored = self._live(TABLES[table]).count()
        in_org = self._in_orgs(table, difference.removed) if len(difference.removed) > self._few else {}
        return TableFigures(stored, len(difference.removed), len(difference.changed), in_org)

    def _in_orgs(self, table: str, removed: Collection[str]) -> dict[str, tuple[int, int]]:
        if table == USERS:
            return _by_org(self._live(Role), "org", "person__sourced_id", removed, few=self._few, count="person")
        if table in ORG_OF:
            return _by_org(self._live(TABLES[table]), ORG_OF[table], "sourced_id", removed, few=self._few)
        return {}

    def _links(self) -> TableFigures:
        links = self._survey.links
        if not links.size:
            return TableFigures()
        standing = GuardianLink.objects.filter(source=self._source, valid_to=None, state=GuardianLink.State.ACTIVE)
        pupils = {student for _guardian, student in links.ended}
        in_org = {}
        if len(links.ended) > self._few:
            held = self._live(Role).filter(role="student")
            in_org = _by_org(held, "org", "person__sourced_id", pupils, few=self._few, count="person__guardian_links")
        return TableFigures(standing.count(), len(links.ended), len(links.changed), in_org)

    def _orgs_gone(self) -> list[str]:
        difference, day = self._survey.differences[ORGS], self._survey.day
        ended = {
            each
            for each in difference.changed
            if (row := self._survey.orgs.get(each)) and row.valid_to is not None and row.valid_to <= day
        }
        gone: list[str] = []
        for chunk in in_chunks(difference.removed | ended):
            standing = Org.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), source=self._source, type__in=UNITS)
            gone += standing.filter(status=Status.ACTIVE, sourced_id__in=chunk).values_list("sourced_id", flat=True)
        return gone

    def _parents_changed(self) -> list[str]:
        difference, day = self._survey.differences[ORGS], self._survey.day
        if not (moving := difference.changed | difference.restored):
            return []
        before = kept_parents(self._source, day, without=())

        def moves(row: OrgRow) -> bool:
            is_over = row.valid_to is not None and row.valid_to <= day
            return row.sourced_id in before and not is_over and parent_on(row, day) != before[row.sourced_id]

        return [each for each in moving if (row := self._survey.orgs.get(each)) and moves(row)]

    def _ids_renewed(self) -> list[str]:
        """New people who carry the identifier of somebody who is there already."""
        added = self._survey.differences[USERS].added
        if len(added) <= self._limits["ids_renewed_rows"]:
            return []
        rows = (row for row in self._survey.rows_to_write(USERS) if isinstance(row, PersonRow) and row.identifier)
        by_identifier = {row.identifier: row.sourced_id for row in rows if row.sourced_id in added}
        known = Person.objects.filter(source=self._source).exclude(identifier="").values_list("identifier", flat=True)
        return [by_identifier[each] for each in known.iterator(CHUNK) if each in by_identifier]


class _RoleFigures:
    """Who would be more than before."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._live = Role.objects.filter(source=survey.source, status=Status.ACTIVE)

    def count(self, figures: Figures) -> None:
        """Fill in heads, seats above the schools, and pupils who would become staff."""
        difference = self._survey.differences[ROLES]
        gaining = difference.added | difference.changed | difference.restored
        if not gaining:
            return
        rows = [
            row
            for row in self._rows()
            if row.sourced_id in gaining and (row.role in STAFF_ROLES or self._is_above(row.org))
        ]
        heads = set(self._live.filter(role__in=HEAD_ROLES).values_list("person__sourced_id", flat=True))
        figures.heads_before = len(heads)
        figures.heads_gained = sorted({row.person for row in rows if row.role in HEAD_ROLES} - heads)
        above = self._live.filter(org__type__in=[*ABOVE_SCHOOL, Org.Type.DEPARTMENT])
        held = set(above.values_list("person__sourced_id", "org__sourced_id"))
        gained = {row.person for row in rows if self._is_above(row.org) and (row.person, row.org) not in held}
        figures.seats_above_school = sorted(gained)
        figures.pupils_promoted = self._promoted([row for row in rows if row.role in STAFF_ROLES])

    def _rows(self) -> Iterator[RoleRow]:
        day = self._survey.day
        for row in self._survey.rows_to_write(ROLES):
            if isinstance(row, RoleRow) and (row.ends_on is None or row.ends_on > day):
                yield row

    def _is_above(self, org: str) -> bool:
        """Whether the unit stands above schools: an office of the province does, one inside a school does not."""
        types = self._types()
        above = self._survey.tree.above(org)
        return not any(types.get(each) in {Org.Type.SCHOOL, Org.Type.BRANCH} for each in above)

    def _types(self) -> dict[str, str]:
        if not hasattr(self, "_type_of"):
            # Another source's orgs too: a school's own source may hang its people on them, by id or identifier.
            self._type_of: dict[str, str] = {}
            for sourced_id, identifier, kind in Org.objects.values_list("sourced_id", "identifier", "type"):
                self._type_of.setdefault(identifier, kind)
                self._type_of[sourced_id] = kind
            self._type_of |= {row.sourced_id: row.type for row in self._survey.orgs.values()}
        return self._type_of

    def _promoted(self, rows: Iterable[RoleRow]) -> dict[str, list[str]]:
        places: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            places[row.person].add(row.org)
        found: dict[str, list[str]] = defaultdict(list)
        for chunk in in_chunks(places):
            of_these = {
                "source": self._survey.source,
                "status": Status.ACTIVE,
                "role": "student",
                "person__sourced_id__in": chunk,
            }
            enrolled = Enrolment.objects.filter(**of_these).values_list("person__sourced_id", flat=True)
            pupils = {*self._live.filter(**of_these).values_list("person__sourced_id", flat=True), *enrolled}
            for pupil in pupils:
                for org in places[pupil]:
                    found[org].append(pupil)
        return found


class _LinkFigures:
    """How many guardians a student would have, and how many students a guardian; only links that grant something."""

    def __init__(self, survey: Survey) -> None:
        self._links = survey.links
        self._newcomers = survey.differences[USERS].added
        self._standing = GuardianLink.objects.filter(
            source=survey.source, valid_to=None, state=GuardianLink.State.ACTIVE
        )

    def count(self, figures: Figures, *, is_first: bool) -> None:
        """Fill in the numbers of those who would gain a link."""
        gained = {pair for pair, facts in self._links.writes.items() if facts.state == GuardianLink.State.ACTIVE}
        lost = {*self._links.ended, *self._links.writes} - gained
        guardians, students = {pair[0] for pair in gained}, {pair[1] for pair in gained}
        stored = set() if is_first else {*self._stored("guardian", guardians), *self._stored("student", students)}
        pairs = gained | (stored - lost)
        figures.guardians_of = dict(Counter(student for _guardian, student in pairs if student in students))
        figures.children_of = dict(Counter(guardian for guardian, _student in pairs if guardian in guardians))
        new = {*self._links.added, *self._links.restored}
        # A pupil who is new brings guardians along; what is unusual is a new guardian of a pupil who was there.
        figures.links_created = sum(1 for pair in gained if pair in new and pair[1] not in self._newcomers)

    def _stored(self, side: str, people: Collection[str]) -> Iterator[Pair]:
        for chunk in in_chunks(people):
            of_these = self._standing.filter(**{f"{side}__sourced_id__in": chunk})
            yield from of_these.values_list("guardian__sourced_id", "student__sourced_id")


def _by_org(
    live: QuerySet[Any], org: str, key: str, removed: Collection[str], *, few: int, count: str = "pk"
) -> dict[str, tuple[int, int]]:
    """(gone, before) for each org that would lose more than a few."""
    column = f"{org}__sourced_id"
    gone: Counter[str] = Counter()
    for chunk in in_chunks(removed):
        counted = live.filter(**{f"{key}__in": chunk}).values_list(column).annotate(Count(count, distinct=True))
        gone.update(dict(counted.order_by()))
    many = {each: number for each, number in gone.items() if number > few}
    if not many:
        return {}
    before = live.filter(**{f"{column}__in": list(many)}).values_list(column).annotate(Count(count, distinct=True))
    return {each: (many[each], number) for each, number in before.order_by()}
