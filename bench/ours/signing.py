"""Signs people of an imported province in, as a process of its own with the server's environment: `python -m
bench.ours.signing NAMES.json TOLD.json`. Told is each one's number, session and the room they would write to."""

import json
import os
import sys
from pathlib import Path


def main(names: Path, told: Path) -> None:
    """A session for each of these sourcedIds of the source "reform"."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatserver.settings")
    import django

    django.setup()
    from django.db import transaction

    from bench.ours.population import sign_in
    from registry.models import Person
    from rooms.models import Member

    wanted: list[str] = json.loads(names.read_text())
    found = {one.sourced_id: one for one in Person.objects.filter(source__name="reform", sourced_id__in=wanted)}
    people = [found[name] for name in wanted]
    with transaction.atomic():
        sessions = sign_in(people, "reform")
    seats = Member.objects.filter(person__in=people, room__state="open").exclude(room__kind="community")
    rooms = dict(seats.order_by("-room").values_list("person", "room"))
    written = [
        {"id": person.pk, "name": person.sourced_id, "session": session, "room": rooms[person.pk]}
        for person, session in zip(people, sessions, strict=True)
    ]
    told.write_text(json.dumps(written))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
