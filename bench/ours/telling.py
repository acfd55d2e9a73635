"""Says that a notice is to be told: `python -m bench.ours.telling BROADCAST`, with the environment of the workers."""

import os
import sys
import time

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatserver.settings")
    import django

    django.setup()
    from delivery.actions import enqueue
    from delivery.sources import Priority

    enqueue("broadcast", int(sys.argv[1]), priority=Priority.FLASH)
    print(time.monotonic())
