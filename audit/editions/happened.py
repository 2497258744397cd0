"""What happened in a period: decisions, how far each came, and the cases that people opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np

from audit.days import wib
from audit.editions.sections import STAGES, Kind
from audit.gathered import Gathered, Texts
from features.rows import Flags, Floats, Ints

STATES: Final = ("in_time", "late", "waiting", "overdue")
"""Of a case at the end of the period."""


@dataclass(frozen=True)
class Happened:
    """What was decided in a period, (n,) each.

    Args:
        stage: how far it came, a place in `STAGES`.
        approved: whether *eligible* was recommended. to_person: whether it went to a person.
        offers: how many there were. price: yearly, of the cheapest, NaN without one.
        reasons: code → of whom it was told.
        lenders: name → to whom a product of theirs was offered.
        models: version → whom it judged.
    """

    stage: Ints
    approved: Flags
    to_person: Flags
    offers: Ints
    price: Floats
    reasons: Mapping[str, Flags]
    lenders: Mapping[str, Flags]
    models: Mapping[str, Flags]


@dataclass(frozen=True)
class Question:
    """A case that was opened in the period; answered: None where it was not by its end."""

    kind: Kind
    opened_at: datetime
    due_at: datetime
    answered_at: datetime | None

    def state(self, end: datetime) -> str:
        """Return which of `STATES` it was in at the end of the period."""
        if self.answered_at is not None:
            return "in_time" if self.answered_at <= self.due_at else "late"
        return "waiting" if end <= self.due_at else "overdue"

    @property
    def week(self) -> date:
        """Return the Monday of the week in which it is due."""
        day = wib(self.due_at - timedelta(microseconds=1))
        return day - timedelta(days=day.weekday())


def happened(of: Gathered, lenders: Mapping[str, str]) -> Happened:
    """Return what was decided.

    Args:
        of: the decisions made in the period.
        lenders: id → name.
    """
    names = np.array([lenders.get(one, one) for one in of.lenders], dtype=np.str_)
    return Happened(
        stage=_stage(of),
        approved=of.approved == 1,
        to_person=of.result == "human_review",
        offers=of.offers.astype(np.int64),
        price=of.price,
        reasons={code: of.told[:, at] for at, code in enumerate(of.codes)},
        lenders={
            str(name): _any(of.offered[:, _same(names, str(name))]) for name in np.unique(names)
        },
        models={str(one): _same(of.model, str(one)) for one in np.unique(of.model)},
    )


def _same(texts: Texts, one: str) -> Flags:
    found: Flags = texts == one
    return found


def _any(those: Flags) -> Flags:
    found: Flags = np.logical_or.reduce(those, axis=1)
    return found


def _stage(of: Gathered) -> Ints:
    """Return (n,) the furthest stage of each, a place in `STAGES`."""
    there = {
        "allocated": of.served,
        "entered": of.entered,
        "offered": (of.result == "eligible") & (of.offers > 0),
        **{kind: of.result == kind for kind in ("eligible", "human_review", "not_yet")},
    }
    return np.select(list(there.values()), [STAGES.index(name) for name in there])
