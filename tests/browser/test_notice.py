"""An urgent notice: the officer sends it to one commune, a guardian answers for one child, the board moves by itself."""

import re
import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from broadcasts.models import Acknowledgement, Broadcast
from tests.browser.writing import LEAVES, address_to, confirm, officer, write
from tests.cast import Cast
from tests.wire import Server

TITLE = "Học sinh nghỉ học ngày mai do mưa lũ"


def test_a_guardian_answers_for_one_child_and_the_officer_sees_it(
    committed_cast: Cast, site: Server, person: Callable[..., Page]
) -> None:
    cast = committed_cast
    son, hoa, van = officer(person(desk=True), cast, "son"), person("hoa"), person("van")
    hoa.goto("/thong-bao")
    van.goto("/thong-bao")
    compose(son)
    broadcast = Broadcast.objects.get()
    assert (broadcast.urgency, broadcast.audience_org_id) == ("khan", cast.dong_sen.pk)

    # It comes by itself, to the one who is concerned and to nobody else.
    card = hoa.get_by_role("article").filter(has_text=TITLE)
    expect(card).to_be_visible()
    expect(card.get_by_text("KHẨN")).to_be_visible()
    card.get_by_role("link", name=TITLE).click()
    row = hoa.get_by_role("listitem").filter(has_text="Trần Minh An")
    row.get_by_role("button", name="Đã rõ").click()
    expect(row.get_by_text("Đã rõ")).to_be_visible()

    # Without a reload: she opened it, for both of her children.
    expect(son.get_by_text("2/3").first).to_be_visible(timeout=10_000)
    # Her answer is on its own way: the page says it before the server has it.
    answered = Acknowledgement.objects.filter(person=cast.hoa, acknowledged_at__isnull=False)
    deadline = time.monotonic() + 15
    while not answered.exists() and time.monotonic() < deadline:
        hoa.wait_for_timeout(100)
    assert [one.student_id for one in answered.all()] == [cast.an.pk]
    expect(van.get_by_text(TITLE)).to_have_count(0)
    van.reload()
    expect(van.get_by_text("Thông báo").first).to_be_visible()
    expect(van.get_by_text(TITLE)).to_have_count(0)


def compose(page: Page) -> None:
    """Write and send a Khẩn notice to the guardians of xã Đồng Sen; ten seconds later it has left."""
    page.goto("/soan")
    address_to(page, "Xã Đồng Sen")
    page.get_by_role("radio", name="Khẩn", exact=True).check(force=True)
    write(page, title=TITLE, body="Nước sông đang lên. Gia đình giữ con ở nhà, không ra gần sông suối.")
    page.get_by_role("button", name="Gửi ngay").click()
    confirm(page, "Gửi")
    page.wait_for_url(re.compile(r"/bang-dieu-hanh/[0-9]+$"), timeout=LEAVES)
