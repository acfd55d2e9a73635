"""Writing a notice: a teacher's in a few taps, an office's with its head and whom it reaches; nothing written is lost."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from broadcasts.models import Broadcast, Draft
from tests.browser.axe import faults
from tests.browser.writing import BODY, LEAVES, TITLE, address_to, confirm, officer, saved, write
from tests.cast import Cast
from tests.wire import Server

Open = Callable[..., Page]


def test_a_teacher_tells_her_class_in_five_taps(committed_cast: Cast, site: Server, person: Open) -> None:
    lan, hoa, van = person("lan"), person("hoa"), person("van")
    hoa.goto("/thong-bao")
    van.goto("/thong-bao")
    lan.goto("/")
    lan.wait_for_url(re.compile("/tin-nhan"))
    taps = [
        lan.get_by_role("link", name="Soạn"),
        lan.get_by_label("Tiêu đề", exact=True),
        lan.get_by_label("Nội dung", exact=True),
        lan.get_by_role("button", name="Gửi ngay"),
        lan.get_by_role("dialog").get_by_role("button", name="Gửi", exact=True),
    ]
    for tap, words in zip(taps, ["", TITLE, BODY, "", ""], strict=True):
        tap.click()
        if words:
            lan.keyboard.insert_text(words)
    assert len(taps) <= 6

    expect(lan.get_by_role("button", name="Hoàn tác")).to_be_visible()
    assert not Broadcast.objects.exists(), "it left before its seconds of undo were over"
    expect(hoa.get_by_role("article").filter(has_text=TITLE)).to_be_visible(timeout=LEAVES)
    expect(lan).to_have_url(re.compile(r"/lop/\d+$"))
    broadcast = Broadcast.objects.get()
    assert (broadcast.title, broadcast.audience_class_id) == (TITLE, committed_cast.class_7a.pk)
    expect(van.get_by_text(TITLE)).to_have_count(0)


def test_undone_it_is_in_the_form_again_and_nobody_has_it(committed_cast: Cast, site: Server, person: Open) -> None:
    lan, hoa = person("lan"), person("hoa")
    lan.goto("/soan")
    write(lan, heading="Tiêu đề")
    lan.get_by_role("button", name="Gửi ngay").click()
    confirm(lan, "Gửi")
    lan.get_by_role("button", name="Hoàn tác").click()
    expect(lan.get_by_label("Tiêu đề", exact=True)).to_have_value(TITLE)
    expect(lan.get_by_text("Chưa ai nhận được")).to_be_visible()
    lan.wait_for_timeout(11_000)
    assert not Broadcast.objects.exists()
    assert Draft.objects.get().state == Draft.State.WRITING
    hoa.goto("/thong-bao")
    expect(hoa.get_by_text(TITLE)).to_have_count(0)


def test_what_was_written_survives_a_reload_and_a_tunnel(committed_cast: Cast, site: Server, person: Open) -> None:
    lan = person("lan")
    lan.goto("/soan")
    write(lan, heading="Tiêu đề")
    saved(lan)
    assert Draft.objects.get().content["title"] == TITLE
    lan.context.set_offline(True)
    lan.get_by_label("Nội dung", exact=True).fill("Viết trong hầm.")
    expect(lan.get_by_text("Đã lưu trên máy này")).to_be_visible()
    lan.context.set_offline(False)
    lan.reload()
    expect(lan.get_by_label("Nội dung", exact=True)).to_have_value("Viết trong hầm.")
    saved(lan)
    assert Draft.objects.get().content["body"] == "Viết trong hầm."


def test_two_devices_write_one_draft_and_nothing_is_overwritten(
    committed_cast: Cast, site: Server, person: Open
) -> None:
    phone, desk = person("lan"), person("lan", desk=True)
    phone.goto("/soan")
    write(phone, heading="Tiêu đề")
    saved(phone)
    draft = Draft.objects.get()
    desk.goto(f"/soan/nhap/{draft.pk}")
    desk.get_by_label("Nội dung", exact=True).fill("Viết ở bàn.")
    saved(desk)
    phone.get_by_label("Nội dung", exact=True).fill("Viết ở điện thoại.")
    question = phone.get_by_role("alert").filter(has_text="Bản này đã được sửa ở máy khác")
    expect(question).to_be_visible()
    expect(question.get_by_text("Viết ở bàn.")).to_be_visible()
    assert faults(phone, "two versions") == []
    draft.refresh_from_db()
    assert draft.content["body"] == "Viết ở bàn."
    question.get_by_role("button", name="Giữ cả hai").click()
    saved(phone)
    assert sorted(Draft.objects.values_list("content__body", flat=True)) == ["Viết ở bàn.", "Viết ở điện thoại."]


def test_a_directive_has_its_head_and_is_counted_as_it_is_narrowed(
    committed_cast: Cast, site: Server, person: Open
) -> None:
    son = officer(person(desk=True), committed_cast, "son")
    son.goto("/soan")
    address_to(son, "Xã Đồng Sen")
    impact = son.get_by_role("region", name="Tầm ảnh hưởng")
    expect(impact.get_by_text("hộ", exact=True)).to_be_visible()
    before = impact.inner_text()
    son.get_by_role("button", name="Thu hẹp").click()
    son.get_by_role("dialog").get_by_text("Khối 6").click()
    son.get_by_role("dialog").get_by_role("button", name="Đóng").click()
    expect(son.get_by_role("button", name="Bỏ: Khối 6")).to_be_visible()
    expect(impact.get_by_text("Đang đếm")).to_have_count(0)
    assert impact.inner_text() != before
    son.get_by_label("Số/ký hiệu").fill("1204/SGDĐT-VP")
    son.get_by_label("Ngày ban hành").fill("2026-10-06")
    son.get_by_label("Người ký", exact=True).fill("Lê Thị Thu Hà")
    write(son)
    assert faults(son, "a directive") == []
    son.get_by_role("button", name="Gửi ngay").click()
    dialog = son.get_by_role("dialog")
    expect(dialog.get_by_text(BODY)).to_be_visible()
    confirm(son, "Gửi")
    expect(son).to_have_url(re.compile(r"/bang-dieu-hanh/\d+$"), timeout=LEAVES)
    broadcast = Broadcast.objects.get()
    assert (broadcast.number, broadcast.symbol, broadcast.signer_name) == (1204, "SGDĐT-VP", "Lê Thị Thu Hà")
    assert broadcast.audience == {"org": committed_cast.dong_sen.pk, "grades": [6]}

    # The same number once more is said before it is sent, and sent only when that is meant.
    son.goto("/soan")
    address_to(son, "Xã Đồng Sen")
    son.get_by_label("Số/ký hiệu").fill("1204/SGDĐT-VP")
    son.get_by_label("Ngày ban hành").fill("2026-10-06")
    write(son)
    son.get_by_role("button", name="Gửi ngay").click()
    send = son.get_by_role("dialog").get_by_role("button", name="Gửi", exact=True)
    expect(son.get_by_role("dialog").get_by_text("Đã có thông báo cùng số/ký hiệu")).to_be_visible()
    expect(send).to_be_disabled()
    son.get_by_role("dialog").get_by_role("checkbox").check()
    expect(send).to_be_enabled()


def test_a_scheduled_notice_waits_for_its_hour_and_is_taken_back_from_the_list(
    committed_cast: Cast, site: Server, person: Open
) -> None:
    lan = person("lan")
    lan.goto("/soan")
    write(lan, heading="Tiêu đề")
    lan.get_by_role("switch", name="Hẹn giờ gửi").click()
    lan.get_by_role("button", name="Hẹn giờ gửi").last.click()
    confirm(lan, "Hẹn giờ gửi")
    expect(lan.get_by_text("Sẽ gửi lúc")).to_be_visible()
    lan.goto("/soan/nhap")
    row = lan.get_by_role("listitem").filter(has_text=TITLE)
    row.get_by_role("button", name="Hoàn tác").click()
    expect(lan.get_by_role("heading", name="Đang viết")).to_be_visible()
    assert Draft.objects.get().state == Draft.State.WRITING


def test_an_exercise_says_so_everywhere(committed_cast: Cast, site: Server, person: Open) -> None:
    hanh, hoa = officer(person(), committed_cast, "hanh"), person("hoa")
    hanh.goto("/soan")
    write(hanh)
    hanh.get_by_role("switch", name="Diễn tập").click()
    expect(hanh.get_by_text("DIỄN TẬP", exact=True)).to_be_visible()
    hanh.get_by_role("button", name="Gửi ngay").click()
    expect(hanh.get_by_role("dialog").get_by_text("DIỄN TẬP", exact=True)).to_be_visible()
    confirm(hanh, "Gửi")
    hoa.goto("/thong-bao")
    card = hoa.get_by_role("article", name=f"DIỄN TẬP: {TITLE}")
    expect(card.get_by_text("Không phải thông báo thật")).to_be_visible(timeout=LEAVES)
    card.get_by_role("link", name=TITLE).click()
    expect(hoa.get_by_text("DIỄN TẬP", exact=True).last).to_be_visible()
    assert faults(hoa, "an exercise") == []


def test_a_template_gives_the_words_and_gives_back_what_stood_there(
    committed_cast: Cast, site: Server, person: Open
) -> None:
    lan = person("lan")
    lan.goto("/soan")
    write(lan, heading="Tiêu đề")
    lan.get_by_role("button", name="Mẫu thông báo").click()
    dialog = lan.get_by_role("dialog")
    dialog.get_by_label("Tên mẫu").fill("Nghỉ mưa")
    dialog.get_by_role("button", name="Lưu thành mẫu").click()
    expect(dialog.get_by_role("button", name="Xóa mẫu Nghỉ mưa")).to_be_visible()
    dialog.get_by_role("button", name="Đóng").click()
    write(lan, title="Khác", body="Khác hẳn.", heading="Tiêu đề")
    lan.get_by_role("button", name="Mẫu thông báo").click()
    lan.get_by_role("dialog").get_by_role("button", name="Nghỉ mưa").first.click()
    expect(lan.get_by_label("Tiêu đề", exact=True)).to_have_value(TITLE)
    lan.get_by_role("status").get_by_role("button", name="Hoàn tác").click()
    expect(lan.get_by_label("Tiêu đề", exact=True)).to_have_value("Khác")


def test_who_may_send_nothing_finds_no_form(committed_cast: Cast, site: Server, person: Open) -> None:
    hoa = person("hoa")
    hoa.goto("/soan")
    expect(hoa.get_by_text("Chưa gửi được thông báo")).to_be_visible()
    lan = person("lan")
    lan.goto("/soan")
    write(lan, heading="Tiêu đề")
    saved(lan)
    hoa.goto(f"/soan/nhap/{Draft.objects.get().pk}")
    expect(hoa.get_by_text("Không có nội dung này")).to_be_visible()


def test_the_screens_of_the_way_have_no_serious_fault(committed_cast: Cast, site: Server, person: Open) -> None:
    lan = person("lan")
    lan.goto("/soan")
    write(lan, heading="Tiêu đề")
    saved(lan)
    assert faults(lan, "/soan") == []
    lan.goto("/soan/nhap")
    assert faults(lan, "/soan/nhap") == []
    at_double(lan.context)
    lan.goto("/soan")
    expect(lan.get_by_label("Tiêu đề", exact=True)).to_be_visible()
    assert lan.evaluate("document.documentElement.scrollWidth") <= 360, (
        "at double size the page is wider than the phone"
    )
    assert faults(lan, "/soan at double size") == []


def at_double(context: BrowserContext) -> None:
    """Text at its largest on this device from now on."""
    context.pages[0].evaluate("localStorage.setItem('tt.text', '4')")


def test_words_written_over_a_notice_that_has_left_become_one_of_their_own(
    committed_cast: Cast, site: Server, person: Open
) -> None:
    phone, desk = person("lan"), person("lan", desk=True)
    phone.goto("/soan")
    write(phone, heading="Tiêu đề")
    saved(phone)
    first = Draft.objects.get()
    desk.goto(f"/soan/nhap/{first.pk}")
    desk.get_by_role("button", name="Gửi ngay").click()
    confirm(desk, "Gửi")
    expect(desk.get_by_role("button", name="Hoàn tác")).to_be_visible()
    phone.get_by_label("Nội dung", exact=True).fill("Viết thêm trên điện thoại.")
    expect(phone.get_by_text("đã trình hoặc đã gửi từ trước")).to_be_visible()
    phone.get_by_role("button", name="Thành thông báo mới").click()
    saved(phone)
    assert Draft.objects.exclude(pk=first.pk).get().content["body"] == "Viết thêm trên điện thoại."
