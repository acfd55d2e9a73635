"""Files come in by pieces over lines that break, and are refused before anybody waits for them."""

import datetime as dt
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from chatserver import upkeep
from rooms.files import limits, store, uploading
from rooms.models import File, Room, Upload
from tests.cast import Cast
from tests.files import making
from tests.rooms.files import sending
from tests.rooms.files.sending import TUS, UPLOADS, begin, bring, offset_of, post, refused, sent, uploaded


def test_a_photo_comes_in_by_pieces_and_goes_on_where_the_line_broke(client_of: Any) -> None:
    hoa, data = client_of("hoa"), making.saved(making.noise(600, 400))
    begun = begin(hoa, len(data))
    assert (begun.status_code, begun["Tus-Resumable"], begun["Upload-Offset"]) == (201, "1.0.0", "0")
    assert begun["Upload-Expires"].endswith("GMT")
    address = begun["Location"]
    piece = limits.PIECE
    answer = bring(hoa, address, 0, data[:piece])
    assert (answer.status_code, answer["Upload-Offset"], answer.content) == (204, str(piece), b"")
    # The answer was lost: it asks, in a new session of the same person.
    again = client_of("hoa")
    assert offset_of(again, address) == piece
    # The piece that it believed lost, once more.
    answer = bring(again, address, 0, data[:piece])
    assert (answer.status_code, answer.json()["code"]) == (409, "upload_moved")
    assert (answer.json()["facts"], answer.json()["retry"]) == ({"offset": piece}, True)
    for start in range(piece, len(data), piece):
        answer = bring(again, address, start, data[start : start + piece])
    assert answer.status_code == 200
    told = answer.json()
    assert told["file"] | {"size": 0} == {
        "id": told["id"],
        "kind": "image",
        "name": "anh.jpg",
        "type": "image/jpeg",
        "size": 0,
        "width": 600,
        "height": 400,
    }
    # The last answer was lost as well.
    head = again.head(address, headers=TUS)
    assert (head["Upload-Offset"], head["Upload-File"]) == (str(len(data)), str(told["id"]))
    assert bring(again, address, len(data)).json() == told
    assert File.objects.count() == 1


def test_an_upload_is_its_persons_alone(client_of: Any) -> None:
    address = begin(client_of("hoa"), 100)["Location"]
    for name in ("dung", "lan", "quang"):
        other = client_of(name)
        assert other.head(address, headers=TUS).status_code == 404
        assert bring(other, address, 0, b"x").status_code == 404
        assert other.delete(address, headers=TUS).status_code == 404
    assert begin(Client(), 100).status_code == 401
    assert Client().head(address, headers=TUS).status_code == 401
    assert offset_of(client_of("hoa"), address) == 0


def test_what_cannot_be_sent_is_refused_before_it_is_sent(client_of: Any) -> None:
    hoa = client_of("hoa")

    def code(length: int, name: str, **more: str) -> Any:
        answer = begin(hoa, length, name, **more)
        assert answer.status_code in {400, 413, 429}
        return answer.json()["code"], answer.json().get("facts")

    assert code(limits.LARGEST_PICTURE + 1, "a.jpg") == ("file_too_large", {"megabytes": 10})
    assert code(limits.LARGEST_FILE + 1, "a.pdf") == ("file_too_large", {"megabytes": 20})
    assert code(limits.LARGEST_VOICE + 1, "a", voice="1") == ("file_too_large", {"megabytes": 4})
    for name in ("a.svg", "a.html", "a.exe", "a.docm", "a.heic", "a.zip", "pdf", ""):
        assert code(100, name)[0] == "file_kind_not_taken", name
    assert code(0, "a.jpg")[0] == "bad_input"
    bad = hoa.post(UPLOADS, headers=TUS | {"Upload-Length": "9" * 30, "Upload-Metadata": "filename !!"})
    assert (bad.status_code, bad.json()["code"]) == (400, "bad_input")
    assert not Upload.objects.exists()
    # A name without an ending, from a program that knows better.
    assert begin(hoa, 100, "de cuong", filetype="application/pdf").status_code == 201


def test_another_version_of_the_protocol_is_told_so(client_of: Any) -> None:
    hoa = client_of("hoa")
    answer = hoa.post(UPLOADS, headers={"Tus-Resumable": "0.2.2", "Upload-Length": "5"})
    assert (answer.status_code, answer.json()["code"], answer["Tus-Version"]) == (412, "other_tus_version", "1.0.0")
    told = hoa.options(UPLOADS)
    assert (told.status_code, told["Tus-Extension"]) == (204, "creation,expiration,termination")
    assert int(told["Tus-Max-Size"]) == limits.LARGEST_FILE


def test_a_piece_is_no_longer_than_the_file_and_no_larger_than_a_megabyte(client_of: Any) -> None:
    hoa = client_of("hoa")
    address = begin(hoa, 10)["Location"]
    assert bring(hoa, address, 0, b"x" * 11).json()["code"] == "bad_input"
    answer = bring(hoa, address, 0, b"x" * (limits.LARGEST_PIECE + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    assert offset_of(hoa, address) == 0


def test_of_what_is_refused_nothing_stays(client_of: Any, tmp_path: Path) -> None:
    hoa = client_of("hoa")
    assert refused(hoa, b"<svg onload='alert(1)'/>", "anh.png")[0] == "file_not_what_it_says"
    assert not Upload.objects.exists()
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


def test_a_day_has_its_measure(client_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "A_DAY", 2 << 20)
    hoa = client_of("hoa")
    assert [begin(hoa, 1 << 20).status_code for _ in range(3)] == [201, 201, 429]
    answer = begin(hoa, 1 << 20)
    assert (answer.json()["code"], answer.json()["facts"]) == ("too_much_today", {"megabytes": 2})
    assert begin(client_of("dung"), 1 << 20).status_code == 201
    Upload.objects.update(created_at=timezone.now() - dt.timedelta(hours=25))
    assert begin(hoa, 1 << 20).status_code == 201


def test_who_uploads_one_after_the_other_waits(client_of: Any) -> None:
    hoa = client_of("hoa")
    answers = [begin(hoa, 1_000) for _ in range(41)]
    assert [answer.status_code for answer in answers[:40]] == [201] * 40
    assert (answers[40].status_code, answers[40].json()["code"]) == (429, "too_fast")
    assert answers[40].json()["retry_after"] > 0


def test_a_full_disk_refuses_and_keeps_what_is_there(client_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    hoa, data = client_of("hoa"), making.photograph()
    address = begin(hoa, len(data))["Location"]
    bring(hoa, address, 0, data[:100])
    full = True
    disk = SimpleNamespace(total=100 << 30, free=1 << 30)
    usage = shutil.disk_usage
    monkeypatch.setattr(shutil, "disk_usage", lambda path: disk if full else usage(path))
    for answer in (begin(hoa, 100), bring(hoa, address, 100, data[100:])):
        assert (answer.status_code, answer.json()["code"], answer.json()["retry"]) == (507, "no_room_for_files", True)
    full = False

    # It fills up at this moment.
    def fails(*_args: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(store, "append", fails)
        assert bring(hoa, address, 100, data[100:]).json()["code"] == "no_room_for_files"
    with monkeypatch.context() as patch:
        patch.setattr(store, "keep", fails)
        assert bring(hoa, address, 100, data[100:]).json()["code"] == "no_room_for_files"
    # What was sent is there: the app asks once more, and sends nothing twice.
    assert offset_of(hoa, address) == len(data)
    assert bring(hoa, address, len(data)).status_code == 200


def test_of_two_that_bring_the_last_piece_one_examines(client_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    hoa, data = client_of("hoa"), making.photograph()
    address = begin(hoa, len(data))["Location"]
    taken_in, answers = uploading._taken_in, []

    def meanwhile(upload: Upload) -> File:
        answers.append(bring(client_of("hoa"), address, len(data)))
        return taken_in(upload)

    monkeypatch.setattr(uploading, "_taken_in", meanwhile)
    assert bring(hoa, address, 0, data).status_code == 200
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(503, "overloaded")]
    assert File.objects.count() == 1
    # Whoever began it was killed: after a while it is examined again.
    Upload.objects.update(file=None, examined_at=timezone.now() - dt.timedelta(minutes=3))
    store.append(address.rpartition("/")[2], 0, data)
    monkeypatch.setattr(uploading, "_taken_in", taken_in)
    assert bring(hoa, address, len(data)).status_code == 200


def test_what_nobody_goes_on_with_goes_after_a_day(client_of: Any, room: Room, tmp_path: Path) -> None:
    hoa = client_of("hoa")
    half = begin(hoa, 1_000)["Location"]
    bring(hoa, half, 0, b"x" * 10)
    used, unused = (uploaded(hoa, making.saved(making.picture(width, 50)))["id"] for width in (60, 70))
    assert post(hoa, room.pk, used).status_code == 201
    assert uploading.forget_uploads() == 0
    yesterday = timezone.now() - dt.timedelta(hours=25)
    Upload.objects.update(created_at=yesterday)
    File.objects.update(created_at=yesterday)
    assert hoa.head(half, headers=TUS).status_code == 404
    assert upkeep.tidy()["room_files_forgotten"] == 1
    assert list(File.objects.values_list("pk", flat=True)) == [used]
    assert not Upload.objects.exists()
    assert list((tmp_path / "files" / "uploads").iterdir()) == []
    answer = post(hoa, room.pk, unused)
    assert (answer.status_code, answer.json()["code"]) == (409, "file_not_ready")


def test_an_upload_is_given_up(client_of: Any, room: Room) -> None:
    hoa, data = client_of("hoa"), making.photograph()
    address = begin(hoa, len(data))["Location"]
    file = bring(hoa, address, 0, data).json()["id"]
    assert hoa.delete(address, headers=TUS).status_code == 204
    assert not File.objects.exists()
    assert hoa.head(address, headers=TUS).status_code == 404
    # What a message has already stays.
    address = begin(hoa, len(data))["Location"]
    file = bring(hoa, address, 0, data).json()["id"]
    assert post(hoa, room.pk, file).status_code == 201
    assert hoa.delete(address, headers=TUS).status_code == 204
    assert sending.fetched(hoa, file).status_code == 200


def test_who_signed_out_brings_nothing_more(client_of: Any, cast: Cast) -> None:
    hoa = client_of("hoa")
    address = begin(hoa, 1_000)["Location"]
    hoa.logout()
    assert bring(hoa, address, 0, b"x").json()["code"] == "not_signed_in"
    assert offset_of(client_of("hoa"), address) == 0
    assert sent(hoa, b"x").status_code == 401
