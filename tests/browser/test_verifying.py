"""A notice that is passed on: checked without the app and without scripts; and its evidence, taken away by the head."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from broadcasts.evidence import verify
from tests.broadcasts.writing import publish
from tests.browser.writing import officer
from tests.cast import Cast
from tests.wire import Server

TITLE = "Nghỉ học do mưa lũ"
BODY = "Ngày mai học sinh nghỉ học.\nNộp tiền ăn: chuyển khoản STK 1234567890123."


def test_a_parent_shares_it_and_somebody_without_the_app_finds_it_changed(
    committed_cast: Cast, site: Server, person: Callable[..., Page], chromium: Browser, tmp_path: Path
) -> None:
    cast = committed_cast
    sent = publish(cast.hanh, cast.school, roles=["guardians"], title=TITLE, body=BODY)
    hoa = person("hoa", permissions=["clipboard-read", "clipboard-write"])
    hoa.goto(f"/thong-bao/{sent.pk}")
    expect(hoa.get_by_text("Thông báo này có nói đến tiền.")).to_be_visible()
    hoa.get_by_text("Kiểm tra, chia sẻ, in").click()
    code = sent.code or ""
    expect(hoa.get_by_text(f"{code[:5]} {code[5:]}").first).to_be_visible()
    qr = hoa.get_by_alt_text("Mã QR để kiểm tra thông báo")
    expect(qr).to_be_visible()
    assert qr.evaluate("async (picture) => { await picture.decode(); return picture.naturalWidth; }") > 100
    hoa.get_by_role("button", name="Sao chép").click()
    with hoa.expect_download() as drawn:
        hoa.get_by_role("button", name="Ảnh có mã").click()
    card = tmp_path / "card.png"
    drawn.value.save_as(card)
    with Image.open(card) as picture:
        assert (picture.width, picture.format) == (1080, "PNG")
    shared = hoa.evaluate("navigator.clipboard.readText()")
    address = shared.splitlines()[-1]
    assert address == f"{site.url}/kt/{code}"

    # Also on her own phone, where the app answers every page that is its own.
    hoa.goto(address)
    expect(hoa.get_by_text("Còn hiệu lực")).to_be_visible()

    context = chromium.new_context(java_script_enabled=False, locale="vi-VN", viewport={"width": 360, "height": 640})
    try:
        nobody = context.new_page()
        nobody.goto(address)
        expect(nobody.get_by_role("heading", name=TITLE)).to_be_visible()
        expect(nobody.get_by_text("Thông báo này có nói đến tiền.")).to_be_visible()
        assert nobody.evaluate("document.documentElement.scrollWidth") <= 360
        # What stands beside the QR would be squeezed to a letter a line.
        assert nobody.locator("dd").first.evaluate("one => one.clientWidth") > 150
        box = nobody.get_by_label("Dán đoạn chữ nhận được để so sánh")
        box.fill(BODY)
        nobody.get_by_role("button", name="So sánh").click()
        expect(nobody.get_by_text("KHỚP", exact=True)).to_be_visible()
        box.fill(BODY.replace("1234567890123", "1234567890124"))
        nobody.get_by_role("button", name="So sánh").click()
        expect(nobody.get_by_text("KHÔNG KHỚP")).to_be_visible()
        expect(nobody.locator("mark")).to_have_text("1234567890124.")
        for who in ("hoa", "an", "binh", "hanh"):
            expect(nobody.get_by_text(cast.people()[who].name)).to_have_count(0)
    finally:
        context.close()


def test_the_head_reads_what_was_done_and_takes_the_evidence_away(
    committed_cast: Cast, site: Server, person: Callable[..., Page], tmp_path: Path
) -> None:
    cast = committed_cast
    sent = publish(cast.hanh, cast.school, roles=["guardians"], title=TITLE, body=BODY)
    hanh = officer(person(), cast, "hanh")
    hanh.goto(f"/bang-dieu-hanh/{sent.pk}")
    hanh.get_by_role("button", name="Nhật ký, bằng chứng").click()
    expect(
        hanh.get_by_role("listitem").filter(has_text="Gửi thông báo").filter(has_text=cast.hanh.name)
    ).to_be_visible()
    with hanh.expect_download() as started:
        hanh.get_by_role("link", name="Tải gói bằng chứng").click()
    kept = tmp_path / "goi.zip"
    started.value.save_as(kept)
    assert started.value.suggested_filename == f"bang-chung-{sent.code}.zip"
    assert zipfile.is_zipfile(io.BytesIO(kept.read_bytes()))
    assert list(verify.check(verify.read(kept), None)) == []
    # The log of her unit has it too, and leads back.
    hanh.goto("/them")
    hanh.get_by_role("link", name="Nhật ký").click()
    hanh.get_by_label("Việc").select_option(label="Tải về, in")
    expect(hanh.get_by_role("listitem").filter(has_text="Gửi thông báo")).to_have_count(0)
    hanh.get_by_role("listitem").filter(has_text="Tải gói bằng chứng").get_by_role("link", name=TITLE).click()
    expect(hanh.get_by_role("link", name="Tải gói bằng chứng")).to_be_visible()
    # Whoever only received it has no way there.
    hoa = person("hoa")
    hoa.goto(f"/them/nhat-ky/{sent.pk}")
    expect(hoa.get_by_text(TITLE)).to_have_count(0)
    expect(hoa.get_by_role("link", name="Tải gói bằng chứng")).to_have_count(0)
