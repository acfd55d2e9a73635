"""What lies on disk: whole, once, and no longer than somebody needs it."""

import datetime as dt
import os
import shutil
import time
import uuid
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from broadcasts.files import attaching, uploading
from broadcasts.models import Attachment, Draft
from chatserver import upkeep
from rooms.files import store
from tests.broadcasts.writing import publish
from tests.cast import Cast
from tests.files import making
from tests.files.sending import fetched, refused, send, taken


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    """Files of this test alone."""
    settings.DATA_DIR = tmp_path
    return tmp_path / "files"


def lying(folder: Path) -> list[Path]:
    """Every file there is."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def age(*paths: Path, days: float = 1.1) -> None:
    """As if it had come so long ago."""
    for path in paths:
        then = time.time() - days * 86_400
        os.utime(path, (then, then))


def test_files_lie_under_their_digest_and_open_to_nobody_else(lan: Client, folder: Path) -> None:
    taken(lan, making.saved(making.picture(900, 600)), "anh.jpg")
    digest = Attachment.objects.get().sha256
    home = folder / digest[:2]
    assert lying(folder) == [home / digest, home / f"{digest}.small"]
    assert {oct(path.stat().st_mode & 0o777) for path in lying(folder)} == {"0o600"}
    assert {oct(path.stat().st_mode & 0o777) for path in (folder, home, folder / "arriving")} == {"0o700"}


def test_of_what_is_refused_nothing_stays(lan: Client, folder: Path) -> None:
    refused(lan, making.scripted())
    refused(lan, making.photograph()[:200], "anh.jpg")
    assert lying(folder) == []
    assert list((folder / "arriving").iterdir()) == []


def test_a_file_that_cannot_be_written_leaves_nothing(
    lan: Client, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_self: Path, _target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    lan.raise_request_exception = False
    assert send(lan, making.pdf()).status_code == 500
    assert lying(folder) == []
    assert not Attachment.objects.exists()


def test_uploads_go_after_a_week_and_their_files_with_them(cast: Cast, lan: Client, folder: Path) -> None:
    unused, held, sent, discarded = (taken(lan, making.pdf(making.document(pages=n)))["id"] for n in (1, 2, 3, 4))
    kept, gone = (
        Draft.objects.create(author=cast.lan, client_broadcast_id=uuid.uuid4(), content={}) for _number in range(2)
    )
    attaching.hold(kept, [held])
    attaching.hold(gone, [discarded])
    gone.state = Draft.State.DISCARDED
    gone.save()
    publish(cast.lan, cast.class_7a, attachments=[sent])
    assert (uploading.forget_uploads(), uploading.forget_files()) == (0, 0)

    Attachment.objects.update(created_at=timezone.now() - dt.timedelta(days=8))
    age(*lying(folder))
    told = upkeep.tidy()
    assert (told["uploads_forgotten"], told["files_forgotten"]) == (2, 2)
    assert set(Attachment.objects.values_list("pk", flat=True)) == {held, sent}
    assert [fetched(lan, file).status_code for file in (held, sent, unused, discarded)] == [200, 200, 404, 404]
    assert upkeep.tidy()["files_forgotten"] == 0


def test_what_came_today_stays_although_no_row_names_it_yet(lan: Client, folder: Path) -> None:
    taken(lan, making.pdf())
    Attachment.objects.all().delete()
    assert uploading.forget_files() == 0
    age(*lying(folder))
    assert uploading.forget_files() == 1
    assert lying(folder) == []


def test_what_is_uploaded_again_while_it_is_cleared_away_stays(lan: Client, folder: Path) -> None:
    sent = making.pdf()
    taken(lan, sent)
    Attachment.objects.all().delete()
    (path,) = lying(folder)
    age(path)
    again = []

    def asked(_digest: str) -> bool:
        """Nobody names it; and at this moment somebody sends it."""
        if not again:
            again.append(taken(lan, sent))
        return False

    assert store.forget(asked) == 0
    assert fetched(lan, again[0]).getvalue() == sent


def test_a_clearing_that_was_killed_half_way_harms_nothing(lan: Client, folder: Path) -> None:
    sent = making.pdf()
    file = taken(lan, sent)
    (path,) = lying(folder)
    age(path)
    path.rename(path.with_name(f"{path.name}.leaving"))
    assert uploading.forget_files() == 0
    assert fetched(lan, file).getvalue() == sent
    # What an upload that was killed has left goes, too.
    half = folder / "arriving" / "tmp12"
    half.mkdir()
    (half / "whole").write_bytes(b"half")
    age(half)
    assert uploading.forget_files() == 1
    assert not half.exists()


def test_while_the_disk_is_nearly_full_nothing_is_taken_in(
    lan: Client, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = 10 << 30
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(total=100 << 30, free=free))
    assert send(lan, making.pdf()).status_code == 201
    free = (2 << 30) - 1
    answer = send(lan, making.pdf())
    assert (answer.status_code, answer.json()["code"]) == (507, "no_room_for_files")
    assert answer.json()["retry"] is True
