"""The clerk prints activation sheets of a class from the app, sees who has activated, and takes one back."""

import io
from collections.abc import Callable

import pypdf
from playwright.sync_api import Page, expect

from tests.cast import Cast
from tests.letters.test_letters import CODE, look
from tests.wire import Server


def test_the_clerk_prints_a_class_and_takes_one_sheet_back(
    committed_cast: Cast, site: Server, person: Callable[..., Page]
) -> None:
    thu = person("thu")
    thu.goto("/them")
    thu.get_by_role("link", name="Phiếu kích hoạt").click()
    # She has one school, and so is there at once.
    expect(thu.get_by_text("Trường TH&THCS Đồng Sen")).to_be_visible()
    thu.get_by_role("link", name="7A").click()
    expect(thu.get_by_text("Phạm Thị Hoa")).to_be_visible()

    with thu.expect_download() as saved:
        thu.get_by_role("button", name="In 4 phiếu còn thiếu").click()
    assert saved.value.suggested_filename.endswith(".pdf")
    pages = pypdf.PdfReader(io.BytesIO(saved.value.path().read_bytes())).pages
    codes = CODE.findall("".join(page.extract_text() for page in pages))
    assert len(codes) == 4
    expect(thu.get_by_text("Mọi người đã có tài khoản hoặc phiếu còn hạn.")).to_be_visible()
    expect(thu.get_by_text("Đã in phiếu đến")).to_have_count(4)

    hoa = thu.get_by_role("listitem").filter(has_text="Phạm Thị Hoa")
    hoa.get_by_role("button", name="Thu lại").click()
    thu.get_by_role("dialog").get_by_role("button", name="Thu lại").click()
    expect(hoa.get_by_text("Chưa có phiếu")).to_be_visible()
    assert sorted(look(code) for code in codes) == [200, 200, 200, 410]


def test_a_teacher_finds_no_way_there(committed_cast: Cast, site: Server, person: Callable[..., Page]) -> None:
    lan = person("lan")
    lan.goto("/them")
    expect(lan.get_by_role("link", name="Thiết bị đăng nhập")).to_be_visible()
    expect(lan.get_by_text("Phiếu kích hoạt")).to_have_count(0)
    lan.goto(f"/them/phieu-kich-hoat/{committed_cast.school.pk}")
    expect(lan.get_by_text("không mở cho tài khoản này")).to_be_visible()
    expect(lan.get_by_text("Phạm Thị Hoa")).to_have_count(0)
