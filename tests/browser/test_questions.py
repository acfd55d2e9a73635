"""Parents ask on their phones, one of them without a line; the teacher answers all at once; nobody's name stands there."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from broadcasts.models import PublicAnswer, Question
from rooms.models import Message
from tests.cast import Cast

HERS, HIS = "Mấy giờ các con tập trung ạ?", "Cô ơi giờ tập trung là mấy giờ?"
GENERAL, ANSWER = "Mấy giờ tập trung?", "7 giờ 15, ở sân trường."


def test_two_ask_and_all_are_answered(
    committed_cast: Cast, person: Callable[..., Page], publish: Callable[..., int]
) -> None:
    cast = committed_cast
    notice = publish("lan", {"class": cast.class_7a.pk}, title="Đi tham quan", body="Sáng thứ Bảy, mang áo mưa.")
    hoa, dung, lan = person("hoa"), person("dung"), person("lan")

    # Without a line it is kept, and goes out by itself.
    hoa.goto(f"/thong-bao/{notice}")
    hoa.get_by_role("link", name="Hỏi riêng").click()
    field = hoa.get_by_role("textbox", name="Viết câu hỏi")
    expect(field).to_be_visible()
    hoa.context.set_offline(True)
    field.fill(HERS)
    hoa.get_by_role("button", name="Gửi").click()
    expect(hoa.get_by_role("heading", name="Đi tham quan")).to_be_visible()
    expect(hoa.get_by_text(HERS)).to_be_visible()
    assert not Message.objects.exists()
    hoa.context.set_offline(False)
    expect(hoa.get_by_text("Đang chờ trả lời")).to_be_visible()
    assert Question.objects.count() == 1

    dung.goto(f"/thong-bao/{notice}/hoi")
    dung.get_by_role("textbox", name="Viết câu hỏi").fill(HIS)
    dung.get_by_role("button", name="Gửi").click()
    expect(dung.get_by_text("Đang chờ trả lời")).to_be_visible()

    lan.goto("/them/cau-hoi")
    row = lan.get_by_role("link").filter(has_text="Đi tham quan")
    expect(row.get_by_text("2 câu hỏi chờ")).to_be_visible()
    row.click()
    group = lan.get_by_role("region").filter(has_text="2 câu hỏi giống nhau")
    expect(group.get_by_text("Phạm Thị Hoa")).to_be_visible()
    group.get_by_role("button", name="Trả lời chung").click()
    dialog = lan.get_by_role("dialog")
    dialog.get_by_label("Câu hỏi").fill("Cháu An hỏi mấy giờ?")
    dialog.get_by_label("Câu trả lời").fill(ANSWER)
    dialog.get_by_role("button", name="Đăng").click()
    expect(dialog.get_by_role("alert")).to_contain_text("hãy bỏ tên đi")
    assert not PublicAnswer.objects.exists()
    dialog.get_by_label("Câu hỏi").fill(GENERAL)
    dialog.get_by_role("button", name="Đăng").click()
    expect(dialog).to_have_count(0)
    expect(lan.get_by_text("trả lời 2 câu hỏi")).to_be_visible()

    # By itself, under the notice of whoever asked.
    for page in (hoa, dung):
        expect(page.get_by_text(ANSWER)).to_be_visible()
        expect(page.get_by_text("Giáo viên lớp 7A")).to_be_visible()
        expect(page.get_by_text("Trả lời câu hỏi của quý phụ huynh")).to_be_visible()
    section = dung.get_by_role("region", name="Hỏi và trả lời")
    expect(section).not_to_contain_text("Hoa")
    expect(section).not_to_contain_text(HERS)

    # The conversation shows what was asked about, to both sides.
    room = Question.objects.get(asker=cast.hoa).room_id
    for page in (hoa, lan):
        page.goto(f"/tin-nhan/{room}")
        expect(page.get_by_role("link").filter(has_text="Đi tham quan")).to_contain_text("Đã trả lời chung")


def test_another_class_reads_nothing(
    committed_cast: Cast, person: Callable[..., Page], publish: Callable[..., int]
) -> None:
    notice = publish("lan", {"class": committed_cast.class_7a.pk})
    van, quang = person("van"), person("quang")
    for page, path in ((van, f"/thong-bao/{notice}/hoi"), (quang, f"/them/cau-hoi/{notice}")):
        page.goto(path)
        expect(page.get_by_text("Không có nội dung này")).to_be_visible()
