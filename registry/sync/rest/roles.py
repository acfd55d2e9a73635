"""Roles: REST keeps them inside the user and without an id of their own, CSV in a file of theirs."""

from collections.abc import Collection, Iterator, Mapping
from hashlib import blake2b
from typing import Any

from registry.models import Role, Source
from registry.models.record import Status
from registry.sync.loading import in_chunks
from registry.sync.rest.spool import Row
from registry.sync.rest.values import reference_of, text_of

_LONGEST_ID = 255


def role_rows(user: Mapping[str, Any], *, status: str) -> Iterator[Row]:
    """The user's roles as rows of roles.csv. The ids are made of who, where and what, so that they stay the same."""
    person, modified = text_of(user.get("sourcedId")), text_of(user.get("dateLastModified"))
    made: dict[str, int] = {}
    for role in _said(user):
        org, word = reference_of(role.get("org")), text_of(role.get("role"))
        name = f"{person}/{org}/{word}"
        made[name] = made.get(name, 0) + 1
        # The same role twice, in two periods: the second is another role.
        sourced_id = _short(name if made[name] == 1 else f"{name}/{made[name]}")
        period = (text_of(role.get("beginDate")), text_of(role.get("endDate")))
        yield (sourced_id, status, modified, person, text_of(role.get("roleType")), word, *period, org, "")


def withdrawn_roles(source: Source, changed: Mapping[str, str], said: Collection[str]) -> Iterator[Row]:
    """What a changed user no longer says: in a delta nothing is gone by being left out, so each role is called gone.

    `changed`: the users' sourcedIds with their dateLastModified; `said`: the ids of the roles they still have.
    """
    for people in in_chunks(changed):
        standing = Role.objects.filter(
            source=source, status=Status.ACTIVE, person__source=source, person__sourced_id__in=people
        )
        for sourced_id, person in standing.values_list("sourced_id", "person__sourced_id").order_by("pk"):
            if sourced_id not in said:
                yield (sourced_id, Status.TO_BE_DELETED, changed[person], person, "", "", "", "", "", "")


def _said(user: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    roles = user.get("roles")
    if isinstance(roles, list):
        yield from (role for role in roles if isinstance(role, dict))
        return
    # As OneRoster 1.1 has it: one role, in every org of the user.
    orgs = user.get("orgs")
    for place, org in enumerate(orgs if isinstance(orgs, list) else ()):
        yield {"role": user.get("role"), "org": org, "roleType": "secondary" if place else "primary"}


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_ID else blake2b(name.encode("utf-8", "replace"), digest_size=16).hexdigest()
