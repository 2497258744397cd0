"""A decision with all that followed upon it, as far as an edition counts it, and its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import TypeAdapter

from audit import groups
from audit.days import microseconds, wib
from features.catalogue import NAMES
from models.reasons import CODES
from serving.applications.cases import Case
from serving.applications.ended import Ended
from serving.applications.lenders import Told, last
from serving.protected import kept as protected
from serving.tables import DecisionRow, ShadowScore

LOOKED: Final = ("review", "objection")
"""Cases in which a person says what comes of a decision."""

CONTESTED: Final = ("objection", "correction")
"""Cases by which an applicant says that it is wrong."""

HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True)
class _Points:
    score: int
    exact: dict[str, float]


@dataclass(frozen=True)
class _Offer:
    product_id: str
    lender_id: str
    apr: float


@dataclass(frozen=True)
class _Business:
    kbli: str | None
    kecamatan: str | None


@dataclass(frozen=True)
class _Application:
    business: _Business


@dataclass(frozen=True)
class _Applicant:
    monthly_income: float | None


@dataclass(frozen=True)
class _Result:
    kind: str


@dataclass(frozen=True)
class _Versions:
    model: str
    simulated: bool
    scorer: str = "champion"


@dataclass(frozen=True)
class Kept:
    """What of a decision (`audit.decision.Decision`) counts; all else is not even read."""

    application: _Application
    applicant: _Applicant
    result: _Result
    probability_of_default: float | None
    grade: str | None
    points: _Points
    reasons: tuple[str, ...]
    offers: tuple[_Offer, ...]
    features: dict[str, float | None]
    versions: _Versions


KEPT: Final = TypeAdapter(Kept)
"""Reads a kept decision."""


@dataclass(frozen=True)
class Opened:
    """A decision and what followed upon it, as it was known at the end of a period.

    Args:
        row: as it is kept. kept: what it says.
        business: the number of its business.
        loan: what is known of its loan; None where nothing is reported.
        cases: opened by then; of one answered later no answer.
        replies: what its lender told of its own answer, in that order.
        shadow: what a challenger would have said.
        protected: what its owner told for the audit; None where they told nothing.
        entered: whether it took part in a programme; served: whether an allocation served it.
    """

    row: DecisionRow
    kept: Kept
    business: int
    loan: Ended | None
    cases: Sequence[Case]
    replies: Sequence[Told]
    shadow: ShadowScore | None
    protected: protected.Told | None
    entered: bool
    served: bool

    def happened(self, since: datetime) -> bool:
        """Return whether anything of it happened from an instant on."""
        return any(self._when(since).values())

    def line(self, since: datetime) -> dict[str, Any]:
        """Return what it adds to the columns of `audit.gathered.Gathered`, but for the matrices.

        None is what is not known.

        Args:
            since: from when on what happened is of the period.
        """
        answers = {**self._looked(), **self._lent()}
        return {**self._when(since), **self._said(), **answers, **self._became()}

    def features(self) -> list[float | None]:
        """Return (F,) the features, in the order of the catalogue."""
        return [self.kept.features.get(name) for name in NAMES]

    def points(self) -> list[float | None]:
        """Return (R,) the points of each reason, in the order of `models.reasons.CODES`."""
        return [self.kept.points.exact.get(code) for code in CODES]

    def told(self) -> list[bool]:
        """Return (R,) whether each reason was told."""
        return [code in self.kept.reasons for code in CODES]

    def groups(self) -> dict[str, str]:
        """Return the group of each attribute that owners are asked about for the audit."""
        told = self.protected or protected.Told(None, None, None)
        return told.groups(wib(self.row.decided_at).year)

    def products(self) -> list[tuple[str, str]]:
        """Return the products that were offered, each with who lends it."""
        return [(one.product_id, one.lender_id) for one in self.kept.offers]

    @property
    def _answers(self) -> list[Case]:
        """Return the reviews and objections that a person answered, the last at the end."""
        answered = [one for one in self.cases if one.kind in LOOKED and one.answered_at is not None]
        return sorted(answered, key=lambda one: one.answered_at or one.opened_at)

    def _when(self, since: datetime) -> dict[str, Any]:
        """Return what of it happened in the period."""
        final_at = None if self.loan is None else self.loan.final_at
        return {
            "decided": self.row.decided_at >= since,
            "ended": final_at is not None and final_at >= since,
            "replied": bool(self.replies) and self.replies[0].reported_at >= since,
            "answered": any(one.answered_at and one.answered_at >= since for one in self._answers),
        }

    def _said(self) -> dict[str, Any]:
        """Return whom it is about, and what was said."""
        kept, business = self.kept, self.kept.application.business
        return {
            "decided_at": microseconds(self.row.decided_at),
            "business": self.business,
            "partner": self.row.partner_id,
            "kecamatan": business.kecamatan,
            "sector": groups.section(business.kbli),
            "size_class": groups.size_class(kept.applicant.monthly_income),
            "probability": kept.probability_of_default,
            "score": kept.points.score,
            "result": kept.result.kind,
            "grade": kept.grade,
            "scorer": kept.versions.scorer,
            "model": kept.versions.model,
            "simulated": kept.versions.simulated,
            "offers": len(kept.offers),
            "price": min((one.apr for one in kept.offers), default=None),
        }

    def _looked(self) -> dict[str, Any]:
        """Return what people did with it."""
        last = next(iter(self._answers[-1:]), None)
        overrides = [one.override for one in self._answers if one.override is not None]
        return {
            "asked": any(one.kind in LOOKED for one in self.cases),
            "said": None if last is None else last.outcome,
            "hours": self._hours(),
            "overridden": float(overrides[-1] != "none") if overrides else None,
            "contested": any(one.kind in CONTESTED for one in self.cases),
            "entered": self.entered,
            "served": self.served,
        }

    def _hours(self) -> float | None:
        """Return how long it took to an answer: none, where nobody is to look before it."""
        if self.kept.result.kind != "human_review":
            return 0.0
        first = next(iter(self._answers[:1]), None)
        if first is None or first.answered_at is None:
            return None
        return (first.answered_at - self.row.decided_at) / HOUR

    def _lent(self) -> dict[str, Any]:
        """Return what its lender answered."""
        reply = last(self.replies) if self.replies else None
        took = None if reply is None else (reply.answered_at - self.row.decided_at) / HOUR
        price = None if reply is None else reply.price_bp
        return {
            "reply": reply and reply.outcome,
            "reply_hours": took,
            "price_given": None if price is None else price / 10_000,
        }

    def _became(self) -> dict[str, Any]:
        """Return what became of its loan, and what a challenger would have said."""
        loan, shadow = self.loan, self.shadow
        return {
            "disbursed_at": _at(loan.disbursed_at if loan else None),
            "months": loan and loan.months,
            "bad": None if loan is None or loan.bad is None else float(loan.bad),
            "defaulted_at": _at(loan.defaulted_at if loan else None),
            "ended_at": _at(loan.final_at if loan else None),
            "shadow_model": shadow and shadow.version,
            "shadow_probability": shadow and shadow.probability,
            "shadow_result": shadow and shadow.result,
        }


def _at(when: datetime | None) -> int | None:
    return None if when is None else microseconds(when)
