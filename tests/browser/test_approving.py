"""Two people: an officer writes, another one decides on a browser of their own, and then a parent has it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from broadcasts.models import Broadcast, Draft
from tests.browser.axe import faults
from tests.browser.writing import BODY, LEAVES, TITLE, address_to, confirm, officer, officer_at_the_door, write
from tests.cast import Cast
from tests.wire import Server

Open = Callable[..., Page]
REASON = "Nước lên rất nhanh, không gọi được ai của Sở."


@pytest.fixture
def son(committed_cast: Cast, site: Server, person: Open) -> Page:
    """The officer who writes, at his desk."""
    return officer(person(desk=True), committed_cast, "son")


def submit(page: Page, *, urgency: str = "") -> Draft:
    """To every school of the Sở: more than one, so another person has to look."""
    page.goto("/soan")
    address_to(page, "Sở Giáo dục")
    if urgency:
        page.get_by_text(urgency, exact=True).click()
    write(page)
    page.get_by_role("button", name="Trình duyệt").click()
    expect(page.get_by_role("dialog").get_by_text(BODY)).to_be_visible()
    confirm(page, "Trình duyệt")
    expect(page.get_by_role("heading", name="Đang chờ duyệt")).to_be_visible()
    return Draft.objects.get(state=Draft.State.SUBMITTED)


def test_another_officer_approves_and_every_parent_has_it(
    committed_cast: Cast, site: Server, person: Open, son: Page
) -> None:
    cast = committed_cast
    ha, phuc = officer(person(), cast, "ha"), officer(person(desk=True), cast, "phuc")
    hoa, van = person("hoa"), person("van")
    hoa.goto("/thong-bao")
    van.goto("/thong-bao")
    ha.goto("/thong-bao")
    draft = submit(son)
    assert faults(son, "waiting for approval") == []
    assert not Broadcast.objects.exists()

    # It is told without a reload, and leads to the exact text and numbers.
    ha.get_by_role("button", name="Xem", exact=True).click()
    ha.get_by_role("link", name=TITLE).click()
    expect(ha.get_by_text(BODY)).to_be_visible()
    expect(ha.get_by_role("region", name="Tầm ảnh hưởng").first).to_be_visible()
    ha.get_by_text("Sau khi gửi").click()
    expect(ha.get_by_role("list", name=re.compile("^Thường: ")).first).to_be_visible()
    assert faults(ha, "deciding") == []
    ha.get_by_role("button", name="Duyệt", exact=True).click()
    confirm(ha, "Duyệt")
    expect(ha.get_by_role("heading", name="Đã duyệt")).to_be_visible()

    # Its author still has the seconds of undo before it goes.
    expect(son.get_by_role("button", name="Hoàn tác")).to_be_visible()
    for parent in (hoa, van):
        expect(parent.get_by_role("article").filter(has_text=TITLE)).to_be_visible(timeout=LEAVES)
    expect(son).to_have_url(re.compile(r"/bang-dieu-hanh/\d+$"), timeout=LEAVES)
    broadcast = Broadcast.objects.get()
    assert (broadcast.author_id, broadcast.approved_by_id) == (cast.son.pk, cast.ha.pk)

    # The officer of one commune below never decides for the Sở.
    phuc.goto(f"/them/duyet/{draft.pk}")
    expect(phuc.get_by_text("Không còn chờ duyệt")).to_be_visible()


def test_flash_leaves_as_it_is_approved(committed_cast: Cast, site: Server, person: Open, son: Page) -> None:
    ha, hoa = officer(person(desk=True), committed_cast, "ha"), person("hoa")
    hoa.goto("/thong-bao")
    draft = submit(son, urgency="Hỏa tốc")
    ha.goto(f"/them/duyet/{draft.pk}")
    ha.get_by_role("button", name="Duyệt", exact=True).click()
    expect(ha.get_by_role("dialog").get_by_text("không hoàn tác được")).to_be_visible()
    confirm(ha, "Duyệt")
    expect(ha.get_by_role("heading", name="Đã duyệt")).to_be_visible()
    assert Broadcast.objects.get().urgency == "hoa_toc"
    expect(hoa.get_by_text("HỎA TỐC")).to_be_visible()


def test_declined_it_comes_back_with_the_reason_first(
    committed_cast: Cast, site: Server, person: Open, son: Page
) -> None:
    ha = officer(person(desk=True), committed_cast, "ha")
    draft = submit(son)
    ha.goto(f"/them/duyet/{draft.pk}")
    ha.get_by_role("button", name="Từ chối").click()
    ha.get_by_role("dialog").get_by_label("Lý do").fill("Sai ngày nghỉ: phải là thứ Năm.")
    confirm(ha, "Từ chối")
    expect(ha.get_by_text("Đã từ chối")).to_be_visible()
    # The page that waited is the form again, with why.
    expect(son.get_by_text("Sai ngày nghỉ: phải là thứ Năm.")).to_be_visible()
    expect(son.get_by_label("Trích yếu", exact=True)).to_have_value(TITLE)
    son.goto("/soan/nhap")
    expect(son.get_by_role("heading", level=2).first).to_have_text("Trả lại để sửa")
    assert not Broadcast.objects.exists()


def test_the_author_cannot_approve_in_another_name_on_the_same_browser(
    committed_cast: Cast, site: Server, person: Open
) -> None:
    son = officer_at_the_door(person(desk=True), committed_cast, "son")
    draft = submit(son)
    son.goto("/them")
    son.get_by_role("button", name="Đăng xuất khỏi máy này").click()
    with son.expect_response(lambda answer: answer.request.method == "DELETE") as left:
        confirm(son, "Đăng xuất")
    # Who comes next does so when it is over: with the answer the browser clears what is kept here.
    left.value.finished()
    son.wait_for_url(re.compile("/k$|/dang-nhap"))
    officer_at_the_door(son, committed_cast, "ha")
    son.goto(f"/them/duyet/{draft.pk}")
    son.get_by_role("button", name="Duyệt", exact=True).click()
    confirm(son, "Duyệt")
    expect(son.get_by_text("Hãy đăng nhập trên thiết bị khác")).to_be_visible()
    assert not Broadcast.objects.exists()


def test_breaking_the_glass_sends_at_once_and_is_reported(
    committed_cast: Cast, site: Server, person: Open, son: Page
) -> None:
    ha, hoa = officer(person(desk=True), committed_cast, "ha"), person("hoa")
    hoa.goto("/thong-bao")
    submit(son, urgency="Hỏa tốc")
    son.get_by_role("button", name="Phá kính").click()
    dialog = son.get_by_role("dialog")
    send = dialog.get_by_role("button", name="Gửi không chờ duyệt")
    dialog.get_by_label("Lý do").fill("Gấp quá")
    expect(send).to_be_disabled()
    dialog.get_by_label("Lý do").fill(REASON)
    assert faults(son, "breaking the glass") == []
    send.click()
    expect(hoa.get_by_role("article").filter(has_text=TITLE)).to_be_visible()
    assert Broadcast.objects.get().broke_glass_reason == REASON
    ha.goto("/them/duyet")
    expect(ha.get_by_role("heading", name="Đã gửi không qua duyệt")).to_be_visible()
    expect(ha.get_by_text(REASON)).to_be_visible()
    assert faults(ha, "a report") == []
