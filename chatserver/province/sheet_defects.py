"""What happens to a list between its system and us, one thing at a time: ``DEFECTS[name](rows)`` gives the rows damaged.

The rows are those of ``sheets.k12_online`` or ``sheets.vnedu``; the header is found by its words, so any layout will do.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from .sheets import Rows

Defect = Callable[[Rows], Rows]
# TCVN3 writes small letters with marks as these signs of Latin-1.
_TCVN3 = MappingProxyType(
    str.maketrans(
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ",
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ",
    )
)
# VNI writes the mark as a letter of its own behind the vowel; đ, ơ and ư are single letters.
_VNI_TONES = MappingProxyType({"\u0300": "ø", "\u0301": "ù", "\u0309": "û", "\u0303": "õ", "\u0323": "ï"})
_VNI_SHAPES = MappingProxyType({"\u0302": "â", "\u0306": "ê"})


def _every(words: str, change: Callable[[Any], Any]) -> Defect:
    """A change of every cell under the header that holds these words."""

    def damage(rows: Rows) -> Rows:
        header = next(number for number, row in enumerate(rows) if any(words in str(cell) for cell in row))
        place = next(number for number, cell in enumerate(rows[header]) if words in str(cell))
        for row in rows[header + 1 :]:
            if len(row) > place and row[place] not in {"", None}:
                row[place] = change(row[place])
        return rows

    return damage


def _texts(change: Callable[[str], str]) -> Defect:
    """A change of every text, headers too."""
    return lambda rows: [[change(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]


def _american(text: str) -> str:
    day, month, year = text.split("/")
    return f"{month}/{day}/{year}"


def _turned(text: str) -> str | datetime:
    """A program set to American dates: what it can take for one becomes one, the rest stays text."""
    day, month, year = map(int, text.split("/"))
    return datetime(year, day, month) if day <= 12 else text  # noqa: DTZ001  a date as a cell holds it


def _real(text: str) -> date:
    day, month, year = map(int, text.split("/"))
    return date(year, month, day)


def _vni(text: str) -> str:
    plain = text.replace("đ", "ñ").replace("Đ", "Ñ")
    out: list[str] = []
    for each in unicodedata.normalize("NFD", plain):
        if each == "\u031b":
            out[-1] = {"o": "ô", "u": "ö"}.get(out[-1], out[-1])
        else:
            out.append(_VNI_TONES.get(each) or _VNI_SHAPES.get(each) or each)
    return "".join(out)


def _mojibake(text: str) -> str:
    return text.encode().decode("cp1252", errors="replace")


def _with_blanks(rows: Rows) -> Rows:
    """Numbered in advance to the end of the page, the header printed again on the second, signatures below."""
    header = next(row for row in rows if "STT" in row)
    start = rows.index(header) + 1
    blanks: Rows = [[number] for number in range(len(rows), len(rows) + 5)]
    signed: Rows = [[], ["", "Tổng số học sinh"], ["", "", "", "", "Người lập biểu"]]
    return [*rows[: start + 2], list(header), *rows[start + 2 :], *blanks, *signed]


DEFECTS: MappingProxyType[str, Defect] = MappingProxyType(
    {
        "decomposed": _texts(lambda text: unicodedata.normalize("NFD", text)),
        "spaces": _texts(lambda text: f" {text.replace(' ', chr(0xA0) + ' ')} "),
        "capitals": _every("Họ và tên", str.upper),
        "real_dates": _every("Ngày sinh", _real),
        "american_dates": _every("Ngày sinh", _american),
        "turned_dates": _every("Ngày sinh", _turned),
        "iso_dates": _every("Ngày sinh", lambda text: _real(text).isoformat()),
        "phones_as_numbers": _every("SĐT mẹ", int),
        "codes_as_numbers": _every("Mã học sinh", int),
        "class_with_word": _every("Lớp", lambda title: f"Lớp {title.lower()}"),
        "class_as_date": _every("Lớp", lambda _title: datetime(2026, 1, 6)),  # noqa: DTZ001
        "tcvn3": _texts(lambda text: text.translate(_TCVN3)),
        "vni": _texts(_vni),
        "mojibake": _texts(_mojibake),
        "formulas": _every("Lớp", lambda title: f'=CONCATENATE("{title}")'),
        "blanks_and_signatures": _with_blanks,
    }
)
