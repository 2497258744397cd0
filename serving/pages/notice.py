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

from serving.pages.paper import Paper
from serving.pages.shown import Shown, ShownData, ShownOffer, ShownStep, ShownSupport
from serving.telling.words import wording

LINE: Final = 76
"""Characters in a line of text."""

MOST_UNFIT: Final = 3
"""Products that do not fit, told of where none does: the page has them all."""


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
    made = Paper(wording(language)["page"]["title"], language, made_at)
    for section in sections(shown, language):
        made.heading(section.heading)
        for line in section.lines:
            made.item(line)
    return made.whole()
