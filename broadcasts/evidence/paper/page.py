"""A4 with the typeface embedded, so that every printer has the tone marks; and what every sheet of evidence is made of."""

from collections.abc import Sequence
from pathlib import Path

import font_source_sans_pro
import segno
from fpdf import FPDF
from fpdf.enums import XPos, YPos

FONTS = Path(font_source_sans_pro.__file__).parent / "files"
FACE = "Source Sans Pro"
# Millimetres.
MARGIN, WIDTH = 18.0, 210.0
TEXT = WIDTH - 2 * MARGIN
QR = 26.0


class Page(FPDF):
    """Sheets with a line at the foot of each: what they belong to, and which of how many it is."""

    def __init__(self, title: str, foot: str) -> None:
        super().__init__(format="A4", unit="mm")
        self.set_margin(MARGIN)
        self.set_auto_page_break(True, margin=MARGIN + 6)
        self.add_font(FACE, "", FONTS / "SourceSansPro-Regular.ttf")
        self.add_font(FACE, "B", FONTS / "SourceSansPro-Bold.ttf")
        self.set_title(title)
        self._foot = foot
        self.add_page()

    def footer(self) -> None:
        """Called by FPDF at the end of each sheet."""
        self.set_y(-MARGIN + 2)
        self.set_font(FACE, "", 8.5)
        self.cell(TEXT * 0.8, 5, self._foot)
        self.cell(TEXT * 0.2, 5, f"Trang {self.page_no()}/{{nb}}", align="R")

    def heading(self, text: str, *, above: str = "") -> None:
        """The name of the sheet."""
        if above:
            self.text_block(above, size=11, bold=True)
        self.text_block(text, size=18, bold=True, after=2)

    def part(self, text: str) -> None:
        """Where another part begins; never at the very foot of a sheet."""
        if self.will_page_break(24):
            self.add_page()
        self.ln(4)
        self.set_draw_color(150)
        self.set_line_width(0.2)
        self.line(MARGIN, self.get_y(), WIDTH - MARGIN, self.get_y())
        self.ln(2)
        self.text_block(text, size=12.5, bold=True, after=1)

    def text_block(self, text: str, *, size: float = 10.5, bold: bool = False, after: float = 0) -> None:
        """As many lines as it takes."""
        self.set_font(FACE, "B" if bold else "", size)
        self.multi_cell(self.epw, size * 0.46, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(after)

    def facts(self, rows: Sequence[tuple[str, str]]) -> None:
        """Names on the left, what they are on the right; what is empty is left out."""
        for name, value in rows:
            if value:
                self._fact(name, value)

    def digest(self, name: str, value: str) -> None:
        """A digest in groups of eight, so that people can compare it by eye."""
        self._fact(name, " ".join(value[at : at + 8] for at in range(0, len(value), 8)))

    def qr(self, content: str, *, x: float, y: float) -> None:
        """Row by row, neighbours as one bar: vectors print sharp on any printer."""
        rows = [list(row) for row in segno.make(content, error="m", micro=False).matrix]
        step = QR / len(rows)
        self.set_fill_color(0)
        for down, row in enumerate(rows):
            start = None
            for across, dark in enumerate([*row, 0]):
                if dark and start is None:
                    start = across
                elif not dark and start is not None:
                    self.rect(x + start * step, y + down * step, (across - start) * step, step * 1.02, style="F")
                    start = None

    def _fact(self, name: str, value: str) -> None:
        if self.will_page_break(10):
            self.add_page()
        width = 44.0
        self.set_font(FACE, "", 10)
        top = self.get_y()
        self.cell(width, 5, name)
        self.set_font(FACE, "B", 10)
        self.set_xy(MARGIN + width, top)
        self.multi_cell(TEXT - width, 5, value, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
