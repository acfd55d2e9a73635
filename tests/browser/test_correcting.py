"""What was wrong is corrected: the officer in one tap, and the parent's open page turns at once."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from broadcasts.models import Broadcast
from tests.browser.conftest import Publish
from tests.browser.writing import LEAVES, confirm, officer
from tests.cast import Cast
from tests.wire import Server

Open = Callable[..., Page]
TITLE = "Họp phụ huynh sáng thứ Bảy"


def test_the_officer_corrects_and_the_open_page_turns(
    committed_cast: Cast, site: Server, person: Open, publish: Publish
) -> None:
    cast = committed_cast
    first = publish("hanh", {"org": cast.school.pk}, title=TITLE)
    hanh, hoa, van = officer(person(), cast, "hanh"), person("hoa"), person("van")
    hoa.goto(f"/thong-bao/{first}")
    expect(hoa.get_by_role("button", name="Đã rõ").first).to_be_visible()

    hanh.goto(f"/bang-dieu-hanh/{first}")
    hanh.get_by_role("button", name="Đính chính", exact=True).click()
    expect(hanh.get_by_text("Gửi tới đúng những người đã nhận bản cũ").first).to_be_visible()
    # The words are there: only what was wrong is written anew, and to whom is not asked.
    expect(hanh.get_by_label("Trích yếu", exact=True)).to_have_value(TITLE)
    expect(hanh.get_by_role("button", name="Đối tượng")).to_have_count(0)
    hanh.get_by_label("Trích yếu", exact=True).fill("Họp phụ huynh sáng Chủ nhật")
    hanh.get_by_role("button", name="Gửi ngay").click()
    confirm(hanh, "Gửi")
    hanh.wait_for_url(re.compile(rf"/bang-dieu-hanh/(?!{first}$)\d+$"), timeout=LEAVES)
    told = Broadcast.objects.get(corrects=first)
    assert set(told.receipts.values_list("person", flat=True)) == {cast.hoa.pk, cast.dung.pk}

    # Without a reload, on the page that lay open: struck through, not to be confirmed, and the way to what holds.
    band = hoa.get_by_role("link", name=re.compile("Đã được thay bằng bản 2: Họp phụ huynh sáng Chủ nhật"))
    expect(band).to_be_visible()
    expect(hoa.get_by_role("button", name="Đã rõ")).to_have_count(0)
    struck = hoa.get_by_role("heading", name=TITLE)
    assert "line-through" in struck.evaluate("one => getComputedStyle(one).textDecorationLine")
    band.click()
    expect(hoa.get_by_role("heading", name="Họp phụ huynh sáng Chủ nhật")).to_be_visible()
    expect(hoa.get_by_text("Bản 2")).to_be_visible()
    hoa.get_by_role("button", name="Đã rõ").first.click()
    hoa.goto("/thong-bao")
    expect(hoa.get_by_role("article").filter(has_text=TITLE).get_by_text("Hết hiệu lực")).to_be_visible()

    # And then it does not take place at all.
    hanh.get_by_role("button", name="Thu hồi", exact=True).click()
    expect(hanh.get_by_label("Trích yếu", exact=True)).to_have_count(0)
    expect(hanh.get_by_role("button", name="Viết lý do thu hồi")).to_be_disabled()
    hanh.get_by_label("Lý do thu hồi", exact=True).fill("Trường mất điện, sẽ có giấy mời khác.")
    hanh.get_by_role("button", name="Gửi ngay").click()
    confirm(hanh, "Gửi")
    expect(hoa.get_by_role("article").filter(has_text="Thu hồi").first).to_be_visible(timeout=LEAVES)
    hoa.goto(f"/thong-bao/{told.pk}")
    expect(hoa.get_by_text("Nội dung đã được thu hồi.")).to_be_visible()
    expect(hoa.get_by_text(told.body)).to_have_count(0)

    van.goto("/thong-bao")
    expect(van.get_by_text("Thông báo").first).to_be_visible()
    expect(van.get_by_text("Họp phụ huynh")).to_have_count(0)
    van.goto(f"/thong-bao/{told.pk}")
    expect(van.get_by_text("Không có nội dung này")).to_be_visible()
