"""The evidence of one notice, to be read: the notice, who decided, how many it reached, what was done with it, and the
digests that tie the sheet to the package that it lies in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from broadcasts.counting import Totals
from broadcasts.evidence.paper import words
from broadcasts.evidence.paper.page import MARGIN, QR, WIDTH, Page
from broadcasts.models import Broadcast, Contact, Urgency
from broadcasts.models.words import Kind
from broadcasts.verifying import codes
from broadcasts.verifying.sharing import address_of, reference_of
from broadcasts.verifying.standing import Standing
from registry.models import AuditLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the sheet tells."""

    broadcast: Broadcast
    standing: Standing
    totals: Totals
    lines: Sequence[AuditLine]
    # The newest line of the whole trail when the sheet was made.
    root: AuditLine | None
    # SHA-256 of the files beside it in the package, by name.
    digests: Mapping[str, str]
    public_key: str


def notice_sheet(told: Told) -> bytes:
    """The sheets as a PDF. What programs compare stands in its keywords too: the digests of the files beside it."""
    broadcast = told.broadcast
    code = codes.grouped(broadcast.code) if broadcast.code else ""
    page = Page("Bằng chứng của một thông báo", f"Bằng chứng thông báo {code or f'số {broadcast.pk}'}")
    page.set_keywords(" ".join(told.digests.values()))
    _head(page, told, code)
    _text(page, broadcast)
    _decision(page, broadcast)
    _reach(page, told)
    _acts(page, told.lines)
    _seal(page, told)
    return bytes(page.output())


def _head(page: Page, told: Told, code: str) -> None:
    broadcast = told.broadcast
    top = page.get_y()
    if broadcast.code:
        page.qr(address_of(broadcast.code), x=WIDTH - MARGIN - QR, y=top)
        page.set_right_margin(MARGIN + QR + 6)
    page.heading("BẰNG CHỨNG CỦA THÔNG BÁO", above=broadcast.issuer_name)
    if code and broadcast.code:
        page.text_block(f"Mã kiểm tra {code}", size=12, bold=True)
        page.text_block(address_of(broadcast.code), size=10)
    page.set_right_margin(MARGIN)
    page.set_y(max(page.get_y(), top + (QR if broadcast.code else 0)) + 1)
    status = words.STATUS[told.standing.status]
    newer = codes.grouped(told.standing.newer_code) if told.standing.newer_code else ""
    page.facts(
        [
            ("Hiệu lực", " ".join(filter(None, (status, words.time(told.standing.since))))),
            ("Bản thay cho nó", newer),
            ("Bản thứ", str(broadcast.version) if broadcast.version > 1 else ""),
            ("Diễn tập", "Đây là diễn tập" if broadcast.is_exercise else ""),
        ]
    )


def _text(page: Page, broadcast: Broadcast) -> None:
    page.part("1. Thông báo")
    page.facts(
        [
            ("Số, ký hiệu", reference_of(broadcast)),
            ("Ngày ban hành", words.day(broadcast.issued_on)),
            ("Phát hành lúc", words.time(broadcast.published_at)),
            ("Loại, độ khẩn", f"{Kind(broadcast.kind).label}, {Urgency(broadcast.urgency).label.lower()}"),
            ("Người ký", " ".join(filter(None, (broadcast.signer_position, broadcast.signer_name)))),
            ("Hạn xác nhận", words.time(broadcast.acknowledge_by)),
            ("Hạn hoàn thành", words.time(broadcast.carry_out_by)),
        ]
    )
    page.ln(2)
    page.text_block(broadcast.title, size=13, bold=True, after=1)
    page.text_block(broadcast.body)
    for one in broadcast.attachments.all():
        page.text_block(f"Tệp kèm theo: {one.name} ({words.number(one.size)} byte)", size=9.5)


def _decision(page: Page, broadcast: Broadcast) -> None:
    page.part("2. Quyết định")
    broken = broadcast.broke_glass_reason
    page.facts(
        [
            ("Người soạn", words.who(broadcast.author_id)),
            ("Người duyệt", words.who(broadcast.approved_by_id) if broadcast.approved_by_id else "không cần duyệt"),
            ("Duyệt lúc", words.time(broadcast.approved_at)),
        ]
        if not broken
        else [
            ("Người soạn", words.who(broadcast.author_id)),
            ("Phá kính", f"gửi không chờ người thứ hai, lý do: {broken}"),
        ]
    )


def _reach(page: Page, told: Told) -> None:
    page.part("3. Đã tới ai")
    totals = told.totals
    by_hand = Contact.objects.filter(broadcast=told.broadcast, withdrawn_at__isnull=True).count()
    page.facts(
        [
            ("Người nhận", words.number(totals["recipients"])),
            ("Máy đã nhận", words.number(totals["delivered"])),
            ("Đã xem", words.number(totals["seen"])),
            ("Đã xác nhận", f"{words.number(totals['acknowledged'])}/{words.number(totals['wanted'])}"),
            ("Báo trực tiếp", words.number(by_hand) if by_hand else ""),
            ("Đơn vị", f"{words.number(totals['units_done'])}/{words.number(totals['units'])} đã xác nhận đủ"),
        ]
    )


def _acts(page: Page, lines: Sequence[AuditLine]) -> None:
    page.part("4. Sổ các việc đã làm")
    if not lines:
        page.text_block("Không có việc nào được ghi.")
    for line in lines:
        if page.will_page_break(11):
            page.add_page()
        said = f"{words.time(line.at)}   {words.act(line.act)}, {words.who(line.actor_id)}"
        page.text_block(said, size=10)
        page.text_block(f"dòng {line.pk}, mã băm {line.digest}", size=7.5, after=0.8)


def _seal(page: Page, told: Told) -> None:
    page.part("5. Đầu nhật ký và khóa")
    if told.root:
        page.facts([("Dòng cuối nhật ký", f"số {told.root.pk}, {words.time(told.root.at)}")])
        page.digest("Mã băm của dòng đó", told.root.digest)
    for name, digest in sorted(told.digests.items()):
        page.digest(f"SHA-256 {name}", digest)
    page.facts([("Khóa công khai", told.public_key)])
    page.ln(1)
    page.text_block(
        "Bản này đi cùng gói bằng chứng có niêm phong. Kiểm tra trên máy bất kỳ, không cần mạng: python3 verify.py. "
        "Người được ghi bằng số; tên chỉ xem được trên máy chủ, theo quyền.",
        size=9.5,
    )
