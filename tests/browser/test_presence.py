"""Two people have their conversation open: each sees that the other is there, and writing; a setting stops it."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.test_two_people import write
from tests.cast import Cast
from tests.rooms.test_threads import start
from tests.wire import Server

LAN_HERE, HOA_HERE = "Cô Lan đang mở cuộc trò chuyện", "Phạm Thị Hoa đang mở cuộc trò chuyện"


def test_both_sides_see_each_other_and_who_writes(
    committed_cast: Cast, site: Server, person: Callable[..., Page]
) -> None:
    cast = committed_cast
    room = start(cast.hoa, cast.an, cast.hoa, cast.lan)
    hoa, lan = person("hoa"), person("lan")
    hoa.goto(f"/tin-nhan/{room.pk}")
    expect(hoa.get_by_role("textbox").last).to_be_visible()
    expect(hoa.get_by_text(LAN_HERE)).to_have_count(0)
    lan.goto(f"/tin-nhan/{room.pk}")
    expect(lan.get_by_text(HOA_HERE)).to_be_visible()
    expect(hoa.get_by_text(LAN_HERE)).to_be_visible()
    lan.get_by_role("textbox").last.press_sequentially("Chào chị")
    expect(hoa.get_by_text("Cô Lan đang viết…")).to_be_visible()
    write(lan, "Chào chị")
    expect(hoa.get_by_text("Chào chị").last).to_be_visible()
    expect(hoa.get_by_text("Cô Lan đang viết…")).to_have_count(0)
    lan.goto("/them")
    expect(hoa.get_by_text(LAN_HERE)).to_have_count(0, timeout=45_000)
    lan.get_by_role("switch", name="Cho người đang nhắn biết").click()
    lan.goto(f"/tin-nhan/{room.pk}")
    expect(lan.get_by_text(HOA_HERE)).to_have_count(0)
    lan.get_by_role("textbox").last.press_sequentially("Tôi đây")
    hoa.wait_for_timeout(2_000)
    expect(hoa.get_by_text("Cô Lan đang")).to_have_count(0)
