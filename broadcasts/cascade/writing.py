"""At publishing: a node for each unit whose staff has the notice, with who answers for it."""

from django.db import connection
from django.db.models import Case, IntegerField, Max, When

from broadcasts.cascade.errors import NoUnits
from broadcasts.leaders import LEADS
from broadcasts.models import Broadcast, Node
from broadcasts.sql import sql_of
from registry.selectors import live_roles


def write(broadcast: Broadcast) -> None:
    """The nodes of this notice, in one statement however many there are: of all units on whose staff somebody has it, but
    the issuer's own. Within concerned(); NoUnits where there would be none."""
    leading = sql_of(
        live_roles()
        .filter(LEADS)
        .values("org_id", "person_id")
        .annotate(first=Max(Case(When(is_primary=True, then=1), default=0, output_field=IntegerField())))
    )
    with connection.cursor() as cursor:
        cursor.execute(WRITE.format(leading=leading.text), [*leading.params, broadcast.pk, broadcast.issuer_id])
        if not cursor.rowcount:
            raise NoUnits
    if broadcast.acknowledge_by:
        Node.objects.filter(broadcast=broadcast).update(confirm_by=broadcast.acknowledge_by)


def write_again(broadcast: Broadcast, corrected: int) -> None:
    """The nodes of a notice that takes the place of this one: the same units in the same hands, and all of it still to be
    done. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(WRITE_AGAIN, [broadcast.pk, corrected])
    if broadcast.acknowledge_by:
        Node.objects.filter(broadcast=broadcast).update(confirm_by=broadcast.acknowledge_by)


def count(issuer_id: int) -> int:
    """How many units that would be. Within concerned()."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({UNITS}) AS unit", [issuer_id])  # noqa: S608  constants
        return int(cursor.fetchone()[0])


UNITS = "SELECT DISTINCT unit_id FROM concerned WHERE staff = 1 AND unit_id <> %s"
WRITE_AGAIN = """
    INSERT INTO broadcasts_node (broadcast_id, unit_id, owner_id, deputy_id, is_handed, note, changes)
    SELECT CAST(%s AS bigint), unit_id, owner_id, deputy_id, is_handed, '', 0
    FROM broadcasts_node WHERE broadcast_id = %s ORDER BY unit_id
"""
# The order of leaders_of(): a primary role before others, then the lowest id.
WRITE = f"""
    WITH heading(org_id, person_id, is_first) AS ({{leading}}),
    placed AS (
        SELECT org_id, person_id, ROW_NUMBER() OVER (PARTITION BY org_id ORDER BY is_first DESC, person_id) AS place
        FROM heading
    )
    INSERT INTO broadcasts_node (broadcast_id, unit_id, owner_id, deputy_id, note, changes)
    SELECT CAST(%s AS bigint), unit.unit_id, head.person_id, second.person_id, '', 0
    FROM ({UNITS}) AS unit
    LEFT JOIN placed AS head ON head.org_id = unit.unit_id AND head.place = 1
    LEFT JOIN placed AS second ON second.org_id = unit.unit_id AND second.place = 2
    ORDER BY unit.unit_id
"""  # noqa: S608  constants
