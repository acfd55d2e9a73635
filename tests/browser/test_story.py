"""The story of 28 May, from officer to parent and back: a direction is written, counted and approved by two people, goes down
to heads and families, is heard, answered, asked about and carried out; and the officer's boards say so without a reload."""

import datetime as dt
import re
from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from broadcasts.models import Acknowledgement, Broadcast, Draft, Question
from tests.browser.conftest import PHONE
from tests.browser.story import PHONE_OF_A_FATHER, family_without_the_app, rung_by, undo_is_over
from tests.browser.telephone import Phone, send_pushes
from tests.browser.writing import address_to, choose, confirm, officer, saved, write
from tests.cast import Cast
from tests.delivery.push_service import PushService
from tests.wire import Server

Open = Callable[..., Page]
TITLE = "V/v cho học sinh nghỉ học phòng chống dịch"
BODY = "Học sinh nghỉ học từ ngày mai. Các trường báo tới từng gia đình, giữ liên lạc hằng ngày."
INSTRUCTION = "Học sinh nhận bài qua giáo viên chủ nhiệm. Gia đình giữ con ở nhà."
QUESTION, IN_GENERAL, ANSWER = "Cháu An nộp bài ở đâu ạ?", "Nộp bài ở đâu?", "Chụp ảnh vở, gửi cho giáo viên chủ nhiệm."
DONE = "Đã báo đủ 4 học sinh, 1 gia đình qua điện thoại."


def test_the_story_of_28_may(committed_cast: Cast, site: Server, person: Open, chromium: Chromium, settings) -> None:
    cast = committed_cast
    pao = family_without_the_app(cast)
    son, ha = officer(person(desk=True), cast, "son"), officer(person(desk=True), cast, "ha")
    hanh, phuc = officer(person(), cast, "hanh"), person("phuc")
    lan, van = person("lan"), person("van")
    hoa, dung = Phone(person("hoa"), site), Phone(person("dung"), site)
    with PushService() as service:
        settings.OUTSIDE_TEST_HOSTS = [f"127.0.0.1:{service.port}"]
        browsers = {who: rung_by(service, who) for who in (cast.hoa, cast.dung)}

        # The officer writes it; what it will reach is said in numbers before anybody has it.
        hoa.page.goto("about:blank")
        dung.page.goto("about:blank")
        direct(son)
        ha.goto("/them/duyet")
        ha.get_by_role("link", name=TITLE).click()
        expect(ha.get_by_text(BODY)).to_be_visible()
        impact = ha.get_by_role("region", name="Tầm ảnh hưởng").first
        for number, word in (("2", "đơn vị"), ("3", "hộ"), ("6", "người")):
            expect(impact.locator("dl div").filter(has=ha.get_by_text(word, exact=True))).to_contain_text(number)
        assert not Broadcast.objects.exists()
        ha.get_by_role("button", name="Duyệt", exact=True).click()
        expect(ha.get_by_role("dialog").get_by_text("không hoàn tác được")).to_be_visible()
        confirm(ha, "Duyệt")
        expect(ha.get_by_role("heading", name="Đã duyệt")).to_be_visible()
        sent = Broadcast.objects.get()
        assert (sent.author, sent.approved_by) == (cast.son, cast.ha)
        assert sent.receipts.count() == 6, "sent to more or fewer than was said"

        # The telephones of those who can be rung ring, with the whole text; nobody else's.
        send_pushes()
        assert {push.path for push in service.pushes} == {f"/{who.pk}" for who in browsers}
        pushed = {who: browsers[who].read(service.at(str(who.pk))[0]) for who in browsers}
    tapped = answered_in_the_mountains(dung, pushed[cast.dung])
    answered_for_both_children(hoa, pushed[cast.hoa])

    # The officer's boards have begun to move, and the head carries it out.
    son.wait_for_url(re.compile(rf"/bang-dieu-hanh/{sent.pk}$"))
    chain = son.get_by_role("region", name="Bảng dây chuyền")
    expect(chain.get_by_role("strong")).to_have_text("0/2")
    own = passed_down(hanh, sent)
    expect(chain.get_by_role("strong")).to_have_text("1/2")
    phuc.goto(f"/thong-bao/{sent.pk}")
    phuc.get_by_role("list", name="Trả lời cho từng con").get_by_role("button", name="Xác nhận").click()
    expect(chain.get_by_role("strong")).to_have_text("2/2")

    # The teacher's drum: one is still up the mountain without a line, one has no app at all.
    lan.goto(f"/lop/{sent.pk}")
    expect(lan.get_by_role("img", name="1/3 hộ đã tới")).to_be_visible()
    line_back = timezone.now()
    dung.page.context.set_offline(False)
    dung.has_a_line()
    expect(lan.get_by_role("img", name="2/3 hộ đã tới")).to_be_visible()
    (answer,) = Acknowledgement.objects.filter(broadcast=sent, person=cast.dung)
    assert answer.acknowledged_at is not None
    assert answer.recorded_at is not None
    assert tapped <= answer.acknowledged_at < line_back <= answer.recorded_at
    row = lan.get_by_role("listitem").filter(has_text=pao.name)
    expect(row.get_by_text("Chưa có tài khoản")).to_be_visible()
    expect(row.get_by_role("link", name="Gọi Bố Giàng A Sính")).to_have_attribute("href", f"tel:{PHONE_OF_A_FATHER}")
    row.get_by_role("button", name="Đã gọi").click()
    expect(lan.get_by_role("img", name="3/3 hộ đã tới")).to_be_visible()

    # A parent asks in private about the school's own notice; the answer is for everybody, and names nobody.
    asked_and_answered(hoa.page, lan, own)
    dung.page.goto(f"{site.url}/thong-bao/{own.pk}")
    expect(dung.page.get_by_text(ANSWER)).to_be_visible()
    expect(dung.page.get_by_role("region", name="Hỏi và trả lời")).not_to_contain_text("An nộp")
    expect(dung.page.get_by_text("688/SGDĐT-VP").first).to_be_visible()

    # Done, and the officer reads it on the board that lay open all the time.
    hanh.goto(f"/thong-bao/{sent.pk}")
    todo = hanh.get_by_role("region", name=f"Việc của {cast.school.name}")
    todo.get_by_role("button", name="Hoàn thành").click()
    hanh.get_by_role("dialog").get_by_label("Ghi chú cho cấp trên").fill(DONE)
    confirm(hanh, "Hoàn thành")
    expect(chain.get_by_role("button", name=re.compile("^Hoàn thành"))).to_contain_text("1")
    chain.get_by_role("button", name=re.compile("Xã Đồng Sen")).click()
    chain.get_by_role("button", name=re.compile(cast.school.name)).click()
    expect(son.get_by_role("dialog").get_by_text(DONE)).to_be_visible()
    son.get_by_role("dialog").get_by_role("button", name="Đóng").click()
    all_reached(son, cast)

    verified(hoa.page, chromium, sent, site)
    outsider(van, sent, own)


def direct(page: Page) -> None:
    """Công văn 688/SGDĐT-VP to the heads and the families of xã Đồng Sen: at once, and to be carried out."""
    page.goto("/soan")
    address_to(page, "Xã Đồng Sen")
    page.get_by_text("Cán bộ, nhân viên", exact=True).click()
    page.get_by_label("Số/ký hiệu").fill("688/SGDĐT-VP")
    page.get_by_label("Ngày ban hành").fill("2026-05-28")
    page.get_by_label("Người ký", exact=True).fill("Lê Thị Thu Hà")
    choose(page, "Độ khẩn", "Hỏa tốc")
    choose(page, "Loại", "Điều hành")
    write(page, title=TITLE, body=BODY)
    page.get_by_role("switch", name="Cần triển khai").click()
    expect(page.get_by_text("2 đơn vị phải triển khai")).to_be_visible()
    page.get_by_role("button", name="Trình duyệt").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Trình duyệt thông báo Hỏa tốc tới 3 hộ?")).to_be_visible()
    # Hoa and Dũng can be rung.
    expect(dialog.get_by_text("6 người · báo ngay trên máy 2")).to_be_visible()
    expect(dialog.get_by_text(BODY)).to_be_visible()
    confirm(page, "Trình duyệt")
    expect(page.get_by_role("heading", name="Đang chờ duyệt")).to_be_visible()


def answered_in_the_mountains(phone: Phone, push: dict[str, object]) -> dt.datetime:
    """It rings, the line goes, he taps "Đã rõ": kept on the telephone. When that was."""
    (shown,) = phone.hears(push)
    assert BODY in shown["body"]
    phone.page.context.set_offline(True)
    tapped = timezone.now()
    (note,) = phone.taps("acknowledge")
    assert note["body"] == "Đã ghi trên máy – sẽ gửi khi có mạng"
    return tapped


def answered_for_both_children(phone: Phone, push: dict[str, object]) -> None:
    """It rings, she opens it and says "Đã rõ" for each of her children."""
    (shown,) = phone.hears(push)
    page = phone.page
    page.goto(shown["url"])
    expect(page.get_by_text("HỎA TỐC").first).to_be_visible()
    expect(page.get_by_text(BODY)).to_be_visible()
    for child in ("Trần Minh An", "Trần Linh Chi"):
        row = page.get_by_role("listitem").filter(has_text=child)
        row.get_by_role("button", name="Đã rõ").click()
        expect(row.get_by_text("Đã rõ")).to_be_visible()


def passed_down(page: Page, sent: Broadcast) -> Broadcast:
    """The head confirms and passes it down in the school's own words; the school's notice."""
    page.goto(f"/thong-bao/{sent.pk}")
    page.get_by_role("list", name="Trả lời cho từng con").get_by_role("button", name="Xác nhận").click()
    page.get_by_role("button", name="Triển khai xuống").click()
    page.wait_for_url(re.compile(r"/soan/nhap/\d+$"))
    expect(page.get_by_text("688/SGDĐT-VP").first).to_be_visible()
    choose(page, "Độ khẩn", "Khẩn")
    page.get_by_label("Nội dung", exact=True).fill(INSTRUCTION)
    saved(page)
    page.get_by_role("button", name="Gửi ngay").click()
    confirm(page, "Gửi")
    expect(page.get_by_role("button", name="Hoàn tác")).to_be_visible()
    undo_is_over()
    page.wait_for_url(re.compile(r"/bang-dieu-hanh/\d+$"))
    return Broadcast.objects.get(relays=sent)


def asked_and_answered(parent: Page, teacher: Page, notice: Broadcast) -> None:
    """Hỏi riêng, and Trả lời chung, which the one who asked sees without a reload."""
    parent.goto(f"/thong-bao/{notice.pk}/hoi")
    parent.get_by_role("button", name=re.compile("An · 7A")).click()
    parent.get_by_role("textbox", name="Viết câu hỏi").fill(QUESTION)
    parent.get_by_role("button", name="Gửi").click()
    expect(parent.get_by_text("Đang chờ trả lời")).to_be_visible()
    teacher.goto(f"/them/cau-hoi/{notice.pk}")
    group = teacher.get_by_role("region").filter(has_text=QUESTION)
    group.get_by_role("button", name="Trả lời chung").click()
    dialog = teacher.get_by_role("dialog")
    dialog.get_by_label("Câu hỏi").fill(IN_GENERAL)
    dialog.get_by_label("Câu trả lời").fill(ANSWER)
    confirm(teacher, "Đăng")
    expect(parent.get_by_text(ANSWER)).to_be_visible()
    assert Question.objects.count() == 1


def all_reached(page: Page, cast: Cast) -> None:
    """Of the same people that were counted before sending one has not opened it: the clerk. The officer rings her."""
    page.get_by_role("button", name="Phủ tin").click()
    board = page.get_by_role("region", name="Đã tới").first
    expect(board.get_by_role("strong")).to_have_text("6/7")
    calls = page.get_by_role("complementary", name=re.compile("Danh sách cần gọi"))
    expect(calls.get_by_role("listitem")).to_have_count(1)
    calls.get_by_role("button", name=re.compile(cast.thu.name)).click()
    page.get_by_role("dialog").get_by_role("button", name="Đã gọi").click()
    expect(board.get_by_role("strong")).to_have_text("7/7")
    expect(page.get_by_text("Không còn ai cần gọi")).to_be_visible()


def verified(parent: Page, chromium: Chromium, sent: Broadcast, site: Server) -> None:
    """Whoever is sent the words elsewhere finds with the code on her screen that they are genuine, without app or script."""
    parent.goto(f"{site.url}/thong-bao/{sent.pk}")
    parent.get_by_text("Kiểm tra, chia sẻ, in").click()
    address = parent.locator("a[href*='/kt/']").first.get_attribute("href") or ""
    assert address == f"{site.url}/kt/{sent.code}"
    context = chromium.new_context(**{**PHONE, "java_script_enabled": False, "locale": "vi-VN"})
    try:
        page = context.new_page()
        page.goto(address)
        expect(page.get_by_text("Còn hiệu lực")).to_be_visible()
        expect(page.get_by_text("688/SGDĐT-VP")).to_be_visible()
        page.get_by_label("Dán đoạn chữ nhận được để so sánh").fill(BODY)
        page.get_by_role("button", name="So sánh").click()
        expect(page.get_by_text("KHỚP", exact=True)).to_be_visible()
    finally:
        context.close()


def outsider(page: Page, sent: Broadcast, own: Broadcast) -> None:
    """A guardian of another commune, who is one, has nothing in her list and is refused by address and by request."""
    assert not sent.receipts.filter(person__name="Hà Thị Vân").exists()
    expect(page.get_by_text("Chưa có thông báo")).to_be_visible()
    for notice in (sent, own):
        page.goto(f"/thong-bao/{notice.pk}")
        expect(page.get_by_text("Không có nội dung này")).to_be_visible()
        for door in ("", "/questions", "/reach", "/cascade"):
            path = f"/api/broadcasts/{notice.pk}{door}"
            answer = page.evaluate("path => fetch(path).then(answer => answer.status)", path)
            assert answer == 404, path
    assert not Draft.objects.exclude(state="left").exists()
