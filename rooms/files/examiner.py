"""Has files examined in processes of their own (rooms/files/examining), a few at a time."""

import logging
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore

import msgspec
from django.conf import settings

from realtime.errors import Overloaded, Refusal
from rooms.files import errors
from rooms.files.examining.kinds import VOICE, claim_of
from rooms.files.examining.verdict import Verdict

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
    errors.DocumentWithProgram,
    errors.VoiceTooLong,
)
_REFUSALS = {one.code: one for one in _RAISED}
# What a file may be refused for; anything else that is raised is no fault of the file.
REFUSED = _RAISED


def examine(path: Path, name: str, folder: Path, *, taken: str) -> Verdict:
    """What this file is, made ready to be kept in `folder`; raises what it is refused for (errors.py), and Overloaded
    where too many wait. `taken`: what for, a word of examining/kinds.py."""
    if not _turns.acquire(timeout=_WAIT_FOR_TURN):
        raise Overloaded(retry_after=_WAIT_FOR_TURN)
    try:
        found = _verdict(path, name, folder, taken)
    finally:
        _turns.release()
    if found.refused:
        raise _REFUSALS[found.refused](**found.facts)
    return found


def _verdict(path: Path, name: str, folder: Path, taken: str) -> Verdict:
    program = [sys.executable, "-s", "-m", "rooms.files.examining"]
    # What is said aloud claims nothing by its name: recorders call it what they like.
    claimed = "" if taken == VOICE else claim_of(name)
    command = [*program, str(path), claimed, str(folder), taken]
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
