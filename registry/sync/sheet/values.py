"""Dates, telephone numbers, codes and classes as people type them, and as spreadsheets change them."""

import datetime as dt
import re
import unicodedata
from typing import NamedTuple

from openpyxl.utils.datetime import from_excel

from registry.sync.csv_file import GUID
from registry.sync.sheet import columns as c
from registry.sync.sheet.faults import BadValue
from registry.sync.sheet.grid import Value, shown
from registry.text import fold

_DAY_FIRST = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{1,2})")
_TIME_BEHIND = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?\s*([AaPp][Mm])?$")
# Serial numbers of 1927 to 2064: a date whose cell lost its format.
_SERIALS = range(10_000, 60_001)
_MOBILE = re.compile(r"0[35789]\d{8}")
_LANDLINE = re.compile(r"02\d{8,9}")
_LOST_ZERO = re.compile(r"[35789]\d{8}")
_CITIZEN = re.compile(r"0\d{11}")
_BETWEEN_NUMBERS = re.compile(r"[,;/]|\s-\s|\bva\b|\n")
# 6A1, 10 Tin, 12A10, 6/1, Chồi 2, Mầm Non Lớn A.
_CLASS_KEY = re.compile(r"[0-9a-z][0-9a-z/.&+()-]{0,39}")
_GRADED = re.compile(r"(1[0-2]|[1-9])(?:[^\d](?!.*(?:tuoi|thang)).*)?")
_PLAIN_CLASS = re.compile(r"\d{1,2}[a-zđ]?\d{0,2}", re.IGNORECASE)
_LETTER_CLASS = re.compile(r"[a-z]\d{0,2}")
_NURSERY = re.compile(r"(nha ?tre|mau ?giao|nhom ?tre|nhom|mam|choi|la|mg|mgl|mgb|mgn|nt)\b.*")
_CLASS_WORD = re.compile(r"^(lớp|lop)(\s+|\s*:\s*|(?=\d))", re.IGNORECASE)


LONGEST_CODE = 60


class Phone(NamedTuple):
    """A telephone number as dialled here; empty when the cell has none that can be one."""

    number: str
    lost_zero: bool = False
    is_bad: bool = False


class ClassTitle(NamedTuple):
    """A class as it is shown, and as it is found again: 6a1, 6 A1 and Lớp 6A1 are one."""

    title: str
    key: str
    grade: str


def birth_of(value: Value, *, year: int) -> dt.date | None:
    """The date in the cell, None when it is empty. `year` is the running one: nobody is born after it."""
    if value is None:
        return None
    day = value if isinstance(value, dt.date) else _written_day(shown(value))
    if not 1900 < day.year < year:
        raise BadValue("date_out_of_range", c.BIRTH)
    return day


def is_american(text: str) -> bool:
    """Whether the text is a date only when its month stands first."""
    found = _DAY_FIRST.fullmatch(_without_time(text))
    return found is not None and int(found[2]) > 12 and int(found[1]) <= 12


def _written_day(text: str) -> dt.date:
    text = _without_time(text)
    if text.isdecimal() and int(text) in _SERIALS:
        return _day_of_serial(int(text))
    if is_american(text):
        raise BadValue("date_american", c.BIRTH)
    if found := _DAY_FIRST.fullmatch(text):
        numbers = int(found[3]), int(found[2]), int(found[1])
    elif found := _YEAR_FIRST.fullmatch(text):
        numbers = int(found[1]), int(found[2]), int(found[3])
    else:
        raise BadValue("sheet_bad_date", c.BIRTH)
    try:
        return dt.date(*numbers)
    except ValueError:
        raise BadValue("sheet_bad_date", c.BIRTH) from None


def _without_time(text: str) -> str:
    return _TIME_BEHIND.sub("", text.strip()).strip("' ")


def _day_of_serial(serial: int) -> dt.date:
    found = from_excel(serial)
    return found.date() if isinstance(found, dt.datetime) else dt.date(1900, 1, 1)


def phone_of(value: Value) -> Phone:
    """The first number of the cell that can be one."""
    text = shown(value)
    if not text:
        return Phone("")
    for part in _BETWEEN_NUMBERS.split(fold(text)):
        digits = re.sub(r"[^\d]", "", part)
        if digits.startswith("84") and len(digits) in {11, 12}:
            digits = "0" + digits[2:]
        if _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits):
            return Phone(digits)
        if _LOST_ZERO.fullmatch(digits):
            return Phone("0" + digits, lost_zero=True)
    return Phone("", is_bad=any(each.isalnum() for each in text))


def code_of(value: Value, column: str) -> str:
    """A code of a pupil or a member of staff, as it is written; empty where the cell is."""
    text = shown(value).replace(" ", "")
    if text and (len(text) > LONGEST_CODE or not GUID.fullmatch(text)):
        raise BadValue("sheet_bad_code", column)
    return text


def code_key(code: str) -> str:
    """What a code is found by: zeros in front come and go with the format of the cell."""
    return code.lstrip("0") or "0" if code.isdecimal() else code


def is_citizen_number(text: str) -> bool:
    """Whether this is a person's number at the Ministry of Public Security: never kept."""
    return bool(_CITIZEN.fullmatch(text.replace(" ", "")))


def class_of(value: Value, column: str = c.CLASS, *, grade: str = "") -> ClassTitle:
    """The class in the cell; `grade` is what the row says beside it, for lists that write 6 and A1 in two columns.

    A spreadsheet makes a date of 6/1: that is said, not guessed back.
    """
    if isinstance(value, dt.date):
        raise BadValue("class_became_date", column)
    text = shown(value)
    if not text:
        raise BadValue("missing_value", column)
    title = _CLASS_WORD.sub("", text).strip()
    key = fold(title).replace(" ", "")
    if not _CLASS_KEY.fullmatch(key) or re.search(r"\d{3}", key):
        raise BadValue("bad_class", column)
    if grade and _LETTER_CLASS.fullmatch(key):
        title, key = f"{int(grade)}{title}", f"{int(grade)}{key}"
    graded = _GRADED.fullmatch(key)
    if _PLAIN_CLASS.fullmatch(title.replace(" ", "")):
        title = title.replace(" ", "").upper()
    return ClassTitle(title, key, f"{int(graded[1]):02d}" if graded else grade)


def is_class_title(text: str) -> bool:
    """Whether a sheet's or a title's words can be those of a class: not Sheet1, not Danh sách."""
    plain = fold(_CLASS_WORD.sub("", text)).strip()
    return len(plain) <= 20 and bool(_GRADED.fullmatch(plain.replace(" ", "")) or _NURSERY.fullmatch(plain))


def grade_of(value: Value) -> str:
    """The grade that a cell of "Khối" says, as two digits; empty where it says none."""
    found = re.fullmatch(r"(?:khoi|lop)?\s*(1[0-2]|[1-9])(?:[.,]0+)?", fold(shown(value)).strip())
    return f"{int(found[1]):02d}" if found else ""


def gender_of(value: Value) -> str:
    """female or male as the registry has it; empty where the cell says neither."""
    return {"nam": "male", "nu": "female", "male": "male", "female": "female"}.get(fold(shown(value)).strip(), "")


def digest_key(*parts: str) -> bytes:
    """Parts of an identity as bytes: composed, and told apart."""
    return "\x1f".join(unicodedata.normalize("NFC", part) for part in parts).encode()
