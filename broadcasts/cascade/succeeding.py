"""Who takes an office takes over what is still to be carried out: the notice, and with it the right to confirm it."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from broadcasts.leaders import ANSWERS_FOR_IT
from broadcasts.models import Node
from broadcasts.sql import sql_of
from registry.changes import AccessChange
from registry.lists import these
from registry.selectors import live_roles

# What nobody reported done in a school year is nobody's errand any more.
KEPT_UP = dt.timedelta(days=365)


def take_over(*, change: AccessChange, **_kwargs: Any) -> None:
    """Receiver of registry.signals.access_changed: in its transaction."""
    if change.everything or change.people:
        _write(None if change.everything else change.people)


@transaction.atomic
def take_over_today() -> int:
    """The same for offices that begin by date, for whoever calls once a day; how many notices found another reader."""
    return _write(None)


def _write(people: Collection[int] | None) -> int:
    """Reasons and receipts of those who answer for a unit today and have not got what it was told to carry out: two
    statements, however many they are."""
    since = timezone.now() - KEPT_UP
    open_nodes = Node.objects.filter(
        completed_at__isnull=True, broadcast__superseded_by__isnull=True, broadcast__published_at__gte=since
    )
    if not open_nodes.exists():
        return 0
    held = live_roles().filter(ANSWERS_FOR_IT)
    if people is not None:
        held = held.filter(person__in=these(people))
    answering = sql_of(held.order_by().values("org_id", "person_id").distinct())
    moment = connection.ops.adapt_datetimefield_value(since)
    with connection.cursor() as cursor:
        for statement in (WRITE_REASONS, WRITE_RECEIPTS):
            cursor.execute(statement.format(answering=answering.text), [*answering.params, moment])
        return max(int(cursor.rowcount), 0)


_TO_TAKE_OVER = """
    FROM broadcasts_node AS node
    JOIN broadcasts_broadcast AS notice ON notice.id = node.broadcast_id
    JOIN answering ON answering.org_id = node.unit_id
    WHERE node.completed_at IS NULL AND notice.superseded_by_id IS NULL AND notice.published_at >= %s
      AND answering.person_id <> notice.author_id
"""
WRITE_REASONS = f"""
    WITH answering(org_id, person_id) AS ({{answering}})
    INSERT INTO broadcasts_acknowledgement (broadcast_id, person_id, unit_id)
    SELECT node.broadcast_id, answering.person_id, MIN(node.unit_id)
    {_TO_TAKE_OVER}
      AND NOT EXISTS (
          SELECT 1 FROM broadcasts_acknowledgement AS own
          WHERE own.broadcast_id = notice.id AND own.person_id = answering.person_id AND own.student_id IS NULL
      )
    GROUP BY node.broadcast_id, answering.person_id
    ON CONFLICT DO NOTHING
"""  # noqa: S608  constants
WRITE_RECEIPTS = f"""
    WITH answering(org_id, person_id) AS ({{answering}})
    INSERT INTO broadcasts_receipt (broadcast_id, person_id)
    SELECT DISTINCT node.broadcast_id, answering.person_id
    {_TO_TAKE_OVER}
    ON CONFLICT DO NOTHING
"""
