"""A class's group in two hands: answered, thanked, pinned, taken back, voted on; also in a tunnel, and not by an outsider."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from rooms.models import Message, Room
from tests.browser.axe import faults
from tests.browser.test_two_people import write
from tests.cast import Cast
from tests.wire import Server

Open = Callable[..., Page]
ORDER = ["Trả lời", "Chuyển tiếp", "Ghim", "Thu hồi", "Sao chép"]
FIVE = ["Tim", "Thích", "Cảm ơn", "Vui", "Buồn"]
CALL = "Thứ Bảy 8:00 họp phụ huynh"


def bubble(page: Page, text: str) -> Locator:
    """The message with this text, without those that quote it."""
    return page.locator("article").filter(has=page.locator(".text, .question").filter(has_text=text)).last


def menu(page: Page, text: str, entry: str) -> None:
    """Opens a message's menu and takes one of it."""
    bubble(page, text).locator(".text").click()
    page.get_by_role("dialog").get_by_role("button", name=entry, exact=True).click()


def hold(page: Page, place: Locator) -> None:
    """A finger rests on it and lifts."""
    box = place.bounding_box()
    assert box
    point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    finger = page.context.new_cdp_session(page)
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    expect(page.get_by_role("dialog")).to_be_visible()
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def refused(page: Page, method: str, path: str, body: str) -> int:
    """The status of a request that the page's own session makes."""
    while "csrf" not in {cookie["name"] for cookie in page.context.cookies()}:
        page.wait_for_timeout(50)
    return page.evaluate(
        """([method, path, body]) => fetch(path, {
            method, body,
            headers: {"Content-Type": "application/json", "X-CSRFToken": /csrf=([^;]*)/.exec(document.cookie)[1]},
        }).then(answer => answer.status)""",
        [method, path, body],
    )


def test_a_group_answers_and_thanks_without_noise(committed_cast: Cast, site: Server, person: Open) -> None:
    room = Room.objects.get(kind="guardians", school_class=committed_cast.class_7a)
    lan, hoa = person("lan"), person("hoa")
    for page in (lan, hoa):
        page.goto(f"/tin-nhan/{room.pk}")
    write(lan, CALL)
    expect(bubble(hoa, CALL)).to_be_visible()

    # Press and hold, in the order that everybody knows; above it the five that make no noise.
    dialog = lan.get_by_role("dialog")
    hold(lan, bubble(lan, CALL).locator(".text"))
    named = [name for name in dialog.get_by_role("button").all_inner_texts() if name in ORDER]
    assert named == ORDER
    assert [one.get_attribute("aria-label") for one in dialog.get_by_role("group").get_by_role("button").all()] == FIVE
    lan.keyboard.press("Escape")
    expect(dialog).to_have_count(0)

    # By keyboard the same, and the focus comes back to where it was.
    bubble(hoa, CALL).locator(".text").press("Enter")
    hoa.get_by_role("button", name="Cảm ơn").press("Enter")
    expect(bubble(hoa, CALL).locator(".text")).to_be_focused()
    expect(hoa.get_by_role("button", name=re.compile(r"Cảm ơn:\s*1"))).to_be_visible()
    thanked = lan.get_by_role("button", name=re.compile(r"Cảm ơn:\s*1"))
    thanked.click()
    expect(lan.get_by_role("dialog")).to_contain_text("Phạm Thị Hoa")
    lan.get_by_role("button", name="Đóng").click()
    # One a person: another takes its place.
    menu(hoa, CALL, "Tim")
    expect(lan.get_by_role("button", name=re.compile(r"^Tim:\s*1\b"))).to_be_visible()

    menu(hoa, CALL, "Trả lời")
    expect(hoa.get_by_text("Trả lời Cô Lan")).to_be_visible()
    write(hoa, "Vâng, tôi đến ạ")
    expect(hoa.get_by_text("Trả lời Cô Lan")).to_have_count(0)
    quote = bubble(lan, "Vâng, tôi đến ạ").locator(".quote")
    expect(quote).to_contain_text(CALL)
    quote.click()
    expect(bubble(lan, CALL)).to_have_class(re.compile("found"))

    # Who has seen it: Hoa has it open, Dũng has never signed in.
    lan.get_by_role("button", name="1/2 đã xem").first.click()
    expect(lan.get_by_role("dialog")).to_contain_text(re.compile("Chưa nhận.*Lê Tiến Dũng.*Đã xem.*Phạm Thị Hoa", re.S))
    assert faults(lan, "who has seen it") == []


def test_what_is_pinned_and_answered_is_taken_back_everywhere(committed_cast: Cast, site: Server, person: Open) -> None:
    room = Room.objects.get(kind="guardians", school_class=committed_cast.class_7a)
    lan, hoa = person("lan"), person("hoa")
    for page in (lan, hoa):
        page.goto(f"/tin-nhan/{room.pk}")
    write(lan, CALL)
    menu(hoa, CALL, "Trả lời")
    write(hoa, "Vâng, tôi đến ạ")
    menu(hoa, CALL, "Tim")
    menu(lan, CALL, "Ghim")
    lan.get_by_role("dialog").get_by_role("button", name="Ghim", exact=True).click()
    pinned = hoa.get_by_role("button", name=re.compile(f"{CALL}.*Ghim đến"))
    expect(pinned).to_be_visible()

    lan.get_by_role("textbox").last.press_sequentially("Nhờ @hoa")
    lan.get_by_role("option", name=re.compile("Phạm Thị Hoa")).click()
    lan.get_by_role("textbox").last.press_sequentially("mang bánh")
    lan.get_by_role("button", name="Gửi", exact=True).click()
    expect(bubble(hoa, "mang bánh").locator("b.me")).to_have_text("@Phạm Thị Hoa")
    named_in = Message.objects.get(body__contains="mang bánh").named.values_list("person", flat=True)
    assert list(named_in) == [committed_cast.hoa.pk]

    # Taken back, it is taken back everywhere: in the quote, in the pins, with what hung on it.
    menu(lan, CALL, "Thu hồi")
    lan.get_by_role("dialog").get_by_role("button", name="Thu hồi", exact=True).click()
    expect(hoa.locator(".removed")).to_have_text("Tin nhắn đã được thu hồi")
    expect(bubble(hoa, "Vâng, tôi đến ạ").locator(".quote")).to_contain_text("Tin nhắn đã được thu hồi")
    expect(pinned).to_have_count(0)
    expect(hoa.get_by_text(CALL)).to_have_count(0)
    expect(hoa.get_by_role("button", name=re.compile(r"Tim:\s*1"))).to_have_count(0)

    van = person("van")
    path = f"/api/rooms/{room.pk}/messages/2"
    assert refused(van, "PUT", f"{path}/reaction", '{"kind": "tim"}') == 404
    assert refused(van, "PUT", f"{path}/pin", "{}") == 404
    assert refused(van, "PUT", f"{path}/vote", '{"options": [1]}') == 404


def test_a_poll_is_answered_in_a_tunnel_and_ended(committed_cast: Cast, site: Server, person: Open) -> None:
    cast = committed_cast
    room = Room.objects.get(kind="guardians", school_class=cast.class_7a)
    staff = Room.objects.get(kind="staff", org=cast.school)
    lan, hoa = person("lan", desk=True), person("hoa")
    for page in (lan, hoa):
        page.goto(f"/tin-nhan/{room.pk}")
    write(lan, CALL)
    expect(hoa.get_by_role("button", name="Tạo bình chọn")).to_have_count(0)
    lan.get_by_role("button", name="Thêm ảnh, tệp").click()
    lan.get_by_role("button", name="Tạo bình chọn").click()
    lan.get_by_label("Câu hỏi").fill("Giờ nào họp?")
    lan.get_by_label("Lựa chọn 1", exact=True).fill("Tám giờ")
    lan.get_by_label("Lựa chọn 2", exact=True).fill("TAM GIO")
    lan.get_by_role("button", name="Gửi bình chọn").click()
    expect(lan.get_by_role("alert")).to_contain_text("Có hai lựa chọn giống nhau")
    lan.get_by_label("Lựa chọn 2", exact=True).fill("Chín giờ")
    lan.get_by_role("button", name="Gửi bình chọn").click()
    nine = hoa.get_by_role("button", name=re.compile("Chín giờ \\d phiếu"))
    expect(nine).to_be_visible()
    expect(hoa.get_by_text("Chỉ quản trị nhóm thấy ai chọn gì")).to_be_visible()
    assert faults(hoa, "poll") == []

    # In the tunnel: a choice, a heart and an answer, and a reload. All three are shown at once and kept.
    hoa.evaluate("navigator.serviceWorker.ready.then(() => true)")
    hoa.reload()
    expect(nine).to_be_visible()
    hoa.context.set_offline(True)
    nine.click()
    expect(nine).to_have_attribute("aria-pressed", "true")
    menu(hoa, CALL, "Tim")
    menu(hoa, CALL, "Trả lời")
    write(hoa, "Chín giờ tôi mới về tới")
    # Shown once it is kept.
    expect(hoa.get_by_text("Chín giờ tôi mới về tới")).to_be_visible()
    hoa.reload()
    expect(nine).to_have_attribute("aria-pressed", "true")
    expect(nine).to_contain_text("1")
    expect(hoa.get_by_role("button", name=re.compile(r"Tim:\s*1"))).to_be_visible()
    expect(hoa.get_by_text("Chín giờ tôi mới về tới")).to_be_visible()
    expect(lan.get_by_text("0 người đã chọn")).to_be_visible()
    hoa.context.set_offline(False)
    expect(lan.get_by_text("1 người đã chọn")).to_be_visible(timeout=30_000)
    expect(lan.get_by_role("button", name=re.compile(r"Tim:\s*1"))).to_be_visible()
    expect(bubble(lan, "Chín giờ tôi mới về tới").locator(".quote")).to_contain_text(CALL)

    # The next choice takes the place of the one before; who moderates sees whose it is.
    hoa.get_by_role("button", name=re.compile("Tám giờ")).click()
    expect(lan.get_by_role("button", name=re.compile("Tám giờ.*1"))).to_be_visible()
    lan.get_by_role("button", name="Ai đã chọn gì").click()
    expect(lan.get_by_role("dialog")).to_contain_text(re.compile("Tám giờ.*Phạm Thị Hoa.*Chín giờ.*Chưa ai chọn", re.S))
    lan.get_by_role("button", name="Đóng").click()
    expect(hoa.get_by_role("button", name="Ai đã chọn gì")).to_have_count(0)

    # What parents read stays where parents are: the staff room may not read it, and is told so.
    menu(lan, CALL, "Chuyển tiếp")
    target = lan.get_by_role("dialog").get_by_role("button", name=re.compile(cast.school.name)).first
    target.click()
    expect(lan.get_by_role("alert")).to_be_visible()
    expect(lan.get_by_role("dialog").get_by_role("button", name="Sao chép")).to_be_visible()
    lan.get_by_role("button", name="Đóng").click()
    assert not staff.messages.exists()

    bubble(lan, "Giờ nào họp?").get_by_role("button", name="Tin nhắn này").click()
    lan.get_by_role("button", name="Kết thúc bình chọn").click()
    lan.get_by_role("dialog").get_by_role("button", name="Kết thúc", exact=True).click()
    expect(hoa.get_by_text("1 người đã chọn · đã kết thúc")).to_be_visible()
    expect(nine).to_be_disabled()
