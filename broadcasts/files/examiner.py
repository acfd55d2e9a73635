"""Has files examined in processes of their own (broadcasts/files/examining), a few at a time."""

import logging
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore

import msgspec
from django.conf import settings

from broadcasts.files import errors
from broadcasts.files.examining.kinds import claim_of
from broadcasts.files.examining.verdict import Verdict
from realtime.errors import Overloaded, Refusal

log = logging.getLogger(__name__)

# Decoding takes a core: of two, one stays for those who write.
_turns = BoundedSemaphore(1)
# Longer than 20 seconds of a core (examining/__main__.py), on a machine that does other things, too.
_PATIENCE = 40.0
_WAIT_FOR_TURN = 25.0
_RAISED: tuple[type[Refusal], ...] = (
    errors.FileKindNotTaken,
    errors.FileNotWhatItSays,
    errors.FileUnreadable,
    errors.PictureTooLarge,
    errors.PdfWithScript,
)
_REFUSALS = {one.code: one for one in _RAISED}


def examine(path: Path, name: str, folder: Path) -> Verdict:
    """What this file is, made ready to be kept in `folder`; raises what it is refused for (errors.py), and Overloaded
    where too many wait."""
    if not _turns.acquire(timeout=_WAIT_FOR_TURN):
        raise Overloaded(retry_after=_WAIT_FOR_TURN)
    try:
        found = _verdict(path, name, folder)
    finally:
        _turns.release()
    if found.refused:
        raise _REFUSALS[found.refused](**found.facts)
    return found


def _verdict(path: Path, name: str, folder: Path) -> Verdict:
    command = [sys.executable, "-s", "-m", "broadcasts.files.examining", str(path), claim_of(name), str(folder)]
    try:
        ended = subprocess.run(  # noqa: S603  our own program, no shell
            command,
            cwd=settings.BASE_DIR,
            # None of the server's secrets.
            env={"LANG": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        # It met a limit, or something that no decoder should do: either way nobody needs the file.
        log.warning("a file could not be examined: %s", getattr(error, "returncode", "too slow"))
        raise errors.FileUnreadable from error
    return msgspec.json.decode(ended.stdout, type=Verdict)
