"""Who is whose guardian, for whoever asks of thousands at once. The same rule as selectors.live_guardian_links(), which
looks at each link by itself: here all roles are read and joined, which for a province takes half the time."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, models

from registry.selectors import GUARDIAN_BY_ROLE, roles_in_time, standing_links


def guardian_pairs() -> tuple[str, tuple[Any, ...]]:
    """SQL for (guardian_id, student_id) of every link that makes somebody a guardian today if both people are live, and its
    parameters. Whoever asks makes sure of the people: all at once, not at each of their roles. Where several roles of two
    people make their link true, it is there several times: sorting that out costs more than it is worth here."""
    tables = {
        "claimed": standing_links().values("guardian_id", "student_id"),
        "pupil_seat": roles_in_time().filter(role="student").values("person_id", "org_id"),
        "guardian_seat": roles_in_time().filter(GUARDIAN_BY_ROLE).values("person_id", "org_id"),
    }
    written = {name: _written(query) for name, query in tables.items()}
    # Materialised: the planner takes conditions of rights to be far dearer than they are, and would look up row by row.
    named = ", ".join(
        f"{name}({'guardian_id, student_id' if name == 'claimed' else 'person_id, org_id'}) AS MATERIALIZED ({text})"
        for name, (text, _params) in written.items()
    )
    pairs = PAIRS.format(fence=_fence())
    return f"WITH {named} {pairs}", tuple(param for _text, params in written.values() for param in params)


def _fence() -> str:
    # SQLite knows no OFFSET without a LIMIT, and needs none of it.
    return "OFFSET 0" if connection.vendor == "postgresql" else ""


def _written(query: "models.QuerySet[Any, Any]") -> tuple[str, tuple[Any, ...]]:
    text, params = query.query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    return text, tuple(params)


# Whose seats these are is known to be few; how many a join of unnamed rows gives, the planner guesses a thousandfold. So the
# order is said: OFFSET 0 is what it does not look through.
PAIRS = """
    SELECT seated.guardian_id, seated.student_id FROM (
        SELECT of_pupil.guardian_id, of_pupil.student_id, of_pupil.pupil_org, guardian_seat.org_id AS guardian_org FROM (
            SELECT claimed.guardian_id, claimed.student_id, pupil_seat.org_id AS pupil_org
            FROM claimed JOIN pupil_seat ON pupil_seat.person_id = claimed.student_id {fence}
        ) AS of_pupil JOIN guardian_seat ON guardian_seat.person_id = of_pupil.guardian_id {fence}
    ) AS seated
    JOIN registry_orgclosure AS above
      ON above.descendant_id = seated.pupil_org AND above.ancestor_id = seated.guardian_org
"""
