"""Ends rights one after the other, as a process of its own with the server's environment: `python -m bench.ours.ending
PEOPLE.json TOLD.json`. Each by the application's own action; what is told is when it was committed, and how far the room
had come at that moment."""

import datetime as dt
import json
import os
import sys
from pathlib import Path
from time import perf_counter
from typing import Any


def main(people: Path, told: Path) -> None:
    """Deny each of these guardians their child, and write down when."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatserver.settings")
    import django

    django.setup()
    wanted: list[int] = json.loads(people.read_text())
    head = _head_of_the_school(wanted[0])
    told.write_text(json.dumps([_end(pk, head) for pk in wanted]))


def _head_of_the_school(guardian: int) -> Any:
    from registry.models import Account, Person, Role

    school = Role.objects.get(person=guardian).org
    head = Person.objects.create(
        source=school.source, sourced_id=f"head-{school.pk}", family_name="Đỗ", given_name="Hạnh", name="Đỗ Thị Hạnh"
    )
    Role.objects.create(source=school.source, sourced_id=f"head-{school.pk}", person=head, org=school, role="principal")
    return Account.objects.create(username=f"head-{school.pk}", password="!", person=head)


def _end(guardian: int, head: Any) -> dict[str, Any]:
    from django.db import transaction

    from registry import overrides
    from registry.models import GuardianLink
    from rooms.models import Room

    link = GuardianLink.objects.select_related("guardian", "student").get(guardian=guardian)
    began_at = perf_counter()
    with transaction.atomic():
        overrides.deny(link.guardian, student=link.student, by=head, reason="Đo", review_on=dt.date(2099, 1, 1))
        # The roster has moved, so this transaction holds the room's row: nothing is posted between here and the commit.
        heads = dict(Room.objects.filter(school_class__enrolments__person=link.student).values_list("pk", "head"))
    committed_at = perf_counter()
    return {"person": guardian, "began_at": began_at, "committed_at": committed_at, "heads": heads}


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
