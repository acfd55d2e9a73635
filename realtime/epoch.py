"""Which life of the database this process speaks of: a restore changes it, and every client starts again (promise P9)."""

import time

_SECONDS = 10.0
_known: tuple[float, str] | None = None


def epoch() -> str:
    """The database's epoch as clients keep it; read again every ten seconds. Needs a database thread."""
    global _known  # noqa: PLW0603  one value a process, replaced whole
    now = time.monotonic()
    if _known is None or now - _known[0] > _SECONDS:
        _known = (now, read_epoch())
    return _known[1]


def read_epoch() -> str:
    """The epoch as it stands in the database now; the first reader of a new database makes it."""
    from realtime.models import Epoch  # noqa: PLC0415  the public face is imported before Django has its models

    return str(Epoch.objects.get_or_create(pk=1)[0].value)
