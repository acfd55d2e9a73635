"""The same files in a bucket, at a real server that speaks S3."""

import datetime as dt
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from broadcasts.files import uploading as notices
from rooms.files import bucket, limits, store, uploading
from rooms.models import File, Room, Upload
from tests import services
from tests.cast import Cast
from tests.files import making
from tests.rooms.files.sending import begin, bring, bytes_of, fetched, post, uploaded

boto3: Any = pytest.importorskip("boto3")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the server listens."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", services.free_port(), verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def things(address: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    """things(): the names of all that lies in this test's bucket."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "thu-nghiem")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    settings.FILES_BUCKET, settings.FILES_ENDPOINT = f"tep-{uuid.uuid4().hex}", address
    client = boto3.client("s3", endpoint_url=address)
    client.create_bucket(Bucket=settings.FILES_BUCKET)
    listed = client.list_objects_v2
    return lambda: [one["Key"] for one in listed(Bucket=settings.FILES_BUCKET).get("Contents", [])]


def grown_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if all of it had come the day before yesterday."""
    later = SimpleNamespace(now=lambda: dt.datetime.now(dt.UTC) + dt.timedelta(days=2))
    monkeypatch.setattr(bucket, "timezone", later)


def test_a_photo_goes_through_the_bucket(client_of: Any, room: Room, things: Any, tmp_path: Path) -> None:
    hoa, data = client_of("hoa"), making.saved(making.noise(900, 600))
    location = begin(hoa, len(data))["Location"]
    for start in range(0, len(data), limits.PIECE):
        answer = bring(hoa, location, start, data[start : start + limits.PIECE])
    file = answer.json()["id"]
    digest = File.objects.get().sha256
    # The pieces are gone, and nothing lies on this machine.
    assert things() == [f"files/{digest}", f"files/{digest}.small"]
    assert not [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    post(hoa, room.pk, file)
    lan = client_of("lan")
    whole = bytes_of(fetched(lan, file))
    assert whole.startswith(b"\xff\xd8\xff")
    assert fetched(lan, file, Range="bytes=5-9").content == whole[5:10]
    assert int(fetched(lan, file, query="?v=small")["Content-Length"]) < len(whole)
    assert fetched(client_of("quang"), file).status_code == 404


def test_a_shorter_piece_that_comes_late_takes_nothing_away(tmp_path: Path) -> None:
    for offset, data in ((0, b"abcdef"), (6, b"gh"), (0, b"abc")):
        store.append("mot", offset, data)
    store.collect("mot", tmp_path / "het")
    assert (tmp_path / "het").read_bytes() == b"abcdefgh"


def test_what_nobody_needs_is_cleared_away(
    client_of: Any, room: Room, things: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hoa = client_of("hoa")
    kept, gone = (uploaded(hoa, making.saved(making.picture(width, 50)))["id"] for width in (60, 70))
    bring(hoa, begin(hoa, 100)["Location"], 0, b"x" * 10)
    post(hoa, room.pk, kept)
    digest = File.objects.get(pk=kept).sha256
    File.objects.filter(pk=gone).delete()
    assert notices.forget_files() == 0
    grown_old(monkeypatch)
    assert notices.forget_files() == 2
    assert things() == [f"files/{digest}"]


def test_what_is_sent_again_while_it_is_cleared_away_stays(
    client_of: Any, monkeypatch: pytest.MonkeyPatch, cast: Cast
) -> None:
    hoa, data = client_of("hoa"), making.pdf()
    uploaded(hoa, data, "a.pdf")
    File.objects.all().delete()
    again: list[int] = []

    def asked(digest: str) -> bool:
        """Nobody names it; and between this question and the next somebody sends it."""
        if again:
            return File.objects.filter(sha256=digest).exists()
        again.append(uploaded(hoa, data, "a.pdf")["id"])
        return False

    grown_old(monkeypatch)
    assert store.forget(asked) == 0
    assert fetched(hoa, again[0]).getvalue() == data
    # And where the row came only after the second question.
    taken, confirm = File.objects.create, store.confirm
    File.objects.all().delete()

    def cleared(folder: Path, digest: str) -> None:
        # The file, and the pieces that it came in.
        assert store.forget(lambda _digest: False) == 2
        confirm(folder, digest)

    monkeypatch.setattr(store, "confirm", cleared)
    file = uploaded(hoa, data, "a.pdf")["id"]
    assert fetched(hoa, file).getvalue() == data
    assert taken is not None


def test_while_the_bucket_does_not_answer_the_upload_waits(
    client_of: Any, settings: Settings, things: Any, address: str
) -> None:
    hoa, data = client_of("hoa"), making.photograph()
    location = begin(hoa, len(data))["Location"]
    settings.FILES_ENDPOINT = f"http://127.0.0.1:{services.free_port()}"
    answer = bring(hoa, location, 0, data)
    assert (answer.status_code, answer.json()["code"], answer.json()["retry"]) == (503, "overloaded", True)
    settings.FILES_ENDPOINT = address
    assert bring(hoa, location, 0, data).status_code == 200
    assert uploading.forget_uploads() == 0
    assert Upload.objects.exists()
