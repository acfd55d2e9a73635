"""Who is above whom today: rebuilt from the dated links of every source, written only where it differs."""

import datetime as dt
from collections import defaultdict, deque
from collections.abc import Mapping

from registry.models import Org, OrgClosure, OrgParent
from registry.selectors import within
from registry.sync.loading import in_chunks


def rebuild_closure(day: dt.date) -> set[int]:
    """Make OrgClosure equal to the links in force on this day. Returns the orgs whose place changed, and those above them.

    Must run in the transaction that changed the links.
    """
    wanted = _closure(day)
    standing = {
        (ancestor, descendant): (pk, depth)
        for pk, ancestor, descendant, depth in OrgClosure.objects.values_list(
            "pk", "ancestor_id", "descendant_id", "depth"
        )
    }
    wrong = {pair for pair, (_pk, depth) in standing.items() if wanted.get(pair) != depth}
    new = {pair: depth for pair, depth in wanted.items() if pair not in standing or pair in wrong}
    for chunk in in_chunks(standing[pair][0] for pair in wrong):
        OrgClosure.objects.filter(pk__in=chunk).delete()
    OrgClosure.objects.bulk_create(
        (OrgClosure(ancestor_id=above, descendant_id=below, depth=depth) for (above, below), depth in new.items()),
        batch_size=None,
    )
    return {org for pair in wrong | new.keys() for org in pair}


def _closure(day: dt.date) -> dict[tuple[int, int], int]:
    parents: Mapping[int, list[int]] = defaultdict(list)
    for org, parent in OrgParent.objects.filter(within(day, "valid_from", "valid_to")).values_list(
        "org_id", "parent_id"
    ):
        parents[org].append(parent)
    closure: dict[tuple[int, int], int] = {}
    for org in Org.objects.values_list("pk", flat=True):
        # Nearest first, and each once: links written by two sources could form a circle that neither has alone.
        queue = deque([(org, 0)])
        while queue:
            above, depth = queue.popleft()
            if (above, org) not in closure:
                closure[above, org] = depth
                queue.extend((parent, depth + 1) for parent in parents.get(above, ()))
    return closure
