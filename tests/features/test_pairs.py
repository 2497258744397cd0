"""Every application meets every row of its business, in order, and no other."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from features.pairs import pairs

names = st.sampled_from(["a", "b", "ba", "c"])


@given(st.lists(names, max_size=5), st.lists(st.tuples(names, st.integers(0, 3)), max_size=12))
def test_pairs_are_those_of_two_loops(wanted: list[str], rows: list[tuple[str, int]]) -> None:
    owners = np.array([owner for owner, _ in rows], dtype=str)
    rank = np.array([place for _, place in rows], dtype=np.int64)
    segment, row = pairs(np.array(wanted, dtype=str), owners, rank)
    expected = [
        (i, j)
        for i, business in enumerate(wanted)
        for j in sorted(
            (j for j, (owner, _) in enumerate(rows) if owner == business),
            key=lambda j: (rows[j][1], j),
        )
    ]
    assert list(zip(segment.tolist(), row.tolist(), strict=True)) == expected


def test_a_second_rank_breaks_ties_of_the_first() -> None:
    owners, first, second = np.array(["a"] * 3), np.array([1, 1, 0]), np.array(["y", "x", "z"])
    assert pairs(np.array(["a"]), owners, first, second)[1].tolist() == [2, 1, 0]
