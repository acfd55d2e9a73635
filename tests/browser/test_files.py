"""Files of a notice: picked or dropped by who writes it, and loaded by a family only when somebody asks for them."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, Request, expect

from broadcasts.models import Attachment, Draft
from tests.browser.conftest import Publish
from tests.cast import Cast
from tests.files import making
from tests.files.laying import laid
from tests.wire import Server

FILES = re.compile(r"/api/broadcasts/files/")


def picked(name: str, data: bytes, kind: str) -> dict[str, object]:
    """A file as the dialog of the system gives it."""
    return {"name": name, "mimeType": kind, "buffer": data}


def document(name: str = "Công văn 688.pdf") -> dict[str, object]:
    return picked(name, making.pdf(making.document(pages=2)), "application/pdf")


def choose(page: Page, *files: dict[str, object]) -> None:
    """Press the button and pick these."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Chọn tệp").click()
    chooser.value.set_files(list(files))  # type: ignore[arg-type]


def test_files_are_attached_ordered_refused_and_removed_on_a_phone(
    committed_cast: Cast, site: Server, person: Callable[..., Page]
) -> None:
    lan = person("lan")
    lan.goto("/soan")
    group = lan.get_by_role("group", name="Tệp đính kèm")
    rows = group.get_by_role("listitem")
    photograph = picked("IMG_0001.jpg", making.saved(making.noise(1_600, 1_200)), "image/jpeg")
    choose(lan, document(), photograph)
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("Công văn 688.pdf")
    expect(rows.nth(0)).to_contain_text(re.compile(r"PDF · 2 trang · \d+ KB"))
    expect(rows.nth(1)).to_contain_text("Ảnh · ")
    assert Attachment.objects.count() == 2

    choose(lan, picked("bang-diem.pdf", making.archive(), "application/pdf"))
    expect(rows.nth(2).get_by_role("alert")).to_contain_text("không đúng như tên tệp")
    # Asking again would change nothing.
    expect(rows.nth(2).get_by_role("button", name="Thử lại")).to_have_count(0)
    rows.nth(2).get_by_role("button", name="Bỏ tệp bang-diem.pdf").click()
    expect(rows).to_have_count(2)

    group.get_by_role("button", name="Đưa tệp IMG_0001.jpg lên trên").click()
    expect(rows.nth(0)).to_contain_text("IMG_0001.jpg")
    rows.nth(1).get_by_role("button", name="Bỏ tệp Công văn 688.pdf").click()
    expect(rows).to_have_count(1)
    assert lan.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # They are part of the draft, on this phone and on the server.
    def held() -> bool:
        drafts = Draft.objects.filter(author=committed_cast.lan)
        return [*drafts.values_list("attachments__name", flat=True)] == ["IMG_0001.jpg"]

    for _attempt in range(100):
        if held():
            break
        lan.wait_for_timeout(100)
    assert held()
    lan.reload()
    expect(rows).to_have_count(1)


def test_a_line_that_broke_is_told_and_tried_again(
    committed_cast: Cast, site: Server, person: Callable[..., Page]
) -> None:
    lan = person("lan", desk=True)
    lan.goto("/soan")
    rows = lan.get_by_role("group", name="Tệp đính kèm").get_by_role("listitem")
    lan.route("**/api/broadcasts/files", lambda route: route.abort())
    choose(lan, document())
    expect(rows.get_by_role("alert")).to_contain_text("Máy chủ chưa trả lời")
    lan.unroute("**/api/broadcasts/files")
    rows.get_by_role("button", name="Thử lại").click()
    expect(rows.get_by_role("link")).to_contain_text("PDF · 2 trang")


def test_five_files_and_no_more(committed_cast: Cast, site: Server, person: Callable[..., Page]) -> None:
    lan = person("lan", desk=True)
    lan.goto("/soan")
    group = lan.get_by_role("group", name="Tệp đính kèm")
    choose(lan, *(document(f"{number}.pdf") for number in range(6)))
    expect(group.get_by_text("tối đa 5 tệp")).to_be_visible()
    expect(group.get_by_role("link")).to_have_count(5, timeout=30_000)
    expect(group.get_by_role("button", name="Chọn tệp")).to_have_count(0)


def test_a_family_sees_what_it_takes_before_anything_is_loaded(
    committed_cast: Cast, site: Server, person: Callable[..., Page], publish: Publish
) -> None:
    cast = committed_cast
    lan = person("lan", desk=True)
    lan.goto("/soan")
    choose(lan, document(), picked("so-do.jpg", making.saved(making.noise(1_600, 1_200)), "image/jpeg"))
    rows = lan.get_by_role("group", name="Tệp đính kèm").get_by_role("listitem")
    expect(rows.get_by_role("link")).to_have_count(2)
    ids = list(Attachment.objects.order_by("pk").values_list("pk", flat=True))
    # What is held by the draft on this desk, which is saved and closed, is let go, to be sent from elsewhere.
    expect(lan.get_by_text("Đã lưu nháp")).to_be_visible()
    lan.close()
    Attachment.objects.update(draft=None)
    number = publish("lan", {"class": cast.class_7a.pk}, attachments=ids)

    hoa = person("hoa")
    loaded: list[str] = []

    def note(request: Request) -> None:
        if FILES.search(request.url):
            loaded.append(request.url.partition("/api/")[2])

    hoa.context.on("request", note)
    hoa.goto("/thong-bao")
    expect(hoa.get_by_role("article").get_by_text("2 tệp đính kèm")).to_be_visible()
    hoa.goto(f"/thong-bao/{number}")
    listed = hoa.get_by_role("region", name="Tệp đính kèm").get_by_role("listitem")
    expect(listed).to_have_count(2)
    expect(listed.nth(0).get_by_role("link")).to_have_attribute("href", f"/api/broadcasts/files/{ids[0]}")
    expect(listed.nth(1)).to_contain_text(re.compile(r"Ảnh · [\d.,]+ (KB|MB)"))
    assert loaded == []

    listed.nth(1).get_by_role("button", name=re.compile("Xem ảnh")).click()
    image = listed.nth(1).get_by_role("img")
    expect(image).to_be_visible()
    expect(image).to_have_js_property("naturalWidth", 640)
    assert loaded == [f"broadcasts/files/{ids[1]}?width=640"]
    assert hoa.evaluate("document.documentElement.scrollWidth <= innerWidth")
    listed.nth(1).get_by_role("button", name=re.compile("Thu lại")).click()
    expect(image).to_have_count(0)


def test_a_picture_whose_right_ended_says_so(
    committed_cast: Cast, site: Server, person: Callable[..., Page], publish: Publish
) -> None:
    cast = committed_cast
    mine = laid(cast.lan, data=making.photograph())
    Attachment.objects.update(media_type="image/jpeg", name="anh.jpg", pages=None, width=80, height=60)
    number = publish("lan", {"class": cast.class_7a.pk}, attachments=[mine.pk])
    hoa = person("hoa")
    hoa.goto(f"/thong-bao/{number}")
    row = hoa.get_by_role("region", name="Tệp đính kèm").get_by_role("listitem")
    expect(row).to_be_visible()
    hoa.route(f"**/api/broadcasts/files/{mine.pk}?width=640", lambda route: route.fulfill(status=404))
    row.get_by_role("button", name=re.compile("Xem ảnh")).click()
    expect(row.get_by_role("alert")).to_contain_text("Chưa tải được ảnh này")
