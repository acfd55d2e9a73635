"""A guardian with a code from the school's letter and a teacher talk; a stranger does not get in."""

import time
import uuid
from collections.abc import Callable

from playwright.sync_api import Page, expect

from registry import activation
from registry.models import ActivationCode, Device
from rooms.models import Room
from tests.cast import Cast
from tests.wire import Server, session_for

Open = Callable[..., Page]


def activate(page: Page, code: str) -> None:
    """Through every step of the activation, notifications left for later."""
    page.goto(f"/k#{code}")
    page.get_by_role("button", name="Đúng là tôi").click()
    page.get_by_role("button", name="Tiếp tục").click()
    later = page.get_by_role("button", name="Để sau").or_(page.get_by_role("button", name="Hoàn tất"))
    later.click()
    page.wait_for_url(lambda url: "/k" not in url)


def test_a_guardian_activates_writes_and_is_answered(committed_cast: Cast, site: Server, person: Open) -> None:
    cast = committed_cast
    code = activation.issue(cast.hoa, by=None, school=cast.school)
    hoa, lan = person(), person("lan", desk=True)
    hoa.goto(f"/k#{code}")
    expect(hoa.get_by_text("Phạm Thị Hoa")).to_be_visible()
    # Looking at the letter uses nothing up: the school sees it as unused until the last step.
    assert ActivationCode.objects.get(person=cast.hoa).used_at is None
    activate(hoa, code)
    assert ActivationCode.objects.get(person=cast.hoa).used_at is not None
    assert Device.objects.filter(account__person=cast.hoa, ended_at=None).exists()

    hoa.goto("/tin-nhan/hoi")
    hoa.get_by_role("link", name="Nguyễn Thị Lan").first.click()
    write(hoa, "Chào cô, hôm nay con quên vở Toán ạ")
    expect(hoa.get_by_text("Đã gửi")).to_be_visible()

    lan.goto("/tin-nhan")
    lan.get_by_role("link", name="Phạm Thị Hoa").first.click()
    expect(lan.get_by_text("Chào cô, hôm nay con quên vở Toán ạ").last).to_be_visible()
    write(lan, "Cô cho con mượn giấy rồi, chị yên tâm nhé")
    expect(hoa.get_by_text("Cô cho con mượn giấy rồi, chị yên tâm nhé")).to_be_visible(timeout=5_000)
    write(hoa, "Cảm ơn cô")
    expect(lan.get_by_text("Cảm ơn cô").last).to_be_visible(timeout=5_000)
    expect(hoa.get_by_text("Đã xem")).to_be_visible()


def test_a_real_browser_gets_a_socket_and_not_the_detour(site: Server, person: Open) -> None:
    """Everything works over the detour as well, only slower: so nothing else would show a broken handshake."""
    hoa = person("hoa")
    heard: list[str] = []
    hoa.on("websocket", lambda line: line.on("framereceived", lambda frame: heard.append(str(frame))))
    hoa.goto("/tin-nhan")
    expect(hoa.get_by_role("link").first).to_be_visible()
    deadline = time.monotonic() + 20
    while not any('"hello"' in frame for frame in heard) and time.monotonic() < deadline:
        hoa.wait_for_timeout(100)
    assert any('"hello"' in frame for frame in heard), heard


def write(page: Page, text: str) -> None:
    """Into the room that is open."""
    page.get_by_role("textbox").last.fill(text)
    page.get_by_role("button", name="Gửi", exact=True).click()


def test_a_guardian_of_another_class_is_refused_by_rest_socket_and_address_bar(
    committed_cast: Cast, site: Server, person: Open
) -> None:
    cast = committed_cast
    room = Room.objects.get(kind="guardians", school_class=cast.class_7a)
    van = person("van")
    refused = van.evaluate(
        "path => fetch(path).then(async answer => [answer.status, await answer.json()])", f"/api/rooms/{room.pk}"
    )
    assert refused[0] == 404
    assert refused[1]["code"] == "not_found"
    van.goto(f"/tin-nhan/{room.pk}")
    expect(van.get_by_text("Không có nội dung này")).to_be_visible()
    expect(van.get_by_text("7A")).to_have_count(0)
    with site.socket(session_for(cast, cast.van)) as socket:
        answer = socket.ask("message.post", room=room.pk, client_message_id=str(uuid.uuid4()), body="Cho tôi vào")
        assert (answer["type"], answer["code"]) == ("refused", "not_found")
        caught_up = socket.ask("room.resume", epoch=socket.hello["epoch"], rooms={str(room.pk): 0})
        assert caught_up["rooms"] == {}
        assert caught_up["gone"] == [room.pk]
    assert room.messages.count() == 0
