"""One look at a period: what moved, how loans fared, and which alarms ring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from audit.cells import few
from audit.drift import applicants, loans, vintages
from audit.drift.alarms import USUAL, Limits
from audit.drift.comparison import Finding, found
from audit.drift.loans import Piece
from audit.drift.seen import Asked, Judged, Loans
from audit.drift.vintages import Vintage
from models.reference import Reference

FORMAT: Final = 1
"""Of the JSON; a change that a reader must know of makes it another."""


@dataclass(frozen=True)
class Drift:
    """What a look at a period found.

    Args:
        applicants: how many asked in it.
        judged: how many loans were judged in it.
        reference: whether the model says what it was trained on.
        season: whether the same Hijri season a year before is known.
        limits: of the alarms.
        findings: every comparison that could be made; none is *insufficient data*, not calm.
        months: the loans judged, by month of decision; *quarters* the same by quarter.
        vintages: of all loans; none where they were not given.
    """

    applicants: int
    judged: int
    reference: bool
    season: bool
    limits: Limits
    findings: Sequence[Finding]
    months: Sequence[Piece]
    quarters: Sequence[Piece]
    vintages: Sequence[Vintage]

    @property
    def alarms(self) -> list[Finding]:
        """Return the findings that ring, those to act upon first, then the farthest off."""
        rings = [one for one in self.findings if one.level in ("act", "look")]
        return sorted(rings, key=lambda one: (one.level or "", one.p_of_all))

    def json(self) -> dict[str, Any]:
        """Return all of it as JSON takes it; what is of fewer than ten is null."""
        return {
            "format": FORMAT,
            "applicants": _enough(self.applicants),
            "judged": _enough(self.judged),
            "reference": self.reference,
            "season": self.season,
            "limits": self.limits.model_dump(by_alias=True),
            "compared": [one.json() for one in self.findings],
            "alarms": [{"code": one.code, "level": one.level, "feature": one.compared.what or None}
                       for one in self.alarms],
            "months": [one.json() for one in self.months],
            "quarters": [one.json() for one in self.quarters],
            "vintages": [one.json() for one in self.vintages],
        }  # fmt: skip


def _enough(number: int) -> int | None:
    return None if few(number) else number


def monitor(
    reference: Reference | None,
    asked: Asked,
    judged: Judged,
    season: Asked | None = None,
    every: Loans | None = None,
    limits: Limits = USUAL,
) -> Drift:
    """Look at a period.

    Args:
        reference: what the model in force was trained on; None of a model that does not say.
        asked: the applicants of the period.
        judged: the loans whose time of observation ended in it.
        season: the applicants of the same Hijri season a year before, where they are known.
        every: loans of any age, for vintages. They tell of former periods too, so what is
            published period by period must leave them out.
        limits: of the alarms.
    """
    compared = [
        *(() if reference is None else applicants.compared(reference, asked, season)),
        *loans.compared(reference, judged),
        *(() if every is None else vintages.compared(every)),
    ]
    return Drift(
        applicants=len(asked.vectors),
        judged=judged.bad.size,
        reference=reference is not None,
        season=season is not None and len(season.vectors) >= applicants.ENOUGH,
        limits=limits,
        findings=found(compared, limits),
        months=loans.pieces(judged, "M"),
        quarters=loans.pieces(judged, "Q"),
        vintages=[] if every is None else vintages.vintages(every),
    )
