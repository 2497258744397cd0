"""An edition at a glance: a card for each part, what changed since the last one, and its proof."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final

from audit.editions.sections import (
    Allocated,
    Audited,
    Drifted,
    Edition,
    Funnel,
    Ledger,
    Model,
    Offers,
    Questions,
    Reasons,
)
from audit.fairness.measures import PARITY
from audit.origins.parts import BASE, TOTAL
from serving.editions.keeping import Kept
from serving.pages.edition_audits import place_of
from serving.pages.edition_cells import HIDDEN, alarm, cell, place, reason
from serving.pages.edition_shown import missing
from serving.pages.edition_tables import PARTS, PartName, part_of
from serving.pages.sections import WORSE
from serving.telling import written
from serving.telling.words import wording


@dataclass(frozen=True)
class Card:
    """A part in a sentence or two."""

    part: PartName
    title: str
    says: str


def cards(edition: Edition, language: str) -> tuple[Card, ...]:
    """Return a card for each part."""
    words = wording(language)["editions"]
    return tuple(
        Card(
            part,
            words[f"part_{part}"],
            missing(edition, part, language)
            or words[f"card_{part}"].format(**SAYS[part](part_of(edition, part), language)),
        )
        for part in PARTS
    )


def changes(kept: Kept, language: str) -> list[tuple[str, str, str]]:
    """Return (what, before, now) of what is comparable with the edition before; none without one.

    The two have no application in common, so what differs may be chance: intervals tell.
    """
    words, before, now = wording(language)["editions"], kept.before, kept.edition
    if before is None:
        return []
    found = []
    if isinstance(before.funnel, Funnel) and isinstance(now.funnel, Funnel):
        for name, unit in (("asked", "count"), ("eligible", "share")):
            values = [_value(getattr(one.funnel, name)) for one in (before, now)]
            old, new = (cell(value, unit, "", language) for value in values)  # type: ignore[arg-type]
            found.append((words[f"head_{name}"], old, new))
    return found


def proof(kept: Kept, language: str) -> list[tuple[str, str]]:
    """Return (what, value) by which the edition is held against the ledger."""
    words, signed = wording(language)["editions"], kept.signed
    found = [(words["digest"], kept.digest), (words["entry"], str(kept.entry))]
    if signed is None:
        return [*found, (words["checkpoint"], words["unsigned"])]
    return [
        *found,
        (words["checkpoint"], f"{signed.number}, {signed.at}"),
        (words["last_hash"], signed.hash),
        (words["signature"], signed.signature),
        (words["key"], signed.key),
    ]


def _value(one: Any) -> Any:
    return one if isinstance(one, int) else asdict(one)


def _funnel(of: Funnel, language: str) -> dict[str, str]:
    eligible = cell(asdict(of.eligible), "share", "", language)
    return {"asked": written.number(of.asked, language), "eligible": eligible}


def _audited(of: Audited, language: str) -> dict[str, str]:
    """Return whose gaps in shares approved are shown."""
    places = [
        place_of(one, "against")
        for one in of.report["comparisons"]
        if one["measure"] == PARITY.name and one["verdict"] in WORSE
    ]
    groups = dict.fromkeys(place(one, language) for one in places)
    return {"those": "; ".join(groups) or wording(language)["editions"]["nobody"]}


def _origins(of: Audited, language: str) -> dict[str, str]:
    """Return by which reasons scores of a group are shown to be lower."""
    shown = [one["measure"] for one in of.report["parts"] if one["verdict"] in WORSE]
    names = [reason(code, language) for code in shown if code not in (TOTAL, BASE)]
    return {"those": _those(names, language)}


def _reasons(of: Reasons, language: str) -> dict[str, str]:
    most = max(of.named, key=lambda one: one.count or 0, default=None)
    names = wording(language)["groups"]
    return {"reason": HIDDEN if most is None or not most.count else names[most.name]}


def _offers(of: Offers, language: str) -> dict[str, str]:
    median = None if of.prices is None else of.prices.median
    return {"price": cell(median, "rate", "", language)}


def _questions(of: Questions, language: str) -> dict[str, str]:
    return {one.kind: cell(one.overdue, "count", "", language) for one in of.kinds}


def _drift(of: Drifted, language: str) -> dict[str, str]:
    """Return what the alarms say, each once."""
    said = dict.fromkeys(alarm(one["code"], language) for one in of.found["alarms"])
    return {"those": " ".join(said) or wording(language)["editions"]["calm"]}


def _allocation(of: Allocated, language: str) -> dict[str, str]:
    return {"those": _those([one.name for one in of.made], language)}


def _model(of: Model, language: str) -> dict[str, str]:
    red = [one.title for one in of.gates if one.colour == "red"]
    return {"version": of.version or HIDDEN, "those": _those(red, language)}


def _ledger(of: Ledger, language: str) -> dict[str, str]:
    return {
        "number": written.number(of.number, language),
        "faults": written.number(of.faults, language),
    }


def _those(names: list[str], language: str) -> str:
    there = list(dict.fromkeys(names))
    return written.listed(there, language) if there else wording(language)["editions"]["nobody"]


SAYS: Final[dict[PartName, Callable[[Any, str], dict[str, str]]]] = {
    "funnel": _funnel,
    "fairness": _audited,
    "origins": _origins,
    "outcomes": _audited,
    "reasons": _reasons,
    "offers": _offers,
    "drift": _drift,
    "allocation": _allocation,
    "questions": _questions,
    "model": _model,
    "ledger": _ledger,
}
"""Part → what its card says."""
