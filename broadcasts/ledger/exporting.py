"""A list as a file: those who are named by name, the others as numbers."""

import csv
import io
import tempfile
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from broadcasts.ledger.filters import Wanted
from broadcasts.ledger.listing import every, matching_rows
from broadcasts.ledger.people import Subject, subjects_told
from broadcasts.ledger.places import Place
from broadcasts.ledger.policy import Standing
from broadcasts.ledger.words import Reason, State
from broadcasts.models import Channel
from registry.models import Org

AT_ONCE = 500
# A spreadsheet takes a cell that begins so for a formula, and would run it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
Line = tuple[str | int, ...]
# Unit, pupil or not, state, reason.
Alike = tuple[int, int, str, str]


def lines_of(standing: Standing, place: Place, wanted: Wanted) -> Iterator[list[Line]]:
    """The table in pieces, each of which costs the same few statements; its header first."""
    yield [_header()]
    left: Counter[Alike] = Counter()
    if not wanted.words:
        for row in matching_rows(place, wanted):
            left[row.unit, row.is_pupil, row.state, row.reason] += row.subjects
    for listed in every(standing, place, wanted, at_once=AT_ONCE):
        yield [_line(one) for one in subjects_told(standing, place.broadcast, listed)]
        left.subtract((one.unit, one.is_pupil, one.state, one.reason) for one in listed)
    yield list(_unnamed(+left))


def file_of(pieces: Iterator[list[Line]], kind: str) -> BinaryIO:
    """The table as a file of that kind, csv or xlsx, at its beginning; it goes when it is closed."""
    target: Any = tempfile.TemporaryFile(dir=settings.DATA_DIR)  # noqa: SIM115  whoever sends it closes it
    WRITERS[kind](pieces, target)
    target.seek(0)
    return cast("BinaryIO", target)


def _write_csv(pieces: Iterator[list[Line]], target: BinaryIO) -> None:
    """UTF-8 with the mark by which Excel knows it."""
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    for piece in pieces:
        writer.writerows([*map(_safe, line)] for line in piece)
    text.detach()


def _write_workbook(pieces: Iterator[list[Line]], target: BinaryIO) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("List"))
    for piece in pieces:
        for line in piece:
            sheet.append([_inert(sheet, cell) for cell in line])
    book.save(target)


def _header() -> Line:
    return (
        _("Unit"),
        _("Class"),
        _("Pupil or staff"),
        _("Name"),
        _("State"),
        _("Reason"),
        _("Since"),
        _("People and telephones"),
        _("Contacts"),
        _("Number"),
    )


def _line(one: Subject) -> Line:
    people = [
        " ".join(filter(None, (each.person.name, each.person.position, each.person.phone))) for each in one.people
    ]
    standing = [each.contact for each in one.contacts if each.contact.withdrawn_at is None]
    contacts = [f"{_channel(each.channel)} {_time(each.at)} {each.by.name} {each.note}".strip() for each in standing]
    return (
        one.unit.name,
        one.school_class.title if one.school_class else "",
        _part(is_pupil=one.is_pupil),
        one.person.name,
        _state(one.state),
        _reason(one.reason),
        _time(one.at) if one.at else "",
        "; ".join(people),
        "; ".join(contacts),
        1,
    )


def _unnamed(left: "Counter[Alike]") -> Iterator[Line]:
    """Those of whom the list gives no names, by unit, state and reason."""
    units = Org.objects.in_bulk({unit for unit, *_rest in left})
    for (unit, is_pupil, state, reason), people in sorted(left.items()):
        named = units[unit].name, "", _part(is_pupil=bool(is_pupil)), "", _state(state), _reason(reason)
        yield (*named, "", "", "", people)


def _part(*, is_pupil: bool) -> str:
    return _("Pupil") if is_pupil else _("Staff")


def _state(state: str) -> str:
    return {
        State.ACKNOWLEDGED: _("acknowledged"),
        State.SEEN: _("opened"),
        State.CONTACTED: _("told by hand"),
        State.DELIVERED: _("on the device, not opened"),
        State.WAITING: _("waiting"),
    }[State(state)]


def _reason(reason: str) -> str:
    return {
        "": "",
        Reason.NO_ACCOUNT: _("no account yet"),
        Reason.SIGNED_OUT: _("no device signed in"),
        Reason.NO_PUSH: _("notifications off"),
        Reason.NOT_OPENED: _("not opened"),
    }[reason]


def _channel(channel: str) -> str:
    return {
        Channel.CALL: _("call"),
        Channel.VISIT: _("visit"),
        Channel.VILLAGE: _("village head"),
        Channel.SLIP: _("slip of paper"),
        Channel.LOUDSPEAKER: _("loudspeaker"),
    }[Channel(channel)]


def _time(at: Any) -> str:
    return timezone.localtime(at).strftime("%d/%m/%Y %H:%M")


def _safe(cell: str | int) -> str | int:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def _inert(sheet: Any, value: str | int) -> Any:
    """Text that no program computes, wherever it is opened."""
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"
        # Kept by a program that saves the sheet anew: the cell stays text even when it begins like a formula.
        cell.quotePrefix = True
    return cell


WRITERS = {"csv": _write_csv, "xlsx": _write_workbook}
