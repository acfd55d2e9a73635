"""Files bent at random: taken and then sound, or refused with a sentence; never a bug, and nothing that acts is kept."""

import io
import random
from collections.abc import Callable
from pathlib import Path

import av
import pytest
from PIL import Image
from pytest_django.fixtures import Settings

from realtime.errors import Refusal
from rooms.files import disk, examiner
from rooms.files.examining.kinds import DOCUMENTS, PICTURES, ROOM, SPOKEN, VOICE, XLSX
from rooms.files.examining.verdict import Verdict
from tests.files import making
from tests.proofs import WHOLE
from tests.rooms.files import making as more

SEED = 20_261_124
EXAMPLES = 400 if WHOLE else 12
HTML = b"<html><body onload='alert(1)'><script>alert(2)</script></body></html>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"


def seeds() -> dict[str, bytes]:
    """One of each kind, by the name under which people send it."""
    return {
        "anh.jpg": making.photograph(120, 90),
        "anh.png": making.saved(making.picture(), "PNG"),
        "anh.webp": making.saved(making.picture(), "WEBP"),
        "a.pdf": making.pdf(),
        "a.docx": more.office(),
        "a.xlsx": more.office(XLSX),
        "a.odt": more.open_document(),
        "v.webm": more.voice(0.5),
        "v.ogg": more.voice(0.5, "ogg"),
        "v.mp4": more.voice(0.5, "mp4"),
    }


def cut(data: bytes, dice: random.Random, _others: list[bytes]) -> bytes:
    """The line broke."""
    return data[: dice.randrange(len(data))]


def flipped(data: bytes, dice: random.Random, _others: list[bytes]) -> bytes:
    """A few bytes are others."""
    bent = bytearray(data)
    for _ in range(dice.randrange(1, 9)):
        bent[dice.randrange(len(bent))] = dice.randrange(256)
    return bytes(bent)


def followed(data: bytes, dice: random.Random, others: list[bytes]) -> bytes:
    """Another file behind it."""
    return data + dice.choice([HTML, SVG, making.archive(), *others])


def preceded(data: bytes, dice: random.Random, others: list[bytes]) -> bytes:
    """Another file before it."""
    return dice.choice([HTML, SVG, b"MZ", *others]) + data


def swapped(_data: bytes, dice: random.Random, others: list[bytes]) -> bytes:
    """Something else under its name."""
    return dice.choice([HTML, SVG, making.archive(), making.scripted(), making.png_that_says(9_000, 9_000), *others])


BENT: tuple[Callable[[bytes, random.Random, list[bytes]], bytes], ...] = (cut, flipped, followed, preceded, swapped)


@pytest.mark.prove
@pytest.mark.timeout(1_500)
def test_whatever_is_sent_is_sound_or_refused(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path
    dice, kinds = random.Random(SEED), seeds()
    refused = 0
    for number in range(EXAMPLES):
        name = dice.choice(list(kinds))
        data = dice.choice(BENT)(kinds[name], dice, list(kinds.values()))
        path = tmp_path / "sent"
        path.write_bytes(data)
        with disk.arriving() as folder:
            found = examined(path, name, folder)
            if isinstance(found, Refusal):
                refused += 1
                assert found.shape()["detail"], (number, name)
                continue
            kept = (folder / "whole").read_bytes()
        assert is_sound(kept, found.media_type), (number, name, found)
    print(f"PROVE hostile_files={EXAMPLES} refused={refused}")


def examined(path: Path, name: str, folder: Path) -> Verdict | Refusal:
    """What it is, or why it is refused."""
    try:
        return examiner.examine(path, name, folder, taken=VOICE if name.startswith("v.") else ROOM)
    except Refusal as refusal:
        return refusal


def is_sound(kept: bytes, kind: str) -> bool:
    """What is kept is of the kind that it is said to be, and nothing else besides."""
    if kind in PICTURES:
        with Image.open(io.BytesIO(kept)) as image:
            image.load()
        return not any(part in kept for part in (b"<script", b"onload", b"PK\x03\x04"))
    if kind in SPOKEN:
        with av.open(io.BytesIO(kept)) as made:
            return len(made.streams) == 1 and b"<script" not in kept
    if kind in DOCUMENTS:
        return kept.startswith(b"PK\x03\x04") and kept[-22:-18] == b"PK\x05\x06"
    return kept.startswith(b"%PDF-") and kept.rstrip().endswith(b"%%EOF")
