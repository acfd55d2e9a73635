"""Signs in two officers of an imported province, on two browsers and with a second factor given just now, and so many
guardians, as a process of its own with the server's environment: `python -m bench.ours.office SOURCE GUARDIANS TOLD.json`."""

import json
import os
import sys
from pathlib import Path


def main(source: str, guardians: int, told: Path) -> None:
    """Tell the department, the officers and the guardians with their sessions."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatserver.settings")
    import django

    django.setup()
    from django.db import transaction

    from bench.ours.population import sign_in
    from registry.models import Org, Person

    with transaction.atomic():
        root = Org.objects.get(source__name=source, type="state")
        officers = list(
            Person.objects.filter(roles__org=root, roles__role="districtAdministrator", account=None).order_by("pk")[:2]
        )
        of_children = Person.objects.filter(source__name=source, student_links__state="active", account=None)
        ids = list(of_children.order_by("pk").values_list("pk", flat=True).distinct())
        # From all over the province.
        chosen = ids[:: max(1, len(ids) // guardians)][:guardians]
        parents = list(Person.objects.filter(pk__in=chosen).order_by("pk"))
        sessions = sign_in([*officers, *parents], source)
        for number, session in enumerate(sessions[: len(officers)]):
            _assure(session, f"browser-{number}")
    people = [{"id": one.pk, "session": session} for one, session in zip([*officers, *parents], sessions, strict=True)]
    told.write_text(
        json.dumps({"org": root.pk, "officers": people[: len(officers)], "people": people[len(officers) :]})
    )


def _assure(session: str, browser: str) -> None:
    from importlib import import_module

    from django.conf import settings
    from django.utils import timezone

    from registry.assurance import BROWSER, CONFIRMED_AT, SECOND_FACTOR

    store = import_module(settings.SESSION_ENGINE).SessionStore(session)
    store[SECOND_FACTOR], store[CONFIRMED_AT], store[BROWSER] = True, timezone.now().isoformat(), browser
    store.save()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
