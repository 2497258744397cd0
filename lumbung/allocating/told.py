"""What an allocation comes to, for the terminal and as one JSON object: aggregates only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from lumbung.allocating.gathered import ASIDE, Gathered
from matching.allocation.programme import Programme
from matching.allocation.result import Allocation, Method, Sums
from serving.telling import allocation_words as words
from serving.telling.words import wording

ENGLISH = "en"


@dataclass(frozen=True)
class Told:
    """What there is to tell.

    Args:
        programme: whose limits were kept.
        allocation: what came of it.
        gathered: the pool, and who stayed aside.
        asked: how many applications were chosen, those without consent too.
        assumed: of every applicant, name → value.
        model: the version that scored; simulated: whether it, or the data, is simulated.
    """

    programme: Programme
    allocation: Allocation
    gathered: Gathered
    asked: int
    assumed: Mapping[str, str]
    model: str
    simulated: bool

    @property
    def counts(self) -> dict[str, int]:
        """Return how many applications there are, and where they are."""
        aside = Counter(self.gathered.aside.values())
        pool = len(self.gathered.pool)
        return {
            "asked": self.asked,
            "no_consent": self.asked - pool - aside.total(),
            **{why: aside[why] for why in ASIDE},
            "pool": pool,
            "fitting": self.allocation.fitting,
        }


COUNTED: Mapping[str, str] = {
    "asked": "chosen",
    "no_consent": "without a consent to be scored or shared",
    "not_shared": "shared with no lender here",
    "no_tenor": "ask for no time to repay",
    "human_review": "a person looks at first",
    "not_yet": "not yet eligible",
    "pool": "in the pool",
    "fitting": "of them with a product that fits",
}


def result(told: Told) -> dict[str, Any]:
    """Return the whole as one object; money is whole rupiah."""
    got = told.allocation
    return {
        "programme": got.programme_id,
        "objective": got.objective,
        "applications": told.counts,
        **asdict(got.sums),
        "bound": got.bound,
        "gap": got.gap,
        "limits": [asdict(limit) for limit in got.limits],
        "floors": [{**asdict(held), "share": float(held.share)} for held in got.floors],
        "beside": {method: asdict(sums) for method, sums in got.beside.items()},
        "assumed": dict(told.assumed),
        "model": told.model,
        "simulated": told.simulated,
    }


def text(told: Told) -> str:
    """Return the same for a person."""
    return "\n".join(_lines(told))


def _lines(told: Told) -> Iterator[str]:
    got, of = told.allocation, told.allocation.objective
    yield told.programme.name
    if told.simulated:
        yield wording(ENGLISH)["allocation"]["simulated"]
    yield f"{words.objective(of, ENGLISH)}."
    yield from (f"  {n:>9,} {COUNTED[name]}" for name, n in told.counts.items() if n)
    yield from (f"  assumed of all: {name} = {value}" for name, value in told.assumed.items())
    yield words.proof(got.sums.worth, got.bound, ENGLISH)
    yield from _methods(told)
    for limit in got.limits:
        used = words.amount(limit.used, limit.unit, ENGLISH)
        ends = " to ".join(
            words.amount(end, limit.unit, ENGLISH)
            for end in (limit.at_least, limit.at_most)
            if end is not None
        )
        yield f"  {limit.name}: {used} of {ends}. {words.price(limit, of, ENGLISH)}"
    yield from (f"  {held.name}: {words.floor(held, of, ENGLISH)}" for held in got.floors)


def _methods(told: Told) -> Iterator[str]:
    optimum: Mapping[Method, Sums] = {"optimum": told.allocation.sums}
    for method, sums in {**optimum, **told.allocation.beside}.items():
        worth = words.worth(sums.worth, told.allocation.objective, ENGLISH)
        yield (
            f"  {words.method(method, ENGLISH)}: {worth}; {sums.served:,} businesses, "
            f"{words.amount(sums.lent, 'rupiah', ENGLISH)} lent, "
            f"{sums.blocking_pairs:,} blocking pairs, {sums.seconds:.1f} s"
        )
