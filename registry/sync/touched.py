"""Whose access a sync may have changed: as the records were before it, and as they are after."""

from registry.changes import AccessChange
from registry.models import Enrolment, OrgClosure, Person, Role
from registry.sync.loading import in_chunks
from registry.sync.survey import Survey
from registry.sync.tables import CLASSES, ENROLMENTS, ORGS, ROLES, USERS

# Past this, naming each person would repeat the tables, and deriving everything anew is cheaper.
MOST_NAMED = 5000
# What of a person's own row rooms depend on, beside its status.
GIVING_RIGHTS = ("enabled", "grade")


class Touched:
    """Call `note` before and after writing: a role that is somebody else's now concerns both."""

    def __init__(self, survey: Survey, *, is_everything: bool) -> None:
        self._survey = survey
        self._found = AccessChange()
        size = sum(survey.differences[table].size for table in (USERS, ROLES, ENROLMENTS)) + survey.links.size
        self._found.everything = is_everything or size > MOST_NAMED
        self._facts: dict[int, tuple[object, ...]] = {}

    def note(self) -> None:
        """Look up the people of every role and enrolment that this sync writes or ends, and those about whom something is
        told that gives or takes rights."""
        if self._found.everything:
            return
        of_source = {"source": self._survey.source}
        for chunk in in_chunks(self._survey.differences[USERS].changed):
            people = Person.objects.filter(**of_source, sourced_id__in=chunk)
            for person, *facts in people.values_list("pk", *GIVING_RIGHTS):
                if self._facts.setdefault(person, tuple(facts)) != tuple(facts):
                    self._found.people.add(person)
        # Not their orgs and classes: those are what they were, and where somebody had a seat is still to be read.
        for chunk in in_chunks(self._ids(ROLES)):
            roles = Role.objects.filter(**of_source, sourced_id__in=chunk)
            self._found.people.update(roles.values_list("person", flat=True))
        for chunk in in_chunks(self._ids(ENROLMENTS)):
            enrolments = Enrolment.objects.filter(**of_source, sourced_id__in=chunk)
            self._found.people.update(enrolments.values_list("person", flat=True))

    def needs(self) -> tuple[str, ...]:
        """The tables whose keys `change` asks for: none when nobody is named."""
        if self._found.everything:
            return ()
        asked = tuple(table for table in (USERS, CLASSES, ORGS) if self._ids(table))
        return (*asked, USERS) if self._survey.links.size else asked

    def change(self, keys: dict[str, dict[str, int]], *, moved_orgs: set[int]) -> AccessChange:
        """The whole change, after everything is written. `moved_orgs` are those whose place in the tree changed."""
        if self._found.everything:
            return self._found
        for table, found in ((USERS, self._found.people), (CLASSES, self._found.classes), (ORGS, self._found.orgs)):
            if ids := self._ids(table):
                found.update(keys[table][each] for each in ids)
        links = self._survey.links
        for pair in (*links.writes, *links.ended):
            self._found.people.update(keys[USERS][each] for each in pair)
        self._found.orgs |= moved_orgs
        self._found.orgs |= _with_all_below(self._ids(ORGS), keys)
        return self._found

    def _ids(self, table: str) -> set[str]:
        difference = self._survey.differences[table]
        ids = difference.added | difference.restored | difference.removed
        # Of people, what is changed was looked at more closely: a new telephone number opens and closes no room.
        return ids if table == USERS else ids | difference.changed


def _with_all_below(sourced_ids: set[str], keys: dict[str, dict[str, int]]) -> set[int]:
    """A unit that ends or comes back changes the rooms of everything below it, and the staff rooms right above."""
    found: set[int] = set()
    for chunk in in_chunks(keys[ORGS][each] for each in sourced_ids):
        found.update(OrgClosure.objects.filter(ancestor__in=chunk).values_list("descendant_id", flat=True))
        found.update(OrgClosure.objects.filter(descendant__in=chunk, depth=1).values_list("ancestor_id", flat=True))
    return found
