"""Which notices want a second person before they leave. Nothing here asks anybody or reads anything but what is given."""

import re
import unicodedata
from enum import StrEnum

from broadcasts.content import Content
from broadcasts.models import Urgency
from registry.text import fold

# The default: whoever speaks to more than one school does not do so alone.
SCHOOLS_ALONE = 1
RUSHED = frozenset({Urgency.VERY_URGENT, Urgency.FLASH})


class Why(StrEnum):
    """Why a notice wants a second person."""

    SCHOOLS = "schools"
    URGENCY = "urgency"
    MONEY = "money"
    # What it corrects needed one.
    CORRECTS = "corrects"


def reasons(content: Content, *, schools: int, is_as_before: bool = False) -> list[Why]:
    """Why this content, which reaches so many schools, wants a second person; none: its author sends it alone.
    `is_as_before`: it corrects a notice that had one, or left without by breaking the glass."""
    found = {
        Why.SCHOOLS: schools > SCHOOLS_ALONE,
        Why.URGENCY: content.urgency in RUSHED,
        Why.MONEY: asks_for_money(content.title, content.body),
        Why.CORRECTS: is_as_before,
    }
    return [why for why, holds in found.items() if holds]


def asks_for_money(*texts: str) -> bool:
    """Whether a text speaks of paying: a way to pay, a sum, or what could be the number of a bank account. Rather once
    too often: a colleague's look costs a minute, and notices that ask for money are what is forged."""
    plain = " ".join(map(_plain, texts))
    return bool(
        _PAYING.search(plain)
        or _SUM.search(plain)
        or any(map(_may_be_account, _DIGITS.findall(_ABROAD.sub("", plain))))
    )


def _plain(text: str) -> str:
    """In small letters, one space between words, and without what cannot be seen: a joiner in a word hides nothing."""
    seen = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    return " ".join(seen.casefold().split())


def _may_be_account(digits: str) -> bool:
    number = re.sub(r"\D", "", digits)
    return ACCOUNT_DIGITS[0] <= len(number) <= ACCOUNT_DIGITS[1] and not _PHONE.fullmatch(number)


# Numbers of accounts in Vietnam have 9 to 19 digits; those of telephones 10 or 11 with a nought or 84 before them, and
# 1800 and 1900 lines 8 or 10.
ACCOUNT_DIGITS = (9, 19)
_DIGITS = re.compile(r"(?<![\d/])\d{3,}(?:[ .-]\d{3,})*(?![\d/])")
_PHONE = re.compile(r"0\d{9,10}|84\d{9,10}|1[89]00\d{4,6}")
_ABROAD = re.compile(r"\+84(?:[ .-]?\d){9,10}")
# With their tones or with none at all; never folded, or "cô Thanh Toàn" would be paying ("thanh toán").
_WAYS_TO_PAY = (
    "chuyển khoản", "chuyển tiền", "nộp tiền", "đóng tiền", "gửi tiền", "thu tiền", "nộp học phí", "đóng học phí",
    "nộp kinh phí", "nộp lệ phí", "thanh toán", "số tài khoản", "stk", "tài khoản ngân hàng", "người thụ hưởng",
    "đơn vị thụ hưởng", "ví điện tử", "mã qr chuyển", "mã qr nộp", "momo", "zalopay", "vnpay", "viettel money", "vietqr",
    "bank account", "bank transfer", "account number", "transfer money", "pay the fee",
)  # fmt: skip
_PAYING = re.compile(r"\b(?:" + "|".join(f"{way}|{fold(way)}" for way in _WAYS_TO_PAY) + r")\b")
_SUM = re.compile(
    r"\d{1,3}(?:[.,]\d{3})+ ?(?:đ|d|đồng|dong|vnđ|vnd)\b|\d ?(?:nghìn|nghin|ngàn|ngan|triệu|trieu|tỷ|tỉ)\b|\d+k\b"
)
