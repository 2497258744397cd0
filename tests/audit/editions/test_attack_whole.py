"""Whoever holds all that an edition tells of groups and of counts together finds no few people.

The attacker knows which histories there are (how far an application came, what it was told, offered
and scored by), but not of how many of which group; the solver is scipy's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from typing import Final

import numpy as np
import pytest
from scipy.optimize import linprog

from audit.cells import LEAST
from audit.editions import audited, told
from audit.editions.happened import happened
from audit.editions.sections import STAGES, Funnel, Named, Offers, Reasons
from audit.fairness.cases import NOT_TOLD
from audit.fairness.draws import Drawing
from audit.gathered import Gathered
from features.places import KECAMATAN
from features.rows import Flags, Floats
from tests.audit.gathered_cases import gathered

END: Final = datetime(2026, 9, 30, 17, tzinfo=UTC)
LENDERS: Final = {"granary": "Granary", "dike": "Dike"}
CODES: Final = ("R0", "R1", "R2")
HIDDEN: Final = ("gender", "disability", "kecamatan")
FIGURES: Final = {"review_gap": "reviewed", "offers_gap": "offers"}

Known = list[tuple[Floats, float]]
"""What is added up over all people, and what it comes to."""


def made(n: int, seed: int) -> Gathered:
    """Return decisions; 3 women with a disability, 3 judged by rules, 1 offered by Dike."""
    random = np.random.default_rng(seed)
    at = np.arange(n)
    gender = random.choice(["female", "male", NOT_TOLD], n, p=[0.5, 0.46, 0.04])
    gender[:3] = "female"
    place = random.choice(["3325110", "3325020", "3325080"], n, p=[0.5, 0.45, 0.05])
    result = random.choice(["not_yet", "eligible", "human_review"], n, p=[0.45, 0.49, 0.06])
    result[3] = "eligible"
    eligible = result == "eligible"
    offers = np.where(eligible, random.choice([0, 1, 2], n, p=[0.03, 0.9, 0.07]), 0)
    offered = np.stack([offers > 0, at == 3], axis=1)
    ruled = (at >= n - 3)[:, None]
    reasons = random.random((n, 3)) < np.where(eligible, 0.03, 0.6)[:, None]
    base = gathered(n, {"gender": gender, "disability": np.where(at < 3, "yes", "no")})
    return replace(
        base,
        kecamatan=place,
        result=result,
        asked=result == "human_review",
        offers=np.maximum(offers, offered.sum(axis=1)).astype(float),
        price=np.where(offered.any(axis=1), 0.2, np.nan),
        hours=np.where(result == "human_review", np.nan, 0.0),
        offered=offered,
        products=("kur", "bmt"),
        lenders=("granary", "dike"),
        codes=CODES,
        told=reasons,
        points=np.where(ruled, np.nan, reasons * -9.0),
        model=np.where(ruled[:, 0], "rules", "7"),
        probability=np.where(ruled[:, 0], np.nan, np.where(eligible, 0.05, 0.2)),
        score=np.where(ruled[:, 0], 550.0, np.where(eligible, 620.0, 540.0)),
    )


class Attack:
    """All that is told, over every history there is in every group there may be."""

    def __init__(self, of: Gathered, *, heeding: bool = True) -> None:
        what = happened(of, LENDERS)
        self.counts = told.told(what, [], END)
        heeded = self.counts.counts if heeding else dict.fromkeys(self.counts.counts, 0)
        self.report = audited.of_decisions(of, LENDERS, heeded, Drawing(20)).json()
        self.parts: dict[str, Flags] = {
            **{stage: what.stage == at for at, stage in enumerate(STAGES)},
            **{f"offers:{at}": np.minimum(what.offers, 3) == at for at in range(4)},
            **{f"reason:{name}": flags for name, flags in what.reasons.items()},
            **{f"lender:{name}": flags for name, flags in what.lenders.items()},
            **{f"model:{name}": flags for name, flags in what.models.items()},
            "approved": what.approved,
            "everybody": np.ones(of.n, dtype=bool),
        }
        places = np.array([KECAMATAN[str(code)].name for code in of.kecamatan])
        self.groups = {**of.protected, "kecamatan": places}
        self.figures = {**self.parts, "reviewed": what.to_person, "offers": of.offers}
        keys = np.stack([one.astype(float) for one in self.figures.values()], axis=1)
        histories = np.unique(keys, axis=0)
        kinds = list(product(*(np.unique(self.groups[name]) for name in HIDDEN)))
        self.of_kind = {
            name: np.repeat([kind[at] for kind in kinds], len(histories))
            for at, name in enumerate(HIDDEN)
        }
        self.values = dict(zip(self.figures, np.tile(histories, (len(kinds), 1)).T, strict=True))
        known = [*self._of_groups(), *self._of_counts()]
        self.a = np.array([row for row, _ in known])
        self.b = np.array([number for _, number in known])

    def holds(self, place: Mapping[str, str]) -> Flags:
        """Return which kinds are of a place: told all that it asks, and of its groups."""
        found = np.ones(len(self.values["everybody"]), dtype=bool)
        for name, group in place.items():
            found &= self.of_kind[name] == group if group else self.of_kind[name] != NOT_TOLD
        return found

    def _of_groups(self) -> Iterator[tuple[Floats, float]]:
        """Yield what the audit tells: numbers, and shares and means times numbers."""
        sizes = {}
        yield self.values["everybody"], self.report["applications"]
        for one in self.report["groups"]:
            place = {name: one[name] for name in HIDDEN if name in one}
            if one["counted"] != "decided" or not place or set(one) & {"sector", "lender"}:
                continue
            sizes[tuple(place.items())] = one["n"]
            yield self.holds(place).astype(float), one["n"]
            yield self.holds(place) * self.values["approved"], one["n"] * one["approved"]
        for one in [*self.report["comparisons"], *self.report["named"]]:
            code = f"reason:{one['measure']}"
            name = code if code in self.values else FIGURES.get(one["measure"])
            place = {key: one[key] for key in HIDDEN if key in one}
            if name is None or one["group"] is None or tuple(place.items()) not in sizes:
                continue
            every = dict.fromkeys(place, "")
            n, total = sizes[tuple(place.items())], sizes[tuple(every.items())]
            rest = self.holds(every) & ~self.holds(place)
            yield self.holds(place) * self.values[name], one["group"]["value"] * n
            yield rest * self.values[name], one["others"]["value"] * (total - n)

    def _of_counts(self) -> Iterator[tuple[Floats, float]]:
        """Yield what is counted of all."""
        of = self.counts
        funnel, reasons, offers = told.funnel(of, ()), told.reasons(of), told.offers(of)
        assert isinstance(funnel, Funnel)
        assert isinstance(reasons, Reasons)
        assert isinstance(offers, Offers)
        named: dict[str, tuple[Named, ...]] = {
            "reason": reasons.named,
            "offers": offers.counts,
            "lender": offers.lenders,
            "model": told.models(of),
        }
        yield self.values["approved"], funnel.eligible.value * funnel.asked
        yield from (
            (self.values[one.stage], one.stopped)
            for one in funnel.stages
            if one.stopped is not None
        )
        yield from (
            (self.values[f"{kind}:{one.name}"], one.count)
            for kind, those in named.items()
            for one in those
            if one.count is not None
        )

    def bounds(self, goal: Floats) -> tuple[float, float]:
        """Return the fewest and the most there may be of what is added up."""
        least, most = (linprog(sign * goal, A_eq=self.a, b_eq=self.b) for sign in (1, -1))
        assert (least.status, most.status) in {(0, 0), (0, 3)}  # solved; 3: without end
        return least.fun, np.inf if most.status else -most.fun

    def few(self) -> Iterator[tuple[str, Floats]]:
        """Yield every part of fewer than ten: of all, and of the places of the audit."""
        for name, flags in self.parts.items():
            if 0 < flags.sum() < LEAST:
                yield name, self.values[name]
        for table in [(name,) for name in HIDDEN] + [("gender", "kecamatan")]:
            for group in product(*(np.unique(self.groups[name]) for name in table)):
                place = dict(zip(table, map(str, group), strict=True))
                rows = np.logical_and.reduce([self.groups[key] == of for key, of in place.items()])
                mine = np.logical_and.reduce([self.of_kind[key] == of for key, of in place.items()])
                for what in {"everybody", "reviewed", "reason:R1", "offers:2"} & set(self.figures):
                    if 0 < (self.figures[what] * rows).sum() < LEAST:
                        yield f"{place} {what}", mine * self.values[what]


def found(attack: Attack) -> list[str]:
    """Return what is known to be of somebody, and of fewer than ten."""
    return [
        f"{name}: {least:.1f} to {most:.1f}"
        for name, goal in attack.few()
        for least, most in [attack.bounds(goal)]
        if least > 1e-6 and most < LEAST - 1e-6
    ]


@pytest.mark.parametrize(("n", "seed"), [(180, 1), (240, 2), (400, 3)])
def test_all_that_an_edition_tells_gives_away_no_few_people(n: int, seed: int) -> None:
    attack = Attack(made(n, seed))
    assert len(list(attack.few())) > 10
    assert found(attack) == []


def test_an_audit_that_did_not_heed_what_the_counts_hide_would_give_it_away() -> None:
    """Seven are not yet eligible, so it is hidden how many went to a person: a gap tells it."""
    n = 200
    at = np.arange(n)
    result = np.where(at < 7, "not_yet", np.where(at < 67, "human_review", "eligible"))
    base = gathered(n, {"gender": np.where(at % 2 == 0, "female", "male"),
                        "disability": np.where(at % 5 < 2, "yes", "no")})  # fmt: skip
    of = replace(base, result=result, offers=np.zeros(n), asked=result == "human_review")
    assert found(Attack(of, heeding=False)) == ["not_yet: 7.0 to 7.0"]
    assert found(Attack(of)) == []
