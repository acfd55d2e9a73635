"""The reach ledger: a teacher calls those whom a notice has not reached, and the office above sees the board move."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from broadcasts.models import Contact
from tests.browser.axe import at_both_sizes
from tests.browser.conftest import DESK, PHONE, Publish
from tests.cast import Cast
from tests.wire import Server

TITLE = "Nghỉ học ngày mai do mưa lũ"


def test_a_teacher_calls_who_is_missing_and_the_office_sees_it(
    committed_cast: Cast, site: Server, person: Callable[..., Page], publish: Publish
) -> None:
    cast = committed_cast
    type(cast.hoa).objects.filter(pk=cast.hoa.pk).update(phone="0912345678")
    broadcast = publish("hanh", {"org": cast.school.pk}, title=TITLE)
    lan, son, quang = person("lan"), person("son", desk=True), person("quang")
    son.goto(f"/bang-dieu-hanh/{broadcast}")
    expect(son.get_by_text("0/3").first).to_be_visible()

    # Who is missing, why, and whom to ring.
    lan.goto("/lop")
    expect(lan.get_by_role("img", name="0/2 hộ đã tới")).to_be_visible()
    an = lan.get_by_role("listitem").filter(has_text="Trần Minh An")
    binh = lan.get_by_role("listitem").filter(has_text="Lê Gia Bình")
    expect(an.get_by_text("Chưa có tài khoản")).to_be_visible()
    expect(an.get_by_role("link", name="Gọi Mẹ Phạm Thị Hoa")).to_have_attribute("href", "tel:0912345678")
    expect(binh.get_by_text("Không có số điện thoại")).to_be_visible()
    found = at_both_sizes(lan, "class board", start=PHONE, other=DESK)

    # Two calls, one of them by a slip of the thumb.
    an.get_by_role("button", name="Đã gọi").click()
    expect(lan.get_by_role("img", name="1/2 hộ đã tới")).to_be_visible()
    binh.get_by_role("button", name="Đã gọi").click()
    expect(lan.get_by_role("img", name="2/2 hộ đã tới")).to_be_visible()
    lan.get_by_role("button", name="Hoàn tác").click()
    expect(lan.get_by_role("img", name="1/2 hộ đã tới")).to_be_visible()
    expect(son.get_by_text("1/3").first).to_be_visible()

    # Down the way without a network: it waits on the phone, is counted there, and goes out by itself.
    lan.context.set_offline(True)
    binh.get_by_role("button", name="Đến nhà").click()
    expect(lan.get_by_role("img", name="2/2 hộ đã tới")).to_be_visible()
    expect(binh.get_by_text("Chờ gửi")).to_be_visible()
    lan.context.set_offline(False)
    expect(son.get_by_text("2/3").first).to_be_visible()
    expect(binh.get_by_text("Đã đến nhà")).to_be_visible()
    expect(binh.get_by_text("Nguyễn Thị Lan")).to_be_visible()
    logged = Contact.objects.filter(broadcast=broadcast).order_by("pk")
    stands = [(one.subject_id, one.channel) for one in logged if one.withdrawn_at is None]
    assert sorted(stands) == sorted([(cast.an.pk, "call"), (cast.binh.pk, "visit")])

    # The list becomes an audience.
    found += at_both_sizes(son, "officer's board", start=DESK, other=PHONE)
    son.get_by_role("button", name="Nhắn 1 chưa tới").click()
    son.wait_for_url(re.compile(r"/soan/nhap/\d+$"))
    expect(son.get_by_text(f"Chưa tới: {TITLE}")).to_be_visible()

    outsider(quang, broadcast, cast)
    assert not found, "\n".join(found)


def outsider(page: Page, broadcast: int, cast: Cast) -> None:
    """A teacher of another school is refused by address and by request."""
    for address in (f"/lop/{broadcast}", f"/lop/{broadcast}/lop/{cast.class_7a.pk}"):
        page.goto(address)
        expect(page.get_by_text("Không có nội dung này")).to_be_visible()
        expect(page.get_by_text("Trần Minh An")).to_have_count(0)
    asked = f"/api/broadcasts/{broadcast}/reach/subjects?class={cast.class_7a.pk}"
    answer = page.evaluate("path => fetch(path).then(async answer => [answer.status, await answer.json()])", asked)
    assert (answer[0], answer[1]["code"]) == (404, "not_found")
