"""People, the same from users.csv of 1.1 and of 1.2. Passwords and national identifiers are never read."""

import re
from collections.abc import Iterator

from registry.sync import vocabulary as v
from registry.sync.checks import Cells
from registry.sync.rows import PersonRow
from registry.sync.terms import Terms
from registry.text import full_name

RELATIONS = "metadata.relations"
# A Vietnamese mobile number of which a spreadsheet ate the first zero.
_LOST_ZERO = re.compile(r"[35789]\d{8}")


def person_rows(cells: Cells, terms: Terms) -> Iterator[PersonRow]:
    """The person of this row."""
    given = cells.name("givenName", required=True)
    family = cells.name("familyName", required=True)
    middle = cells.name("middleName")
    agents = cells.guids("agentSourcedIds")
    yield PersonRow(
        sourced_id=cells.sourced_id,
        modified=cells.moment("dateLastModified"),
        enabled=cells.truth("enabledUser"),
        username=_username(cells),
        given_name=given,
        family_name=family,
        middle_name=middle,
        name=full_name(family=family, middle=middle, given=given, family_first=terms.family_name_first),
        identifier=cells.text("identifier"),
        email=cells.text("email"),
        phone=_phone(cells),
        grade=_first(cells.text("grades"))[:20],
        position=cells.text("metadata.position", longest=120),
        gender=cells.optional_word("metadata.gender", v.GENDER),
        agents=agents,
        relations=_relations(cells, agents) if agents else (),
        separate=cells.optional_word("metadata.separateGuardians", v.BOOLEAN) == "true",
    )


def _username(cells: Cells) -> str:
    username = cells.text("username")
    if not username:
        # Required by the standard, but nobody signs in by it here before the school makes an account.
        cells.warn("username", "missing_username")
    return username


def _phone(cells: Cells) -> str:
    phone = cells.text("sms", longest=60) or cells.text("phone", longest=60)
    if _LOST_ZERO.fullmatch(phone):
        cells.warn("phone", "lost_zero")
    return phone


def _relations(cells: Cells, agents: tuple[str, ...]) -> tuple[str, ...]:
    """`guardianSourcedId:relation` in a comma list, as one word an agent; an unknown word is noted and read as none."""
    said: dict[str, str] = {}
    for part in filter(None, cells.raw(RELATIONS).split(",")):
        agent, _, relation = part.strip().rpartition(":")
        word = v.RELATION.get(relation.lower())
        if agent in agents and word:
            said[agent] = word
        else:
            cells.warn(RELATIONS, "unknown_metadata")
    return tuple(said.get(agent, "") for agent in agents) if said else ()


def _first(comma_list: str) -> str:
    return comma_list.split(",", maxsplit=1)[0].strip()
