"""Notes what stands twice under different ids. Fingerprints only: half a million rows must fit."""

from registry.sync.issues import IssueBook
from registry.sync.rows import EnrolmentRow, PersonRow
from registry.sync.tables import ENROLMENTS, USERS


class Repeats:
    """Warnings, never quarantine: both rows are true, someone will just wonder why there are two."""

    def __init__(self, issues: IssueBook) -> None:
        self._issues = issues
        self._usernames: set[int] = set()
        self._enrolments: set[int] = set()
        self._disabled: set[str] = set()

    def person(self, row: PersonRow, line: int) -> None:
        """Notes a username that somebody else has."""
        if not row.enabled:
            self._disabled.add(row.sourced_id)
        if not row.username:
            return
        mark = hash(row.username.casefold())
        if mark in self._usernames:
            self._issues.warn(USERS, "duplicate_username", line=line, column="username", sourced_id=row.sourced_id)
        self._usernames.add(mark)

    def enrolment(self, row: EnrolmentRow, line: int) -> None:
        """Notes the same person in the same class twice, and people who left but are still listed."""
        mark = hash((row.school_class, row.person, row.role))
        if mark in self._enrolments:
            self._issues.warn(
                ENROLMENTS, "duplicate_enrolment", line=line, column="userSourcedId", sourced_id=row.sourced_id
            )
        self._enrolments.add(mark)
        if row.person in self._disabled:
            self._issues.warn(
                ENROLMENTS, "disabled_still_enrolled", line=line, column="userSourcedId", sourced_id=row.sourced_id
            )
