"""The roots of the last days on a sheet: printed, signed and locked away, they tell for ever whether anything was changed."""

from collections.abc import Sequence

from django.utils import timezone

from broadcasts.evidence.paper import words
from broadcasts.evidence.paper.page import FACE, TEXT, Page
from registry.audit import Root


def roots_sheet(roots: Sequence[Root]) -> bytes:
    """The sheet as a PDF, the newest day first."""
    now = words.time(timezone.now())
    page = Page("Đầu nhật ký theo ngày", f"Đầu nhật ký, in lúc {now}")
    page.heading("ĐẦU NHẬT KÝ THEO NGÀY")
    page.text_block(
        "Mỗi dòng nhật ký mang mã băm của dòng trước. Giữ tờ này ở nơi khác: về sau, nếu một dòng nào tới ngày đó bị sửa, "
        "bị xóa hay bị viết lại, mã băm dưới đây không còn trong nhật ký nữa."
    )
    page.text_block("Kiểm tra trên máy chủ: manage.py verify_audit --root MÃ_BĂM", size=10, after=1)
    if not roots:
        page.part("Chưa có dòng nào trong những ngày này")
    for root in reversed(roots):
        page.part(f"{words.day(root.day)}, tới dòng {words.number(root.line)}")
        page.digest("Mã băm", root.digest)
    _signed(page, now)
    return bytes(page.output())


def _signed(page: Page, now: str) -> None:
    if page.will_page_break(40):
        page.add_page()
    page.ln(8)
    page.set_font(FACE, "", 10)
    page.cell(TEXT / 2, 5, f"In lúc {now}")
    page.cell(TEXT / 2, 5, "Người giữ (ký, ghi rõ họ tên)", align="C")
