"""An edition on paper, A4, for a meeting: every part, and by what it is held against the ledger."""

from __future__ import annotations

from typing import Final

from serving.editions.keeping import Kept
from serving.pages import edition_shown, glance
from serving.pages.edition_shown import Shown
from serving.pages.edition_tables import PARTS
from serving.pages.page import Language
from serving.pages.paper import Paper
from serving.telling import written
from serving.telling.words import wording

MOST: Final = 60
"""Lines of a table that are printed at most."""


def paper(kept: Kept, language: Language) -> bytes:
    """Return an edition as PDF; of the same edition and checkpoint the same bytes."""
    words, edition = wording(language)["editions"], kept.edition
    made = Paper(f"{words['edition']} {edition.name}", language, edition.made_at)
    first, last = (written.day(day, language) for day in (edition.first, edition.last))
    made.text(words["days"].format(first=first, last=last))
    if edition.simulated:
        made.text(words["simulated"], bold=True)
    for card in glance.cards(edition, language):
        made.item(f"{card.title}: {card.says}")
    if changed := glance.changes(kept, language):
        made.heading(words["changes"])
        made.text(words["changes_how"])
        made.table([words["what"], words["before"], words["now"]], changed)
    for part in PARTS:
        shown = edition_shown.shown(edition, part, language)
        made.heading(words[f"part_{part}"])
        made.text(edition_shown.missing(edition, part, language) or words[f"how_{part}"])
        for one in shown:
            _print(made, one, words["rest"])
    made.heading(words["proof"])
    made.text(words["proof_how"])
    for what, value in glance.proof(kept, language):
        made.text(f"{what}: {value}")
    return made.whole()


def _print(made: Paper, one: Shown, rest: str) -> None:
    if not one.lines:
        return
    if one.dots is None:
        made.text(one.title, bold=True)
    else:
        made.picture(one.title, one.dots)
    texts = sum(not number for _, number in one.heads)
    wide = tuple(2 if not number else 1 for _, number in one.heads)
    made.table([head for head, _ in one.heads], one.lines[:MOST], wide, words=texts)
    if len(one.lines) > MOST:
        made.text(rest)
