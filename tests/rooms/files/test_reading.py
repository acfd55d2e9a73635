"""Who may open a file of a message: asked every time, at an address that looks at no cookie."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from registry import overrides
from rooms import actions
from rooms.files import passes
from rooms.models import Room
from tests.cast import Cast
from tests.files import making
from tests.rooms.conftest import square
from tests.rooms.files import making as more
from tests.rooms.files.sending import bytes_of, fetched, pass_of, post, uploaded
from tests.rooms.test_threads import start

EVERYBODY = ("an", "binh", "chi", "hoa", "dung", "lan", "minh", "mai", "hanh", "thu", "son", "phuc", "quang", "van")


def openers(client_of: Any, file: int) -> set[str]:
    """Who gets its bytes; everybody else is told that there is none."""
    nothing = Client().get(f"/f/{2**62}").content
    found = set()
    for name in EVERYBODY:
        pass_ = pass_of(client_of(name))
        answer = Client().get(f"/f/{file}", headers=pass_)
        if answer.status_code == 200:
            found.add(name)
            continue
        for query, headers in (("", {}), ("", {"Range": "bytes=0-1"}), ("", {"If-None-Match": "*"}), ("?v=small", {})):
            refusal = Client().get(f"/f/{file}{query}", headers=pass_ | headers)
            assert (refusal.status_code, refusal.content) == (404, nothing), name
        assert Client().head(f"/f/{file}", headers=pass_).status_code == 404
    return found


@pytest.fixture
def file(client_of: Any, room: Room) -> int:
    """A photo of Hoa's in the guardians' room."""
    hoa = client_of("hoa")
    number: int = uploaded(hoa, making.saved(making.noise(900, 600)))["id"]
    assert post(hoa, room.pk, number).status_code == 201
    return number


def test_whoever_reads_the_message_has_its_files(client_of: Any, file: int) -> None:
    assert openers(client_of, file) == {"hoa", "dung", "lan", "minh"}


def test_an_upload_is_its_owners_until_it_is_sent(client_of: Any) -> None:
    number = uploaded(client_of("hoa"))["id"]
    assert [fetched(client_of(name), number).status_code for name in ("hoa", "dung", "lan", "quang")] == [
        *(200, 404, 404, 404)
    ]


def test_a_conversation_about_a_child_stays_between_its_sides(cast: Cast, client_of: Any) -> None:
    hoa = client_of("hoa")
    start(cast.hoa, cast.an, cast.hoa, cast.lan)
    number = uploaded(hoa)["id"]
    post(hoa, Room.objects.get(kind="thread").pk, number)
    assert openers(client_of, number) == {"hoa", "lan"}


def test_a_community_room_is_read_by_rule(cast: Cast, client_of: Any) -> None:
    board, hanh = square(cast.school), client_of("hanh")
    actions.open_room(cast.hanh, board.pk)
    number = uploaded(hanh)["id"]
    post(hanh, board.pk, number)
    found = openers(client_of, number)
    assert {"an", "hoa", "dung", "lan", "mai", "thu", "hanh"} <= found
    assert found.isdisjoint({"quang", "van"})


def test_a_right_that_ended_ends_what_the_browser_has(cast: Cast, client_of: Any, file: int) -> None:
    dung = client_of("dung")
    pass_, etag = pass_of(dung), fetched(dung, file)["ETag"]
    assert fetched(dung, file, **{"If-None-Match": etag}).status_code == 304
    overrides.deny(
        cast.dung,
        student=cast.binh,
        by=cast.account(cast.hanh),
        reason="Quyết định của tòa",
        review_on=dt.date(2099, 1, 1),
    )
    assert Client().get(f"/f/{file}", headers=pass_).status_code == 404
    assert fetched(dung, file, **{"If-None-Match": etag}).status_code == 404
    assert fetched(client_of("lan"), file).status_code == 200


def test_no_cookie_is_looked_at_and_none_is_given(client_of: Any, file: int) -> None:
    hoa = client_of("hoa")
    pass_ = pass_of(hoa)
    assert hoa.get(f"/f/{file}").status_code == 404
    # Whoever the cookie says, the pass decides.
    answer = client_of("quang").get(f"/f/{file}", headers=pass_)
    assert (answer.status_code, answer.cookies, answer["Vary"]) == (200, {}, "Authorization")
    assert hoa.get(f"/f/{file}", headers=pass_of(client_of("quang"))).status_code == 404
    for header in ("", "Bearer", "Bearer x", f"Basic {pass_['Authorization'][7:]}", f"{pass_['Authorization']}x"):
        assert Client().get(f"/f/{file}", headers={"Authorization": header}).status_code == 404
    # No other door takes it.
    assert Client().get("/api/rooms", headers=pass_).status_code == 401


def test_a_pass_ends_with_its_session_and_after_an_hour(
    client_of: Any, file: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    hoa, other = client_of("hoa"), client_of("hoa")
    ended, stays = pass_of(hoa), pass_of(other)
    hoa.logout()
    answers = [Client().get(f"/f/{file}", headers=one).status_code for one in (ended, stays)]
    assert answers == [404, 200]
    assert hoa.post("/api/files/pass").status_code == 401
    told = other.post("/api/files/pass").json()["expires_at"]
    left = dt.datetime.fromisoformat(told) - timezone.now()
    assert dt.timedelta(minutes=59) < left <= dt.timedelta(hours=1)
    monkeypatch.setattr(passes, "_LIFE", dt.timedelta(0))
    assert Client().get(f"/f/{file}", headers=stays).status_code == 404


def test_who_is_nobody_any_more_has_a_pass_for_nothing(cast: Cast, client_of: Any, file: int) -> None:
    pass_ = pass_of(client_of("hoa"))
    account = cast.account(cast.hoa)
    account.is_active = False
    account.save()
    assert Client().get(f"/f/{file}", headers=pass_).status_code == 404


def test_parts_and_the_small_picture(client_of: Any, file: int) -> None:
    hoa = client_of("hoa")
    whole = fetched(hoa, file)
    data = bytes_of(whole)
    assert data.startswith(b"\xff\xd8\xff")
    part = fetched(hoa, file, Range="bytes=10-19")
    assert (part.status_code, part.content) == (206, data[10:20])
    assert part["Content-Range"] == f"bytes 10-19/{len(data)}"
    assert fetched(hoa, file, Range=f"bytes={len(data)}-").status_code == 416
    small = fetched(hoa, file, query="?v=small")
    assert (small.status_code, small["ETag"] != whole["ETag"]) == (200, True)
    assert int(small["Content-Length"]) < len(data)
    assert fetched(hoa, file, query="?v=640").status_code == 400


@pytest.mark.parametrize(
    ("name", "shown"), [("anh.jpg", True), ("v", True), ("Đề cương.pdf", False), ("Danh sách.docx", False)]
)
def test_browsers_show_pictures_and_play_voices_and_save_the_rest(client_of: Any, name: str, *, shown: bool) -> None:
    hoa = client_of("hoa")
    data = {"v": more.voice, "anh.jpg": making.photograph, "Đề cương.pdf": making.pdf}.get(name, more.office)()
    told = uploaded(hoa, data, name, **({"voice": "1"} if name == "v" else {}))
    answer = fetched(hoa, told["id"])
    assert answer["Content-Type"] == told["type"]
    assert answer["Content-Disposition"].startswith("inline" if shown else "attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-cache"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    if name != "Đề cương.pdf":
        assert answer["Content-Security-Policy"].startswith("sandbox")
