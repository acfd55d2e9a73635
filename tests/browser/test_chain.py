"""The chain of responsibility: an officer directs, a head confirms, passes it down and reports it done, and the officer's
board moves; a teacher of another school sees nothing of it."""

import datetime as dt
import re
from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import Page, expect

from broadcasts.drafts import departing
from broadcasts.models import Broadcast, Contact, Draft, Node
from tests.assured import assure
from tests.broadcasts.drafts.desk import Desk
from tests.browser.axe import at_both_sizes
from tests.browser.conftest import DESK, PHONE, Publish
from tests.cast import Cast
from tests.wire import Server

TITLE = "V/v cho học sinh nghỉ học do mưa lũ"


def test_a_direction_goes_down_the_chain(
    committed_cast: Cast, site: Server, person: Callable[..., Page], publish: Publish
) -> None:
    cast = committed_cast
    type(cast.phuc).objects.filter(pk=cast.phuc.pk).update(phone="0987654321")
    broadcast = publish(
        "son",
        {"org": cast.so.pk},
        roles=["staff"],
        kind="dieu_hanh",
        urgency="hoa_toc",
        title=TITLE,
        wants_carrying_out=True,
        carry_out_by=(timezone.now() + dt.timedelta(hours=5)).isoformat(),
    )
    hanh, son, quang = person("hanh"), person("son", desk=True), person("quang")
    son.goto(f"/bang-dieu-hanh/{broadcast}")
    board = son.get_by_role("region", name="Bảng dây chuyền")
    expect(board.get_by_role("strong")).to_have_text("0/2")
    expect(son.get_by_text("Bắt đầu gọi lúc")).to_be_visible()

    # Xác nhận: at the thumb, as every answer is.
    hanh.goto(f"/thong-bao/{broadcast}")
    todo = hanh.get_by_role("region", name="Việc của Trường TH&THCS Đồng Sen")
    expect(todo.get_by_role("listitem").filter(has_text="Xác nhận")).to_have_attribute("aria-current", "step")
    hanh.get_by_role("list", name="Trả lời cho từng con").get_by_role("button", name="Xác nhận").click()
    expect(todo.get_by_role("button", name="Triển khai xuống")).to_be_visible()
    found = at_both_sizes(hanh, "a head's notice", start=PHONE, other=DESK)
    expect(board.get_by_role("strong")).to_have_text("1/2")

    # At T+20 the silent one is called, and the call noted.
    Broadcast.objects.filter(pk=broadcast).update(published_at=timezone.now() - dt.timedelta(minutes=21))
    son.reload()
    calls = son.get_by_role("list", name=re.compile("Danh sách cần gọi"))
    expect(calls.get_by_role("listitem")).to_have_count(1)
    expect(calls.get_by_role("link", name="Gọi Ngô Văn Phúc")).to_have_attribute("href", "tel:0987654321")
    found += at_both_sizes(son, "chain board", start=DESK, other=PHONE)
    calls.get_by_role("button").click()
    son.get_by_role("dialog").get_by_role("button", name="Đã gọi").click()
    expect(calls.get_by_text("Đã gọi điện")).to_be_visible()
    assert Contact.objects.get(broadcast=broadcast).subject_id == cast.phuc.pk

    # Triển khai xuống: a notice of the school's own, which says what it carries out.
    todo.get_by_role("button", name="Triển khai xuống").click()
    hanh.wait_for_url(re.compile(r"/soan/nhap/\d+$"))
    expect(hanh.get_by_text("Sở Giáo dục và Đào tạo Sông Thương").first).to_be_visible()
    begun = Draft.objects.get(author=cast.hanh)
    assert begun.relays == Node.objects.get(broadcast=broadcast, unit=cast.school)
    hanh.get_by_label("Nội dung").fill("Trường cho nghỉ cả ngày; giáo viên chủ nhiệm báo từng nhà.")
    while not Draft.objects.get(pk=begun.pk).content["body"]:
        hanh.wait_for_timeout(100)
    leave(cast, begun)
    expect(board.get_by_role("strong")).to_have_text("1/2")
    board.get_by_role("button", name=re.compile("Xã Đồng Sen")).click()
    expect(son.get_by_text("Đã triển khai 0/2 lớp")).to_be_visible()

    # Hoàn thành, with a note that the officer reads.
    hanh.goto(f"/thong-bao/{broadcast}")
    expect(todo.get_by_text("Đã triển khai 0/2 lớp")).to_be_visible()
    todo.get_by_role("button", name="Hoàn thành").click()
    dialog = hanh.get_by_role("dialog")
    dialog.get_by_label("Ghi chú cho cấp trên").fill("Đã báo đủ các lớp")
    dialog.get_by_role("button", name="Hoàn thành").click()
    expect(todo.get_by_role("button", name="Chưa xong, rút lại")).to_be_visible()
    board.get_by_role("button", name=re.compile("Trường TH&THCS Đồng Sen")).click()
    expect(son.get_by_role("dialog").get_by_text("Đã báo đủ các lớp")).to_be_visible()

    outsider(quang, broadcast)
    assert not found, "\n".join(found)


def leave(cast: Cast, begun: Draft) -> None:
    """It is sent off and its seconds of undo are over, as other tests show it: with two factors and a second person."""
    hanh, phuc = Desk(cast, cast.hanh), Desk(cast, cast.phuc)
    assure(hanh.client, browser="phone")
    told = hanh.submit(hanh.get(f"/drafts/{begun.pk}"))
    if told["state"] == "submitted":
        phuc.approve(told)
    Draft.objects.filter(pk=begun.pk, state="leaving").update(leaves_at=timezone.now())
    departing.look()
    assert Draft.objects.get(pk=begun.pk).state == "left"


def outsider(page: Page, broadcast: int) -> None:
    """A teacher of another school is refused by address and by request."""
    page.goto(f"/bang-dieu-hanh/{broadcast}")
    expect(page.get_by_text("Không có nội dung này")).to_be_visible()
    for door in ("cascade", "cascade/nodes", "cascade/calls"):
        path = f"/api/broadcasts/{broadcast}/{door}"
        answer = page.evaluate("path => fetch(path).then(async answer => [answer.status, await answer.json()])", path)
        assert (answer[0], answer[1]["code"]) == (404, "not_found")
