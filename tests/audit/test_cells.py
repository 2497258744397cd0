"""Small cells cannot be found: neither read, nor by subtraction, nor by a linear programme."""

from __future__ import annotations

from typing import Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.optimize import linprog

from audit.cells import LEAST, few, publishable
from features.errors import BadInput
from features.rows import Flags, Floats, Ints

TABLES: Final = arrays.arrays(np.int64, st.tuples(st.integers(1, 4), st.integers(1, 4)),
                              elements=st.integers(0, 14) | st.integers(0, 200))  # fmt: skip


def with_totals(inner: Ints) -> Ints:
    """Return a table with the totals of its rows, of its columns and of all."""
    rows = np.hstack([inner, inner.sum(axis=1, keepdims=True)])
    total: Ints = np.vstack([rows, rows.sum(axis=0, keepdims=True)])
    return total


def sums_of(shape: tuple[int, int]) -> Ints:
    """Return how a table with totals adds up."""
    cells = np.arange(shape[0] * shape[1]).reshape(shape)
    lines = [*cells, *cells.T]
    sums = np.zeros((len(lines), cells.size), dtype=np.int64)
    for place, line in enumerate(lines):
        sums[place, line[:-1]], sums[place, line[-1]] = 1, -1
    return sums


def shown_of(table: Ints) -> Flags:
    """Return which cells of a table with totals may be shown."""
    counts, sums = table.ravel(), sums_of(table.shape)
    return publishable(counts, sums, np.ones(counts.size, bool)).reshape(table.shape)


def attack(counts: Ints, sums: Ints, shown: Flags) -> Floats:
    """Return (m, 2) the least and the most that each cell can be, to who knows what is shown.

    That a cell is empty is known too. The solver is another one than the code's.
    """
    known = shown | (counts == 0)
    bounds = [(count, count) if it else (0, None) for count, it in zip(counts, known, strict=True)]
    found = np.empty((counts.size, 2))
    for cell in range(counts.size):
        for side, sign in enumerate((1, -1)):
            goal = np.zeros(counts.size)
            goal[cell] = sign
            made = linprog(goal, A_eq=sums, b_eq=np.zeros(len(sums)), bounds=bounds)
            found[cell, side] = sign * made.fun if made.status == 0 else np.inf
    return found


def test_a_table_of_large_and_empty_cells_is_shown_whole() -> None:
    table = with_totals(np.array([[10, 0], [25, 70]]))
    assert shown_of(table).all()


def test_a_small_cell_takes_a_second_one_of_its_row_and_of_its_column_along() -> None:
    table = with_totals(np.array([[3, 20, 30], [40, 12, 50], [60, 70, 80]]))
    hidden = [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert sorted(map(tuple, np.argwhere(~shown_of(table)))) == hidden


def test_where_nothing_else_will_do_the_total_is_hidden() -> None:
    table = with_totals(np.array([[3, 0, 0], [0, 90, 20]]))
    shown = shown_of(table)
    assert not shown[0, 0]
    assert not shown[0, -1]
    assert not shown[-1, 0]
    assert not shown[-1, -1]
    assert shown[1].all()


def test_two_small_cells_whose_sum_is_small_need_a_third() -> None:
    shown = shown_of(with_totals(np.array([[1, 2, 40, 50], [30, 30, 30, 30]])))
    assert (~shown[0]).sum() >= 3


def test_those_outside_a_group_cannot_be_found_by_subtracting_the_group() -> None:
    counts = np.array([100, 97, 3])  # all, the group, the others
    sums = np.array([[-1, 1, 1]])
    shown = publishable(counts, sums, np.array([True, True, False]))
    assert shown.tolist() == [True, False, False]


def test_what_is_nobodys_wish_is_not_shown() -> None:
    counts, sums = np.array([100, 60, 40]), np.array([[-1, 1, 1]])
    shown = publishable(counts, sums, np.array([True, True, False]))
    assert shown.tolist() == [True, True, False]


def test_where_there_is_room_for_fewer_than_ten_as_many_as_there_is_room_for_remain() -> None:
    """Ten more of the five would show in the total; six more would not, if others are fewer."""
    counts, sums = np.array([12, 5, 7]), np.array([[-1, 1, 1]])
    meant, guarded = np.ones(3, dtype=bool), np.array([False, True, False])
    free = publishable(counts, sums, meant, guarded=guarded)
    assert free.tolist() == [False, False, False]
    rooms = np.array([99.0, 6.0, 99.0])
    assert publishable(counts, sums, meant, guarded=guarded, rooms=rooms).tolist() == [
        True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize("counts", [[5, 3, 1], [-4, -2, -2]])
def test_cells_that_do_not_add_up_are_refused(counts: list[int]) -> None:
    with pytest.raises(BadInput) as error:
        publishable(np.array(counts), np.array([[-1, 1, 1]]), np.ones(3, bool))
    assert error.value.code == "bad-table"


@settings(max_examples=25, deadline=None)
@given(TABLES)
def test_no_attack_by_a_linear_programme_finds_a_small_cell(inner: Ints) -> None:
    table = with_totals(inner)
    counts, shown = table.ravel(), shown_of(table).ravel()
    small = (counts > 0) & (counts < LEAST)
    assert not (shown & small).any()
    found = attack(counts, sums_of(table.shape), shown)
    assert (found[small, 1] - found[small, 0] >= LEAST - 1e-6).all()
    assert (found[small, 1] >= LEAST).all()
    assert (found[~shown, 1] - found[~shown, 0] > 0.5).all()


@settings(max_examples=50, deadline=None)
@given(TABLES)
def test_where_no_cell_is_small_nothing_is_hidden(inner: Ints) -> None:
    table = with_totals(np.where(inner < LEAST, 0, inner))
    assert shown_of(table).all()


def test_few_are_some_and_fewer_than_ten() -> None:
    assert few(np.array([0, 1, 9, 10, 11])).tolist() == [False, True, True, False, False]
    assert [few(number) for number in (0, 1, 9, 10)] == [False, True, True, False]
