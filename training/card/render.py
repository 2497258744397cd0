"""From a `Card` to Markdown, and from that to a page of HTML without scripts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import jinja2
from markdown_it import MarkdownIt

from audit.days import on_book
from audit.fairness.estimate import Z95, Estimate
from features.table import CURRENCIES
from training.card.card import Card
from training.validation.cutoffs import EVERYONE
from training.validation.evaluate import Figure

MARKS: Final = re.compile(r"([\\`*_\[\]<>|&~#])")
"""What would mean something in Markdown."""

NONE: Final = "-"


def render(card: Card) -> tuple[str, str]:
    """Return the card as (Markdown, HTML)."""
    window = on_book(card.target.window_months)
    markdown = _TEMPLATES.get_template("card.md.j2").render(
        card=card,
        everyone=card.cutoffs.filter(partner=EVERYONE),
        currency=card.about.currency,
        window=window,
        fitted_from=card.fitted[1] + timedelta(days=window),
    )
    return markdown, page(card.name, of_markdown(markdown))


def of_markdown(text: str) -> str:
    """Return Markdown as HTML; HTML that stands in it is text."""
    return str(MarkdownIt("commonmark", {"html": False}).enable("table").render(text))


def page(title: str, body: str) -> str:
    """Return a page of HTML without scripts around a body of HTML."""
    return _TEMPLATES.get_template("page.html.j2").render(title=title, body=body)


def plain(said: object) -> str:
    """Return a text as it stands: on one line, with no mark of Markdown."""
    return MARKS.sub(r"\\\1", " ".join(str(said).split()))


def figure(found: Figure | Estimate | None) -> str:
    """Return a figure with its interval."""
    return NONE if found is None else f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]"


def beside(value: float, error: float, digits: int) -> str:
    """Return a difference with its 95% interval, two standard errors either way."""
    low, high = value - Z95 * error, value + Z95 * error
    return f"{value:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"


def koma(value: float) -> str:
    """Return a figure as it is written in Indonesian."""
    return f"{value:.3f}".replace(".", ",")


def some(gaps: Sequence[Estimate | None]) -> bool:
    """Return whether any gap is told."""
    return any(gap is not None for gap in gaps)


def percent(share: float | None) -> str:
    """Return a share, 0 … 1, in percent."""
    return NONE if share is None else f"{100 * share:.1f}%"


def rate(value: float | None, low: float | None, high: float | None) -> str:
    """Return a rate with its interval in percent; none is said to be unknown."""
    if value is None or low is None or high is None:
        return "unknown"
    return f"{100 * value:.1f}% [{100 * low:.1f}, {100 * high:.1f}]"


def money(minor: float, currency: str) -> str:
    """Return an amount of minor units in whole units of its currency."""
    return f"{minor / 10 ** CURRENCIES[currency]:,.0f}"


def _templates() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("training", "card"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=jinja2.select_autoescape(["html.j2"]),
    )
    made.filters |= {f.__name__: f for f in (plain, figure, beside, koma, percent, money)}
    made.tests["some"] = some
    made.globals["rate"] = rate
    return made


_TEMPLATES: Final = _templates()
