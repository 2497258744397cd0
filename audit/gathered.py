"""What was decided in a period and what became of it, as numbers, with nobody in them.

Whatever happened has its time, and belongs to the one period in which it did: a decision to that
in which it was made, an outcome to that in which it was first known, an answer to that in which it
was given. So there are rows of decisions made before the period, for what happened in it;
`decided`, `ended` and `answered` tell which rows are there for what, and `Gathered.part` takes
some.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from audit.fairness.cases import Cases, Groups
from features.rows import Flags, Floats, Ints

Texts = NDArray[np.str_]


@dataclass(frozen=True)
class Gathered:
    """Decisions, in the order they were made. (n,) each where nothing else is said.

    A number that is not known is NaN, a text empty. All is as it was known before `until`. Times
    are microseconds since 1970 UTC, as floats where some are not known.

    Args:
        since, until: the period, from the one up to but not the other, UTC.
        erased: decisions of the period whose business is erased since; they are left out.
        decided: made in the period.
        ended: how the loan ended was first known in the period.
        answered: a person answered a review or an objection in the period.
        replied: what the lender decided was first told in the period.
        business: a number for each business of each partner, from 0 on, that means nothing else.
        partner: who asked, by name.
        kecamatan: BPS code. sector: section of KBLI 2020, a letter. size_class: by law.
        decided_at: when.
        probability: of default; not known where the rules decided.
        score: points.
        result: ``eligible``, ``human_review`` or ``not_yet``.
        grade: A to F; empty where the rules decided.
        scorer: ``champion`` or ``rules``. model: its version. simulated: whether that was trained
            on simulated data.
        features: (n, F) by `names`.
        names: of the features, the catalogue's.
        told: (n, R) whether a reason was told. points: (n, R) of each reason, not rounded.
        codes: of the reasons.
        offers: how many. price: all-in yearly rate of the cheapest, 0.24 for 24%.
        offered: (n, P) which products. products: their ids. lenders: (P) who lends each.
        asked: a person was asked to look, by us or by the applicant. said: what that person
            answered last, empty while they have not.
        hours: from the decision to that answer; 0 where nobody was to look.
        overridden: 1 where the answer about lending is another than was recommended, 0 where it is
            the same, NaN where nothing was recommended or said.
        contested: the applicant objected, or said that data are wrong.
        entered: it took part in a programme; served: an allocation served it.
        reply: what the lender decided last: ``approved``, ``declined``, ``withdrawn`` by the
            applicant, or empty. reply_hours: from the decision to that.
        price_given: all-in yearly rate of the loan that was given, 0.24 for 24%.
        disbursed_at: when the loan was paid out. months: on book up to the latest report.
        bad: 1 for a loan that ended badly, 0 for a good one, NaN for others.
        defaulted_at: when it was first in default, however young. ended_at: when it was first known
            how it ended.
        shadow_model: version of a challenger, empty without one. shadow_probability,
            shadow_result: what it would have said.
        protected: attribute → group, of those who consent to the audit now.
    """

    since: datetime
    until: datetime
    erased: int
    decided: Flags
    ended: Flags
    answered: Flags
    replied: Flags
    business: Ints
    partner: Texts
    kecamatan: Texts
    sector: Texts
    size_class: Texts
    decided_at: Ints
    probability: Floats
    score: Floats
    result: Texts
    grade: Texts
    scorer: Texts
    model: Texts
    simulated: Flags
    features: Floats
    names: tuple[str, ...]
    told: Flags
    points: Floats
    codes: tuple[str, ...]
    offers: Floats
    price: Floats
    offered: Flags
    products: tuple[str, ...]
    lenders: tuple[str, ...]
    asked: Flags
    said: Texts
    hours: Floats
    overridden: Floats
    contested: Flags
    entered: Flags
    served: Flags
    reply: Texts
    reply_hours: Floats
    price_given: Floats
    disbursed_at: Floats
    months: Floats
    bad: Floats
    defaulted_at: Floats
    ended_at: Floats
    shadow_model: Texts
    shadow_probability: Floats
    shadow_result: Texts
    protected: Groups

    @property
    def n(self) -> int:
        """Return how many rows there are."""
        return self.decided_at.size

    @property
    def approved(self) -> Floats:
        """Return (n,) 1 where *eligible* was recommended, 0 elsewhere."""
        found: Floats = (self.result == "eligible").astype(np.float64)
        return found

    def part(self, rows: Flags) -> Gathered:
        """Return some of the rows, given as a mask, such as those `decided` in the period."""
        some: dict[str, Any] = {
            field.name: getattr(self, field.name)[rows]
            for field in fields(self)
            if isinstance(getattr(self, field.name), np.ndarray)
        }
        protected = {name: of[rows] for name, of in self.protected.items()}
        return replace(self, **some, protected=protected)


def cases(gathered: Gathered) -> Cases:
    """Return what is gathered as cases to be audited: all of its rows, so take a `part` before.

    Groups are those of `protected`, and kecamatan, sector, size class and lender of all. Points of
    rules are on a scale of their own, and left out.
    """
    by_model = ~np.isnan(gathered.probability)
    points = np.where(by_model[:, None], gathered.points, np.nan)
    figures = Cases.of(
        {
            **gathered.protected,
            "kecamatan": gathered.kecamatan,
            "sector": gathered.sector,
            "size_class": gathered.size_class,
            "lender": gathered.partner,
        },
        probability=gathered.probability,
        score=np.where(by_model, gathered.score, np.nan),
        approved=gathered.approved,
        bad=gathered.bad,
        price=gathered.price,
        offers=gathered.offers,
        hours=gathered.hours,
        reviewed=gathered.asked.astype(np.float64),
        overridden=gathered.overridden,
    )
    told = gathered.told.astype(np.float64)
    return replace(
        figures,
        points={code: points[:, at] for at, code in enumerate(gathered.codes)},
        named={code: told[:, at] for at, code in enumerate(gathered.codes)},
    )
