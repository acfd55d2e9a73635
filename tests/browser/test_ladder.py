"""What follows a notice: said before it is sent, changed by who speaks for the unit, and kept from everybody else."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from broadcasts.models import Broadcast, HomePush, Ladder
from registry.selectors import today
from tests.browser.axe import faults
from tests.browser.conftest import Publish
from tests.browser.writing import address_to, officer
from tests.cast import Cast
from tests.wire import Server

Open = Callable[..., Page]


def test_a_unit_decides_how_it_follows_up_and_its_senders_see_it(
    committed_cast: Cast, site: Server, person: Open, publish: Publish
) -> None:
    cast = committed_cast
    notice = publish("hanh", {"org": cast.school.pk}, urgency="khan", roles=["guardians", "teachers"])

    hanh = officer(person(), cast, "hanh")
    hanh.goto("/them")
    hanh.get_by_role("link", name="Nhắc lại và giờ yên lặng").click()
    staff = hanh.get_by_role("region", name="Đơn vị, cán bộ, giáo viên")
    expect(staff.get_by_text("Theo bảng chung")).to_be_visible()
    expect(staff.get_by_text("chưa có kênh · sau 2 giờ")).to_be_visible()
    assert faults(hanh, "the ladder") == []

    staff.get_by_role("button", name="Đặt riêng").click()
    staff.get_by_label("Sau (phút)").first.fill("15")
    staff.get_by_label("Sau (phút)").first.blur()
    assert faults(hanh, "the ladder, being changed") == []
    hanh.get_by_role("button", name="Lưu", exact=True).click()
    expect(hanh.get_by_text("Đã lưu.")).to_be_visible()
    expect(staff.get_by_text("Riêng của đơn vị")).to_be_visible()
    expect(hanh.get_by_role("button", name="Lưu", exact=True)).to_be_disabled()
    assert [step["after"] for step in Ladder.objects.get(org=cast.school).rows["khan.staff"]] == [0, 15, 120]

    # Hỏa tốc is not made weaker, and the server's words say so.
    hanh.get_by_role("button", name="Hỏa tốc").click()
    staff.get_by_role("button", name="Đặt riêng").click()
    staff.get_by_role("button", name="Bỏ bước này").last.click()
    hanh.get_by_role("button", name="Lưu", exact=True).click()
    expect(hanh.get_by_text("không được yếu hơn hay muộn hơn")).to_be_visible()

    # Whoever writes sees the same, and how much families have heard today.
    for number in range(4):
        HomePush.objects.create(
            broadcast_id=publish("hanh", {"class": cast.class_7a.pk}, title=f"Tin {number}"),
            person=cast.hoa, household=-cast.hoa.pk, day=today(),
        )  # fmt: skip
    lan = person("lan")
    lan.goto("/soan")
    expect(lan.get_by_text("Hôm nay phụ huynh đã nhận 4/5")).to_be_visible()
    lan.get_by_text("Sau khi gửi").click()
    expect(lan.get_by_text("Mỗi gia đình nhận nhiều nhất 5")).to_be_visible()
    assert faults(lan, "the composer with what follows") == []

    hanh.goto("/soan")
    address_to(hanh, "Trường TH&THCS Đồng Sen")
    hanh.get_by_text("Khẩn", exact=True).click()
    hanh.get_by_text("Giáo viên", exact=True).click()
    hanh.get_by_text("Sau khi gửi").click()
    expect(hanh.get_by_text("sau 15 phút")).to_be_visible()
    expect(hanh.get_by_text("chưa có kênh").first).to_be_visible()

    # The notice that has left keeps its rungs; the board says which is next.
    hanh.goto(f"/bang-dieu-hanh/{notice}")
    rungs = hanh.locator("details", has_text="Tiếp theo")
    rungs.locator("summary").click()
    expect(rungs.get_by_text("SMS tới những ai chưa xác nhận").first).to_be_visible()
    expect(rungs.get_by_text("chưa có kênh").first).to_be_visible()
    assert faults(hanh, "the board with its rungs") == []

    # The outsider, who is one, is shown nothing of it.
    assert not Broadcast.objects.get(pk=notice).receipts.filter(person=cast.quang).exists()
    quang = person("quang")
    quang.goto("/them")
    expect(quang.get_by_role("link", name=re.compile("Nhắc lại"))).to_have_count(0)
    answer = quang.request.get(f"{site.url}/api/broadcasts/ladders/{cast.school.pk}")
    assert answer.status == 404
