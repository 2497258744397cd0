"""Paper: a PDF of A4 in one language, the same bytes each time, with text, tables and estimates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from serving.pages.intervals import SCALE, STEP, Intervals

FONT: Final = "Helvetica"
"""One of the fonts that every reader has; it knows the letters of Windows-1252."""

ENCODING: Final = "windows-1252"

GREY, DARK, GREEN, RED = (214, 210, 200), (107, 113, 106), (20, 96, 58), (180, 35, 24)

UNIT: Final = 0.32
"""Millimetres of a picture's unit."""


class Paper:
    """A document that is written from the top.

    Args:
        title: of it, and its first line.
        language: of its words.
        made_at: the time that stands for the file's.
    """

    def __init__(self, title: str, language: str, made_at: datetime) -> None:
        from fpdf import FPDF

        self._pdf = pdf = FPDF(format="A4")
        pdf.core_fonts_encoding = ENCODING
        pdf.set_lang(language)
        pdf.set_title(printable(title))
        pdf.set_creation_date(made_at)
        pdf.set_margins(20, 16, 20)
        pdf.set_auto_page_break(auto=True, margin=14)
        pdf.add_page()
        self._write(title, size=15, bold=True)

    def heading(self, said: str) -> None:
        """Write the heading of a part."""
        self._pdf.ln(1.5)
        self._write(said, size=11, bold=True)

    def text(self, said: str, *, bold: bool = False) -> None:
        """Write a paragraph."""
        self._write(said, size=10, bold=bold)

    def item(self, said: str) -> None:
        """Write an item of a list."""
        self._pdf.set_font(FONT, "", 10)
        self._pdf.cell(4, 4.5, "•")
        self._write(said, size=10)

    def table(
        self,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        wide: Sequence[int] = (),
        words: int = 1,
    ) -> None:
        """Write a table.

        Args:
            heads: of its columns.
            rows: as many cells each.
            wide: how wide each column is beside the others; none: the first twice as wide.
            words: how many of the first columns hold words; the others hold numbers.
        """
        self._pdf.set_font(FONT, "", 8)
        self._pdf.set_draw_color(*GREY)
        self._pdf.set_line_width(0.2)
        self._pdf.set_fill_color(255)
        align = ["LEFT"] * words + ["RIGHT"] * (len(heads) - words)
        from fpdf.fonts import FontFace

        style = FontFace(emphasis="BOLD")
        with self._pdf.table(
            col_widths=tuple(wide) or (2, *[1] * (len(heads) - 1)),
            text_align=tuple(align),
            headings_style=style,
            borders_layout="HORIZONTAL_LINES",
            line_height=4,
            cell_fill_mode="NONE",
        ) as table:
            for row in (heads, *rows):
                table.row([printable(cell) for cell in row])
        self._pdf.ln(1.5)

    def picture(self, name: str, of: Intervals) -> None:
        """Draw estimates under a name: a label, a number, and a dot with its interval."""
        pdf = self._pdf
        if pdf.will_page_break(of.height * UNIT + 6):
            pdf.add_page()
        self.text(name, bold=True)
        pdf.set_font(FONT, "", 8)
        left, top = pdf.l_margin, pdf.get_y()
        if of.mark >= 0:
            pdf.set_draw_color(*DARK)
            pdf.set_line_width(0.2)
            at = left + of.mark * UNIT
            pdf.line(at, top, at, top + STEP * len(of.dots) * UNIT)
        for dot in of.dots:
            y = top + (dot.top + 21) * UNIT
            colour = RED if dot.kind == "worse" else GREEN
            pdf.text(left, top + (dot.top + 11) * UNIT, printable(dot.label))
            pdf.text(left + (SCALE + 8) * UNIT, y + 1, printable(dot.number))
            pdf.set_draw_color(*DARK)
            pdf.set_line_width(0.6)
            pdf.line(left + dot.low * UNIT, y, left + dot.high * UNIT, y)
            pdf.set_fill_color(*colour)
            pdf.circle(left + dot.at * UNIT, y, 1.3, style="F")
        foot = top + (of.height - 2) * UNIT
        for end, at in zip(of.ends, (0.0, SCALE - 20.0), strict=True):
            pdf.text(left + at * UNIT, foot, printable(end))
        pdf.set_y(top + of.height * UNIT + 1)

    def whole(self) -> bytes:
        """Return the document."""
        return bytes(self._pdf.output())

    def _write(self, said: str, *, size: float, bold: bool = False) -> None:
        """Write a paragraph and go below it."""
        self._pdf.set_font(FONT, "B" if bold else "", size)
        self._pdf.multi_cell(
            0, size * 0.45, printable(said), align="L", new_x="LMARGIN", new_y="NEXT"
        )


def printable(said: str) -> str:
    """Return a text with only the letters of the font; what it lacks becomes a question mark."""
    plain = said.replace("−", "-")  # noqa: RUF001  the printed minus
    return plain.encode(ENCODING, "replace").decode(ENCODING)
