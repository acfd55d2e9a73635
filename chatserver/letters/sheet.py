"""Letters on paper: two to a sheet of A4, with a dashed line to cut along. Black on white, for any office printer."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import font_source_sans_pro
import segno
from django.conf import settings
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import MethodReturnValue

from chatserver.letters.addressees import Addressee
from chatserver.signin.activation_api import activation_url

FONTS = Path(font_source_sans_pro.__file__).parent / "files"
FACE = "Source Sans Pro"
# Millimetres.
WIDTH, HEIGHT, HALF = 210.0, 297.0, 148.5
MARGIN = 16.0
QR = 46.0
TEXT = WIDTH - 2 * MARGIN
# The right column: the QR with the code and the address below it.
COLUMN = 66.0


@dataclass(frozen=True, slots=True)
class Letter:
    """What stands on one half sheet."""

    to: Addressee
    school_name: str
    code: str
    valid_until: dt.date


def sheets(letters: Iterable[Letter]) -> bytes:
    """The letters as a PDF in the active language, the typeface embedded so that every printer has the tone marks."""
    pdf = _Sheet()
    for number, letter in enumerate(letters):
        if number % 2 == 0:
            pdf.add_page()
        pdf.letter(letter, top=HALF * (number % 2))
    return bytes(pdf.output())


class _Sheet(FPDF):
    def __init__(self) -> None:
        super().__init__(format="A4", unit="mm")
        self.set_auto_page_break(False)
        self.set_margin(0)
        self.add_font(FACE, "", FONTS / "SourceSansPro-Regular.ttf")
        self.add_font(FACE, "B", FONTS / "SourceSansPro-Bold.ttf")
        self.set_title(_("Activation sheets"))
        # Most lines are the same on every letter, and finding where they break takes longer than drawing them.
        self._broken: dict[tuple[str, float, float, bool], list[str]] = {}

    def letter(self, letter: Letter, *, top: float) -> None:
        """One letter in the half that begins at `top`."""
        if top:
            self._cut_here(top)
        self._heading(letter, top + 13)
        self._greeting(letter.to, top + 30)
        self._steps(top + 50)
        self._code(letter, top + 44)
        self._small_print(letter, top + 118)

    def _heading(self, letter: Letter, y: float) -> None:
        self._text(letter.school_name, MARGIN, y + 6, width=TEXT * 0.7, bold=True, is_upward=True)
        child = letter.to.about[0]
        # For the teacher who hands them out: the class first, then the child.
        place = _("Class {title} · {name}").format(title=child.class_title, name=child.given_name)
        self._line(place, MARGIN, y, size=11, bold=True, align="R", width=TEXT)
        self.set_draw_color(120)
        self.set_line_width(0.2)
        self.line(MARGIN, y + 8, WIDTH - MARGIN, y + 8)

    def _greeting(self, to: Addressee, y: float) -> None:
        self._line(_("Activation sheet for Trống Trường"), MARGIN, y - 5, size=17, bold=True, width=TEXT)
        if to.is_pupil:
            told = _("To: {name}").format(name=to.person.name)
        else:
            children = ", ".join(f"{child.given_name} ({child.class_title})" for child in to.children)
            told = _("To: {name}, parent or guardian of {children}").format(name=to.person.name, children=children)
        self._text(told, MARGIN, y + 5, size=11.5, bold=True, width=TEXT)

    def _steps(self, y: float) -> None:
        width = TEXT - COLUMN - 10
        self._text(
            _(
                "The school's notices and the conversation with the teachers, in one place that only the school opens. Free."
            ),
            MARGIN,
            y,
            width=width,
        )
        steps = (
            _("Point the phone's camera at the code on the right and open the address."),
            _("Compare the names. If they are yours, tap “This is me”."),
            _("Allow notifications, so that urgent notices reach you."),
        )
        y = self.get_y() + 5
        for number, step in enumerate(steps, start=1):
            self._line(f"{number}.", MARGIN, y, size=11.5, bold=True, width=8)
            self._text(step, MARGIN + 8, y, width=width - 8)
            y = self.get_y() + 3

    def _code(self, letter: Letter, y: float) -> None:
        x = WIDTH - MARGIN - COLUMN
        self._qr(activation_url(letter.code), x + (COLUMN - QR) / 2, y, QR)
        self._line(letter.code, x, y + QR + 3, size=16, bold=True, align="C", width=COLUMN)
        host = urlsplit(settings.PUBLIC_URL).netloc
        self._text(
            _("Or open {address} and type this code").format(address=f"{host}/k"),
            x,
            y + QR + 11,
            size=9.5,
            width=COLUMN,
            align="C",
        )

    def _small_print(self, letter: Letter, y: float) -> None:
        day = letter.valid_until.strftime("%d/%m/%Y")
        told = (
            _("The code opens once, until {day}.")
            if letter.to.is_pupil
            else _("The code opens once, until {day}, and for all your children at the school.")
        )
        warning = _(
            "Never tell it to anybody: the school will not ask for it. If this sheet is not for you, please give it back"
            " to the school."
        )
        self._text(f"{told.format(day=day)} {warning}", MARGIN, y, size=9.5, width=TEXT)

    def _qr(self, content: str, x: float, y: float, side: float) -> None:
        """Row by row, neighbours as one bar: vectors print sharp on any printer."""
        rows = list(segno.make(content, error="m", micro=False).matrix)
        step = side / len(rows)
        self.set_fill_color(0)
        for down, row in enumerate(rows):
            start = None
            for across, dark in enumerate([*row, 0]):
                if dark and start is None:
                    start = across
                elif not dark and start is not None:
                    # A hair taller than the step: no white lines between the rows.
                    self.rect(x + start * step, y + down * step, (across - start) * step, step * 1.02, style="F")
                    start = None

    def _cut_here(self, y: float) -> None:
        self.set_draw_color(160)
        self.set_line_width(0.2)
        self.set_dash_pattern(dash=2, gap=2)
        self.line(6, y, WIDTH - 6, y)
        self.set_dash_pattern()

    def _line(
        self, text: str, x: float, y: float, *, size: float, width: float, bold: bool = False, align: str = "L"
    ) -> None:
        """One line, smaller where it would not fit."""
        self.set_font(FACE, "B" if bold else "", size)
        while self.get_string_width(text) > width and size > 7:
            size -= 0.5
            self.set_font_size(size)
        self.set_xy(x, y)
        self.cell(width, 6, text, align=align)

    def _text(
        self,
        text: str,
        x: float,
        y: float,
        *,
        width: float,
        size: float = 11,
        bold: bool = False,
        align: str = "L",
        is_upward: bool = False,
    ) -> None:
        """As many lines as it takes, from `y` down, or up from it."""
        self.set_font(FACE, "B" if bold else "", size)
        key = text, width, size, bold
        if key not in self._broken:
            lines = self.multi_cell(width, size, text, dry_run=True, output=MethodReturnValue.LINES)
            # What it returns depends on `output`, which its types do not say.
            self._broken[key] = cast("list[str]", lines)
        height, found = size * 0.46, self._broken[key]
        y -= height * len(found) if is_upward else 0
        for line in found:
            self.set_xy(x, y)
            self.cell(width, height, line, align=align)
            y += height
        self.set_y(y)
