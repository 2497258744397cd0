"""The notice of a result, to keep, print or hand over: the same words as the page, on paper.

As text it is what a message or a printer at the village office takes. As PDF it is one page where
the words allow, in a language and with a title the file names, and the same bytes each time.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from serving.pages.shown import Shown, ShownData, ShownOffer, ShownStep, ShownSupport
from serving.telling.words import wording

LINE: Final = 76
"""Characters in a line of text."""

MOST_UNFIT: Final = 3
"""Products that do not fit, told of where none does: the page has them all."""

FONT: Final = "Helvetica"
"""One of the fonts that every reader has; it knows the letters of Windows-1252."""

ENCODING: Final = "windows-1252"


@dataclass(frozen=True)
class Section:
    """A part of a notice: a heading, and what stands under it."""

    heading: str
    lines: tuple[str, ...]


def sections(shown: Shown, language: str) -> list[Section]:
    """Return what a notice says, in order; what there is nothing to say of is left out."""
    page, notice = wording(language)["page"], wording(language)["notice"]
    none = (f"{shown.no_step} {page['steps_people']}",) if shown.kind == "not_yet" else ()
    steps = tuple(_step(step, page) for step in shown.steps)
    unfit = tuple(f"{product}: {why}" for product, why in shown.unfit[:MOST_UNFIT])
    said = [
        Section(shown.headline, (shown.asked, shown.told, *shown.causes, shown.decided)),
        Section(page["unfit"], unfit if shown.unfit_first else ()),
        Section(page["reasons" if shown.by_score else "lowering"], shown.reasons),
        Section(page["strengths"], shown.strengths),
        Section(
            page["offers" if shown.kind == "eligible" else "offers_maybe"],
            tuple(_offer(offer, notice) for offer in shown.offers),
        ),
        Section(page["steps"], steps or none),
        Section(page["support"], tuple(_support(one, page) for one in shown.support)),
        Section(page["data"], tuple(_data(used, page) for used in shown.data)),
        Section(notice["disagree"], (notice["contest"].format(lender=shown.lender),)),
        Section(notice["who"], (shown.decides,)),
    ]
    return [section for section in said if section.lines]


def _step(step: ShownStep, page: Mapping[str, str]) -> str:
    return " ".join([*step.acts, step.time, page["helped"].format(who=step.helpers), step.promise])


def _support(support: ShownSupport, page: Mapping[str, str]) -> str:
    who, when = page["owner"], page["recheck"]
    return f"{support.name}. {who.format(who=support.owner)} {when.format(date=support.recheck)}"


def _data(used: ShownData, page: Mapping[str, str]) -> str:
    return f"{used.source}: {page['data_row'].format(rows=used.rows, period=used.period)}"


def _offer(offer: ShownOffer, notice: Mapping[str, str]) -> str:
    return notice["offer"].format(
        product=offer.product,
        lender=offer.lender,
        instalment=offer.instalment,
        per=offer.per,
        number=offer.number,
        tenor=offer.tenor,
        cost=offer.total_cost,
    )


def as_text(shown: Shown, language: str) -> str:
    """Return the notice as plain text, in lines that a small printer takes."""
    parts = [
        "\n".join([section.heading, *map(_bulleted, section.lines)])
        for section in sections(shown, language)
    ]
    return "\n\n".join([wording(language)["page"]["title"], *parts]) + "\n"


def _bulleted(line: str) -> str:
    return textwrap.fill(line, LINE, initial_indent="- ", subsequent_indent="  ")


def as_pdf(shown: Shown, language: str, made_at: datetime) -> bytes:
    """Return the notice as PDF, A4.

    Args:
        shown: what is said.
        language: in which.
        made_at: the time of the decision, which stands for the file's too.
    """
    title = wording(language)["page"]["title"]
    pdf = FPDF(format="A4")
    pdf.core_fonts_encoding = ENCODING
    pdf.set_lang(language)
    pdf.set_title(_printable(title))
    pdf.set_creation_date(made_at)
    pdf.set_margins(20, 16, 20)
    pdf.set_auto_page_break(auto=True, margin=14)
    pdf.add_page()
    _write(pdf, title, size=15, bold=True)
    for section in sections(shown, language):
        pdf.ln(1.5)
        _write(pdf, section.heading, size=11, bold=True)
        for line in section.lines:
            pdf.set_font(FONT, "", 10)
            pdf.cell(4, 4.5, "•")
            _write(pdf, line, size=10)
    return bytes(pdf.output())


def _write(pdf: FPDF, said: str, *, size: float, bold: bool = False) -> None:
    """Write a paragraph and go below it."""
    pdf.set_font(FONT, "B" if bold else "", size)
    height = size * 0.45
    pdf.multi_cell(0, height, _printable(said), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _printable(said: str) -> str:
    """Return a text with only the letters of the font; what it lacks becomes a question mark."""
    plain = said.replace("−", "-")  # noqa: RUF001  the printed minus
    return plain.encode(ENCODING, "replace").decode(ENCODING)
