"""Written in a tunnel: three messages, a reload, and they arrive once, in order."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from rooms.models import Message, Room
from tests.browser.test_two_people import write
from tests.cast import Cast
from tests.wire import Server

TEXTS = ["Tin thứ nhất trong hầm", "Tin thứ hai trong hầm", "Tin thứ ba trong hầm"]


def test_three_messages_written_offline_arrive_once_in_order(
    committed_cast: Cast, site: Server, person: Callable[..., Page]
) -> None:
    cast = committed_cast
    room = Room.objects.get(kind="guardians", school_class=cast.class_7a)
    hoa = person("hoa")
    hoa.goto(f"/tin-nhan/{room.pk}")
    expect(hoa.get_by_role("textbox").last).to_be_visible()
    # The shell must be on the phone before the tunnel begins.
    hoa.evaluate("navigator.serviceWorker.ready.then(() => true)")
    hoa.reload()
    expect(hoa.get_by_role("textbox").last).to_be_visible()
    hoa.context.set_offline(True)
    for text in TEXTS:
        write(hoa, text)
        expect(hoa.get_by_text(text)).to_be_visible()
    hoa.reload()
    for text in TEXTS:
        expect(hoa.get_by_text(text)).to_be_visible()
    expect(hoa.get_by_text("Chưa có mạng – tin sẽ tự gửi khi có mạng")).to_be_visible()
    assert Message.objects.count() == 0
    hoa.context.set_offline(False)
    expect(hoa.get_by_text("Đã gửi").or_(hoa.get_by_text("Đã nhận")).first).to_be_visible(timeout=30_000)
    hoa.wait_for_timeout(1_500)
    assert list(Message.objects.order_by("seq").values_list("body", flat=True)) == TEXTS
    for text in TEXTS:
        expect(hoa.get_by_text(text)).to_have_count(1)
