"""Messages with files: sent once, told alike at every door, taken back with all that hung on them."""

import hashlib
import uuid
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.test import Client

from broadcasts.files import uploading as notices
from realtime import epoch
from rooms import actions, listing, pins, selectors
from rooms.carrying import Carried, Source
from rooms.catching_up import catch_up
from rooms.errors import AlreadyRemoved, Empty, OutsideScope
from rooms.files import limits
from rooms.files.errors import FileNotReady
from rooms.models import File, Message, Room
from rooms.notices import MessageNotices
from tests.cast import Cast
from tests.files import making
from tests.files.test_store import age, lying
from tests.rooms.conftest import class_room, guardians_room, say, square
from tests.rooms.files import making as more
from tests.rooms.files.sending import fetched, post, uploaded
from tests.rooms.test_threads import start


def photo(client: Client, width: int = 80) -> dict[str, Any]:
    """An upload."""
    return uploaded(client, making.saved(making.picture(width, 60)))


def pdf(client: Client, name: str = "Đề cương.pdf") -> dict[str, Any]:
    """An upload."""
    return uploaded(client, making.pdf(), name)


def test_a_message_with_files_is_told_alike_at_every_door(cast: Cast, client_of: Any, room: Room, told: Any) -> None:
    hoa = client_of("hoa")
    files = [pdf(hoa), photo(hoa)]
    answers: list[Any] = []
    ids = [one["id"] for one in files]
    frames = told(lambda: answers.append(post(hoa, room.pk, *ids, body="Thầy cô xem giúp")))
    assert answers[0].status_code == 201, answers[0].content
    message = answers[0].json()
    assert (message["body"], message["files"]) == ("Thầy cô xem giúp", files)
    assert files[0] == {
        "id": ids[0],
        "kind": "pdf",
        "name": "Đề cương.pdf",
        "type": "application/pdf",
        "size": len(making.pdf()),
    }
    assert [frame["message"] for frame in frames if frame.get("type") == "message.posted"] == [message]
    assert selectors.history(cast.lan, room.pk)["messages"] == [message]
    changes = catch_up(cast.lan, known_epoch=epoch(), revs={room.pk: 0})["rooms"][str(room.pk)]
    assert changes["messages"] == [message]
    assert selectors.history(cast.lan, room.pk)["messages"][0].keys() == message.keys()
    # An ordinary message is as short as ever.
    say(cast.hoa, room)
    assert "files" not in selectors.history(cast.lan, room.pk)["messages"][1]


def test_the_same_name_and_files_again_is_the_same_message(cast: Cast, client_of: Any, room: Room) -> None:
    hoa = client_of("hoa")
    one, other, name = photo(hoa)["id"], photo(hoa, 90)["id"], str(uuid.uuid4())
    first = post(hoa, room.pk, one, client_message_id=name)
    again = post(hoa, room.pk, one, client_message_id=name)
    assert (first.status_code, again.status_code, again.json()) == (201, 200, first.json())
    for files in ([other], [one, other], []):
        answer = post(hoa, room.pk, *files, body="" if files else "Chào", client_message_id=name)
        assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")
    assert Message.objects.filter(room=room).count() == 1


def test_what_carried_no_files_keeps_its_digest() -> None:
    """A retry that comes after an update is still the same message."""
    before = msgspec.json.encode((3, (), False, None, None))
    assert Carried(reply_to=3).digest("Dạ") == hashlib.sha256("Dạ".encode() + b"\0" + before).digest()
    assert Carried(reply_to=3, files=(1,)).digest("Dạ") != Carried(reply_to=3).digest("Dạ")


def test_only_ones_own_whole_unused_uploads_are_sent(cast: Cast, client_of: Any, room: Room) -> None:
    hoa, dung = client_of("hoa"), client_of("dung")
    mine, theirs = photo(hoa)["id"], photo(dung, 90)["id"]
    assert post(hoa, room.pk, mine).status_code == 201
    for files in ([mine], [theirs], [10**9], [2**62]):
        answer = post(hoa, room.pk, *files, body="Xem nhé")
        assert (answer.status_code, answer.json()["code"]) == (409, "file_not_ready"), files
    twice = photo(hoa, 100)["id"]
    assert post(hoa, room.pk, twice, twice).json()["code"] == "bad_input"
    assert post(hoa, room.pk, *range(1, limits.MOST_FILES + 2)).json()["code"] == "too_many_files"
    assert Message.objects.filter(room=room).count() == 1
    # Who may not write here sends no files either, and keeps them.
    an = client_of("an")
    file = photo(an, 110)["id"]
    assert post(an, class_room(cast.class_7a).pk, file).json()["code"] == "talk_closed"
    assert post(an, room.pk, file).status_code == 404
    assert File.objects.get(pk=file).message is None


def test_nothing_at_all_is_no_message(cast: Cast, client_of: Any, room: Room) -> None:
    hoa = client_of("hoa")
    assert post(hoa, room.pk).json()["code"] == "empty"
    message = post(hoa, room.pk, photo(hoa)["id"], body="  \u200b ").json()
    assert message["body"] == ""
    # Its text comes and goes; its files stay.
    edited = actions.edit_message(cast.hoa, room.pk, message["seq"], body="Bài của cháu").message
    assert (edited.body, len(edited.files)) == ("Bài của cháu", 1)
    assert actions.edit_message(cast.hoa, room.pk, message["seq"], body="").message.files
    seq = say(cast.hoa, room).message.seq
    with pytest.raises(Empty):
        actions.edit_message(cast.hoa, room.pk, seq, body="")


def test_a_voice_goes_alone_and_no_poll_has_files(cast: Cast, client_of: Any, room: Room) -> None:
    lan = client_of("lan")
    voice, other = uploaded(lan, more.voice(), "ghi-am", voice="1")["id"], photo(lan)["id"]
    answer = post(lan, room.pk, voice, other)
    assert (answer.status_code, answer.json()["code"]) == (400, "voice_goes_alone")
    poll = {"options": ["Có", "Không"], "several": False, "shows_names": True}
    assert post(lan, room.pk, other, body="Họp?", poll=poll).json()["code"] == "bad_input"
    assert post(lan, room.pk, voice).json()["files"][0]["kind"] == "voice"
    assert File.objects.get(pk=other).message is None


def test_a_conversation_begins_with_a_photo(cast: Cast, client_of: Any) -> None:
    hoa = client_of("hoa")
    said = {"student": cast.an.pk, "teacher": cast.lan.pk, "client_message_id": str(uuid.uuid4()), "body": ""}
    answer = hoa.post("/api/threads/messages", said, content_type="application/json")
    assert answer.json()["code"] == "empty"
    said["files"] = [photo(hoa)["id"]]
    answer = hoa.post("/api/threads/messages", said, content_type="application/json")
    assert answer.status_code == 201, answer.content
    assert [one["kind"] for one in answer.json()["message"]["files"]] == ["image"]
    again = hoa.post("/api/threads/messages", said, content_type="application/json")
    assert (again.status_code, again.json()["message"]) == (200, answer.json()["message"])


def test_where_there_is_no_text_it_is_said_what_there_is(cast: Cast, client_of: Any, room: Room) -> None:
    hoa = client_of("hoa")
    image = post(hoa, room.pk, photo(hoa)["id"]).json()["seq"]
    paper = post(hoa, room.pk, pdf(hoa)["id"]).json()["seq"]
    answers = [say(cast.lan, room, "Cô nhận được rồi", reply_to=seq).message.seq for seq in (image, paper)]
    page = {one["seq"]: one for one in selectors.history(cast.dung, room.pk)["messages"]}
    quotes = [page[seq]["reply_to"] for seq in answers]
    assert [(one["excerpt"], one["file"], one.get("name")) for one in quotes] == [
        ("", "image", None),
        ("", "pdf", "Đề cương.pdf"),
    ]
    (pin,) = pins.pin(cast.lan, room.pk, paper)
    assert (pin["excerpt"], pin["file"], pin["name"]) == ("", "pdf", "Đề cương.pdf")
    captioned = post(hoa, room.pk, photo(hoa, 90)["id"], body="Đơn xin nghỉ").json()["seq"]
    row = listing.room_for(cast.dung, room.pk)["last"]
    assert (row["seq"], row["excerpt"], "file" in row) == (captioned, "Đơn xin nghỉ", False)
    post(hoa, room.pk, uploaded(hoa, more.voice(), "v", voice="1")["id"])
    row = listing.room_for(cast.dung, room.pk)["last"]
    assert (row["excerpt"], row["file"], "name" in row) == ("", "voice", False)


def test_a_push_says_what_it_is_and_never_more(cast: Cast, client_of: Any, room: Room) -> None:
    hoa, source = client_of("hoa"), MessageNotices()

    def pushed(seq: int, where: Room) -> str:
        message = Message.objects.get(room=where, seq=seq)
        reader = cast.lan.pk
        return source.notices_for(message.pk, [reader], language="vi")[reader].body

    said = [
        post(hoa, room.pk, photo(hoa)["id"]),
        post(hoa, room.pk, uploaded(hoa, more.voice(), "v", voice="1")["id"]),
        post(hoa, room.pk, pdf(hoa)["id"]),
        post(hoa, room.pk, photo(hoa, 90)["id"], body="Đơn xin nghỉ"),
    ]
    texts = [pushed(answer.json()["seq"], room) for answer in said]
    assert texts == ["Ảnh mới", "Tin nhắn thoại mới", "Tệp mới", "Tin nhắn mới"]
    start(cast.hoa, cast.an, cast.hoa, cast.lan)
    thread = Room.objects.get(kind="thread")
    seq = post(hoa, thread.pk, photo(hoa, 100)["id"]).json()["seq"]
    assert "nh mới" not in pushed(seq, thread)


def test_taking_back_takes_the_files(cast: Cast, client_of: Any, room: Room, tmp_path: Path) -> None:
    hoa, lan = client_of("hoa"), client_of("lan")
    file = photo(hoa, 900)["id"]
    seq = post(hoa, room.pk, file, body="Nhầm").json()["seq"]
    answer = say(cast.lan, room, "Gì thế?", reply_to=seq).message.seq
    assert fetched(lan, file).status_code == 200
    actions.remove_message(cast.hoa, room.pk, seq)
    page = {one["seq"]: one for one in selectors.history(cast.lan, room.pk)["messages"]}
    assert "files" not in page[seq]
    assert "file" not in page[answer]["reply_to"]
    assert [fetched(who, file).status_code for who in (hoa, lan)] == [404, 404]
    assert not File.objects.exists()
    # From the disk with the next clearing.
    folder = tmp_path / "files"
    age(*lying(folder))
    assert notices.forget_files() == 2
    assert lying(folder) == []


def test_files_of_notices_and_messages_lie_once_and_keep_each_other(
    cast: Cast, client_of: Any, room: Room, tmp_path: Path
) -> None:
    from tests.files.laying import laid

    hoa, data = client_of("hoa"), making.pdf()
    attachment = laid(cast.hanh, data=data)
    file = uploaded(hoa, data, "a.pdf")["id"]
    post(hoa, room.pk, file)
    age(*lying(tmp_path / "files"))
    attachment.delete()
    assert notices.forget_files() == 0
    assert fetched(hoa, file).getvalue() == data


def test_what_is_forwarded_brings_its_files_and_goes_with_the_first(cast: Cast, client_of: Any, room: Room) -> None:
    board, hanh = square(cast.school), client_of("hanh")
    for person in (cast.hanh, cast.lan):
        actions.open_room(person, board.pk)
    files = [photo(hanh), pdf(hanh)]
    seq = post(hanh, board.pk, *(one["id"] for one in files)).json()["seq"]
    copy = say(cast.lan, room, "", forward=Source(board.pk, seq)).message
    told = selectors.history(cast.hoa, room.pk)["messages"][-1]
    assert [one | {"id": 0} for one in told["files"]] == [one | {"id": 0} for one in files]
    assert {one["id"] for one in told["files"]}.isdisjoint(one["id"] for one in files)
    hoa = client_of("hoa")
    assert [fetched(hoa, one["id"]).status_code for one in told["files"]] == [200, 200]
    # And once more from there, in the same order.
    again = say(cast.hoa, room, "", forward=Source(room.pk, copy.seq)).message
    assert [one["name"] for one in again.files] == [one["name"] for one in files]
    assert {one["name"] for one in told["files"]} == {"anh.jpg", "Đề cương.pdf"}
    actions.remove_message(cast.hanh, board.pk, seq)
    assert not File.objects.exists()
    assert all(fetched(hoa, one["id"]).status_code == 404 for one in told["files"])
    with pytest.raises(AlreadyRemoved):
        say(cast.hoa, room, "", forward=Source(room.pk, copy.seq))


def test_nothing_of_a_child_is_forwarded(cast: Cast, client_of: Any, room: Room) -> None:
    hoa = client_of("hoa")
    start(cast.hoa, cast.an, cast.hoa, cast.lan)
    thread = Room.objects.get(kind="thread")
    seq = post(hoa, thread.pk, photo(hoa)["id"]).json()["seq"]
    with pytest.raises(OutsideScope):
        say(cast.lan, room, "", forward=Source(thread.pk, seq))
    assert File.objects.count() == 1


def test_of_two_messages_that_name_one_upload_the_second_is_refused(cast: Cast, client_of: Any, room: Room) -> None:
    file = photo(client_of("hoa"))["id"]
    first = say(cast.hoa, room, "", files=(file,)).message
    with pytest.raises(FileNotReady):
        say(cast.hoa, class_or_guardians(cast), "", files=(file,))
    assert File.objects.get(pk=file).message == first


def class_or_guardians(cast: Cast) -> Room:
    """Another room that Hoa may write in."""
    return guardians_room(cast.class_6b)
