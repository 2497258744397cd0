"""Changed rows, added rows, and versions side by side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from features.catalogue import compute
from features.known import Known
from features.rows import DAY, Rows
from features.sources import SOURCES
from features.steps.edits import added, altered, stacked
from tests.features.cases import Case, ask, bits, row

AGES = st.lists(st.integers(1, 700), max_size=12)


def rows_of(ages: list[int], start: int = 0) -> Rows:
    paid = [
        row("payments", age, payment_id=f"p{start + i}", amount=1000 * (start + i + 1))
        for i, age in enumerate(ages)
    ]
    return Case([ask()], {"payments": paid}).known().payments


@given(old=AGES, new=AGES)
def test_added_rows_stand_in_order_of_time_and_nothing_is_lost(
    old: list[int], new: list[int]
) -> None:
    made = added(rows_of(old), np.array(new, dtype=float), amount=7.0, direction=1.0)
    assert (np.diff(made.age) <= 0).all()
    assert sorted(made.age // DAY) == sorted(old + new)
    assert made["amount"].sum() == rows_of(old)["amount"].sum() + 7 * len(new)
    assert np.isnan(made["balance_after"]).all()
    assert (made.segment == 0).all()


@given(ages=AGES, at=st.integers(0, 700))
def test_altered_rows_differ_only_where_they_are_to(ages: list[int], at: int) -> None:
    rows = rows_of(ages)
    where = rows.age > at * DAY
    made = altered(rows, where, amount=5.0)
    assert (made["amount"][where] == 5).all()
    assert (made["amount"][~where] == rows["amount"][~where]).all()
    assert made["kind"] is rows["kind"]


@given(versions=st.lists(AGES, min_size=1, max_size=4))
def test_versions_side_by_side_have_the_features_that_each_has_alone(
    versions: list[list[int]],
) -> None:
    each = [rows_of(ages, 10 * i) for i, ages in enumerate(versions)]
    one = Case([ask()]).known()
    alone = [compute(replace(one, sources={**one.sources, "payments": rows})) for rows in each]
    n = len(versions)
    together = Known(
        as_of=np.repeat(one.as_of, n),
        amount=np.repeat(one.amount, n),
        tenor_months=np.repeat(one.tenor_months, n),
        sources={
            name: stacked(each if name == "payments" else [one.sources[name]] * n)
            for name in SOURCES
        },
    )
    assert bits(compute(together)) == bits(np.vstack(alone))
