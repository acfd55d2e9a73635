"""`python -m tests.rights.machine NAME CHANGES CELLS` in the empty database of DATABASE_URL: a line of what was found."""

import json
import os
import sys

import django

STEPS_A_WALK = 120


def main(name: str, changes: str, cells: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatserver.settings")
    django.setup()
    from django.core.management import call_command

    from tests.rights.machine.walker import walks

    call_command("migrate", verbosity=0)
    print(json.dumps(walks(name, changes=int(changes), cells=int(cells), steps=STEPS_A_WALK)))


main(*sys.argv[1:4])
