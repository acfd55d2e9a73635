"""Writes what a survey found, all of it or nothing."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping

from django.utils import timezone

from registry.changes import AccessChange
from registry.models import AcademicSession, ClassSession, GuardianLink, Org, Source
from registry.models.record import Record, Status
from registry.signals import access_changed
from registry.sync.closure import rebuild_closure
from registry.sync.households import rebuild_households
from registry.sync.journal import Journal
from registry.sync.known import CHUNK
from registry.sync.loading import ANALYSE_FROM, Values, analyse, in_chunks, set_column, upsert
from registry.sync.parents import write_parents
from registry.sync.records import KEY, REFERS_TO, columns_of, values_of
from registry.sync.rows import ClassRow, SessionRow
from registry.sync.survey import Survey
from registry.sync.tables import CLASSES, ORGS, ROLES, SESSIONS, TABLES, USERS
from registry.sync.touched import Touched


class Writer:
    """Applies one survey. Must run in a transaction that holds the source's lock.

    `journal`: where what is overwritten is written down for a rollback; None for a source's first run, which has none."""

    def __init__(self, survey: Survey, progress: Callable[[str, int], None], *, journal: Journal | None) -> None:
        self._survey = survey
        self._journal = journal
        self._source = survey.source
        self._keys = survey.keys()
        self._progress = progress

    def write(self, *, is_first: bool, has_waited: bool) -> AccessChange:
        """Write every table, then what follows from them; tell those who derive rights. Returns what it told. `has_waited`:
        what was to begin while the source was silent begins now, changed or not."""
        touched = Touched(self._survey, is_everything=has_waited or (is_first and self._survey.size > 0))
        touched.note()
        if self._journal:
            self._progress("journal", 0)
            self._journal.before()
        for table in TABLES:
            self._write_table(table)
        self._write_links()
        self._survey.incoming.pending.write(self._survey.package)
        if self._journal:
            self._journal.after()
        orgs = rebuild_closure(self._survey.day)
        touched.note()
        self._keys.load(*touched.needs())
        change = touched.change(self._keys, moved_orgs=orgs)
        if self._survey.links.size or any(self._survey.differences[table].size for table in (USERS, ROLES)):
            self._progress("households", 0)
            rebuild_households(self._source, None if change.everything else change.people)
        if change:
            self._progress("rooms", 0)
            access_changed.send(sender=Source, change=change)
        return change

    def _write_table(self, table: str) -> None:
        difference = self._survey.differences[table]
        model = TABLES[table]
        writes = difference.writes
        if writes:
            self._keys.load(*REFERS_TO.get(table, ()))
            # A whole file says no time: the last one that was said still tells which rows are older.
            written = upsert(model, columns_of(table), self._values(table), key=KEY, kept=("date_last_modified",))
            if written != len(writes):
                raise AssertionError(f"{table}: {len(writes)} rows to write, {written} were kept")
            self._keys.pop(table, None)
        # With the time of this run, as the standard has it: an older row, sent once more, revives nobody.
        self._set(model, difference.removed, status=Status.TO_BE_DELETED, date_last_modified=timezone.now())
        self._write_times(model, difference.removed_at)
        self._set(model, difference.newly_stale, stale=True)
        if table == SESSIONS:
            self._write_session_parents()
        elif table == ORGS:
            self._write_org_parents()
        elif table == CLASSES:
            self._write_class_sessions()
        if len(writes) >= ANALYSE_FROM:
            analyse(model)

    def _set(self, model: type[Record], sourced_ids: set[str], **values: object) -> None:
        for chunk in in_chunks(sourced_ids):
            model._default_manager.filter(source=self._source, sourced_id__in=chunk).update(**values)

    def _write_times(self, model: type[Record], changed_at: Mapping[str, dt.datetime]) -> None:
        for chunk in in_chunks(changed_at):
            found = model._default_manager.filter(source=self._source, sourced_id__in=chunk)
            times = [(pk, changed_at[each]) for each, pk in found.values_list("sourced_id", "pk")]
            set_column(model, "date_last_modified", times)

    def _values(self, table: str) -> Iterator[Values]:
        for number, (digest, row) in enumerate(self._survey.digested_rows_to_write(table)):
            if number % CHUNK == 0:
                self._progress(f"{table} →", number)
            yield values_of(table, row, digest, source=self._source, keys=self._keys)

    def _write_session_parents(self) -> None:
        if not self._survey.differences[SESSIONS].writes:
            return
        self._keys.load(SESSIONS)
        keys = self._keys[SESSIONS]
        rows = [row for row in self._survey.rows_to_write(SESSIONS) if isinstance(row, SessionRow)]
        set_column(AcademicSession, "parent_id", [(keys[row.sourced_id], keys.get(row.parent)) for row in rows])

    def _write_org_parents(self) -> None:
        difference = self._survey.differences[ORGS]
        if not (difference.writes or difference.removed):
            return
        self._keys.load(ORGS)
        keys = self._keys[ORGS]
        rows = [
            (keys[row.sourced_id], row) for row in self._survey.orgs.values() if row.sourced_id in difference.writes
        ]
        write_parents(rows, [keys[each] for each in difference.removed], key=keys.__getitem__, day=self._survey.day)

    def _write_class_sessions(self) -> None:
        if not (writes := self._survey.differences[CLASSES].writes):
            return
        self._keys.load(CLASSES, SESSIONS)
        classes, sessions = self._keys[CLASSES], self._keys[SESSIONS]
        for chunk in in_chunks(classes[each] for each in writes):
            ClassSession.objects.filter(school_class__in=chunk).delete()
        pairs = (
            (classes[row.sourced_id], sessions[session])
            for row in self._survey.rows_to_write(CLASSES)
            if isinstance(row, ClassRow)
            for session in row.sessions
        )
        columns = ("school_class_id", "session_id")
        upsert(ClassSession, columns, pairs, key=columns)

    def _write_links(self) -> None:
        links, day = self._survey.links, self._survey.day
        if links.writes:
            self._keys.load(USERS)
            people = self._keys[USERS]
            rows = (
                (
                    self._source.pk, people[guardian], people[student], facts.relation, facts.said_by_student,
                    facts.said_by_guardian, facts.separate, facts.state, None,
                )
                for (guardian, student), facts in links.writes.items()
            )  # fmt: skip
            columns = (
                *("source_id", "guardian_id", "student_id", "relation", "said_by_student", "said_by_guardian"),
                *("separate", "state", "valid_to"),
            )
            upsert(GuardianLink, columns, rows, key=("guardian_id", "student_id"))
            if len(links.writes) >= ANALYSE_FROM:
                analyse(GuardianLink)
        for chunk in in_chunks(links.ended.values()):
            # The row stays and says until when: who was whose guardian is asked about long after.
            GuardianLink.objects.filter(pk__in=chunk).update(valid_to=day)
        for column, side in (("said_by_student", 0), ("said_by_guardian", 1)):
            if links.said:
                set_column(GuardianLink, column, [(pk, says[side]) for pk, says in links.said.items()])


def name_scope(source: Source) -> None:
    """Let a source speak for the one tree that it brought, when it did bring one tree."""
    roots = list(Org.objects.filter(source=source, status=Status.ACTIVE, parent_links=None)[:2])
    if source.scope_org is None and len(roots) == 1:
        source.scope_org = roots[0]
        source.save(update_fields=["scope_org"])
