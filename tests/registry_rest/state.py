"""Everything that follows from a source, without the numbers that differ from import to import."""

from typing import Any

from django.db.models import ForeignKey

from registry.models import ClassSession, GuardianLink, OrgParent, Source
from registry.sync.tables import ROLES, TABLES
from rooms.models import Member

# Of this database, of the file read, or of the source's writing, and not facts.
_NOT_COMPARED = {"id", "source", "digest", "date_last_modified", "household"}
State = dict[str, list[Any]]


def state_of(source: Source) -> State:
    """Each table, the links, and who sits in which room, by sourcedIds."""
    state: State = {}
    for table, model in TABLES.items():
        # REST gives roles no ids.
        passed_over = _NOT_COMPARED | ({"sourced_id"} if table == ROLES else set())
        names = [
            f"{field.name}__sourced_id" if isinstance(field, ForeignKey) else field.name
            for field in model._meta.concrete_fields
            if field.name not in passed_over
        ]
        rows = model._default_manager.filter(source=source).values_list(*names)
        state[table] = sorted(rows, key=repr)
    links = GuardianLink.objects.filter(source=source)
    names = ["guardian__sourced_id", "student__sourced_id", "relation", "said_by_student", "said_by_guardian", "state"]
    state["links"] = sorted(links.values_list(*names, "separate"))
    parents = OrgParent.objects.filter(org__source=source)
    state["parents"] = sorted(parents.values_list("org__sourced_id", "parent__sourced_id", "valid_from"), key=repr)
    sessions = ClassSession.objects.filter(school_class__source=source)
    state["class sessions"] = sorted(sessions.values_list("school_class__sourced_id", "session__sourced_id"))
    members = Member.objects.filter(person__source=source)
    about = ["room__kind", "room__org__sourced_id", "room__school_class__sourced_id", "person__sourced_id", "seat"]
    state["members"] = sorted(members.values_list(*about), key=repr)
    return state
