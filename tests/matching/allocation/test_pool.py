"""A pool whose columns do not belong together, or with an impossible number, is refused."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from features.errors import BadInput
from matching.allocation.pool import MOST_ASKED, Pool
from tests.matching.allocation.cases import Ask, lent, pool_of

GOOD = pool_of([Ask({"a": 5}, groups=frozenset({"coast"})), Ask({})], [lent("a"), lent("b")])

EVERYTHING = np.ones((2, 2), dtype=bool)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"business_ids": ("x",)}, "columns of [1, 2] applications"),
        ({"amount": np.array([5, 5, 5])}, "columns of [2, 3] applications"),
        ({"groups": {"coast": np.array([True])}}, "columns of [1, 2] applications"),
        ({"fits": np.ones((2, 1), dtype=bool)}, "(2, 2) twice"),
        ({"cost": np.ones((1, 2), dtype=np.int64)}, "(2, 2) twice"),
        ({"application_ids": ("x", "x")}, "1 applications twice"),
        ({"amount": np.array([0, 5])}, "an amount of 0"),
        ({"amount": np.array([MOST_ASKED, 1]), "fits": EVERYTHING}, "rupiah asked"),
        ({"amount": np.array([2**62, 2**62]), "fits": EVERYTHING}, "rupiah asked"),
        ({"probability": np.array([0.5, 1.5])}, "1 probabilities"),
        ({"employees": np.array([-1.0, math.inf])}, "2 impossible numbers of employees"),
        ({"cost": np.full((2, 2), -1)}, "1 costs below zero"),
    ],
)
def test_what_cannot_be_is_refused(changes: Mapping[str, object], said: str) -> None:
    with pytest.raises(BadInput) as wrong:
        replace(GOOD, **changes)  # type: ignore[arg-type]
    assert wrong.value.code == "bad-pool"
    assert said in str(wrong.value)


def test_what_is_not_known_is_no_fault() -> None:
    unknown = replace(GOOD, probability=np.full(2, math.nan), employees=np.full(2, math.nan))
    assert len(unknown) == 2


def test_a_pool_may_be_empty() -> None:
    empty: Pool = pool_of([], [])
    assert len(empty) == 0


def test_what_somebody_asks_whom_nothing_fits_keeps_nobody_else_from_an_allocation() -> None:
    amount, fits = GOOD.amount.copy(), GOOD.fits.copy()
    amount[0], fits[0] = 10**15, False
    assert len(replace(GOOD, amount=amount, fits=fits)) == len(GOOD)
