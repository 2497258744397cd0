"""Any table of loans as a `TrainingTable`: which column is what, and how it becomes numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from features.errors import BadInput
from features.rows import Floats, Ints
from training.benchmarking.columns import equals, instants, numbers, wrong
from training.importing.foreign import unreadable
from training.table import TrainingTable
from training.tables import parquet

FEWEST: Final = 50
"""The fewest good and the fewest bad loans that say anything in folds within folds."""


@dataclass(frozen=True)
class Roles:
    """Which column plays which part; every other column is an input.

    Args:
        target: the outcome, of two values.
        bad: which of them is bad; 1 or true when None.
        time: when the loan was decided on, a date or a whole year; not an input itself.
        weight: how many loans of the population a row stands for, above 0.
        prior: the share of bad loans in the population, in place of *weight*.
        exclude: columns that are not inputs.
        filters: column → the value that kept rows have; not inputs either.
        categorical: columns of numbers that stand for categories, as texts always do.
        directions: column → 1 where the risk rises with it, -1 where it falls.
    """

    target: str
    bad: str | None = None
    time: str | None = None
    weight: str | None = None
    prior: float | None = None
    exclude: Sequence[str] = ()
    filters: Mapping[str, str] = field(default_factory=dict)
    categorical: Sequence[str] = ()
    directions: Mapping[str, int] = field(default_factory=dict)

    @property
    def named(self) -> set[str]:
        """Return every column that is named."""
        one = {self.target, self.time, self.weight} - {None}
        return {str(name) for name in one} | {
            *self.exclude,
            *self.filters,
            *self.categorical,
            *self.directions,
        }

    @property
    def inputs_not(self) -> set[str]:
        """Return the named columns that are not inputs."""
        kept = {*self.categorical, *self.directions} - {*self.exclude}
        return self.named - kept


@dataclass(frozen=True)
class Loans:
    """A table read.

    Args:
        table: its loans; in order of time where there is one, and else all of one time.
        categories: column → what its numbers stand for, in their order from 0.
        constant: columns left out because they have a single value, or none.
    """

    table: TrainingTable
    categories: dict[str, tuple[str, ...]]
    constant: tuple[str, ...]


def read(file: Path, roles: Roles) -> Loans:
    """Read a Parquet or CSV file.

    Categories are numbered in the order of their names, without a look at the outcome; a missing
    value stays missing.

    Raises:
        BadTable: the file cannot be read (``unreadable-file``), has no such column
            (``missing-column``), a column of a type that is no input (``wrong-type``), a target
            that is not two values (``bad-outcome``), a time (``bad-time``) or a weight
            (``bad-weight``) that is none, or too few loans of either outcome (``too-few-loans``).
        BadInput: both a weight and a prior, or a prior that is no share (``bad-weight``).
    """
    frame = rows_of(file)
    for name in sorted(roles.named - set(frame.columns)):
        raise wrong(
            f"no column {name}", ", ".join(frame.columns), "Check the name.", "missing-column"
        )
    for name, value in roles.filters.items():
        frame = frame.filter(equals(frame[name], value))
    known = frame.filter(frame[roles.target].is_not_null())
    times = _times(known, roles.time)
    order = np.argsort(times, kind="stable")
    known, times = known[order], times[order]
    bad = _bad(known[roles.target], roles.bad)
    inputs = [name for name in known.columns if name not in roles.inputs_not]
    constant = tuple(name for name in inputs if known[name].drop_nulls().n_unique() < 2)  # noqa: PLR2004
    made = {
        name: numbers(known[name], categorical=name in roles.categorical)
        for name in inputs
        if name not in constant
    }
    if not made:
        raise wrong("no input", "at least one column", "Exclude fewer columns.", "missing-column")
    names = np.arange(known.height).astype(str)
    table = TrainingTable(
        application_ids=names,
        businesses=names,
        partners=np.full(known.height, ""),
        as_of=times,
        amounts=np.full(known.height, np.nan),
        vectors=np.column_stack([values for values, _ in made.values()]),
        bad=bad,
        weights=_weights(known, bad, roles),
        left_out={"without an outcome": n} if (n := frame.height - known.height) else {},
        names=tuple(made),
        directions=tuple(
            0 if texts else roles.directions.get(name, 0) for name, (_, texts) in made.items()
        ),
        categorical=tuple(i for i, (_, texts) in enumerate(made.values()) if texts),
    )
    return Loans(table, {name: texts for name, (_, texts) in made.items() if texts}, constant)


def rows_of(file: Path) -> pl.DataFrame:
    """Return the rows of a Parquet or CSV file; raises BadTable (``unreadable-file``)."""
    if file.suffix != ".csv":
        return parquet(file)
    try:
        return pl.read_csv(file, try_parse_dates=True, infer_schema_length=None)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise unreadable(file, error) from error


def _bad(target: pl.Series, bad: str | None) -> Ints:
    different = target.unique().sort().cast(pl.String).to_list()
    usual = set(different) <= {"0", "1", "0.0", "1.0", "false", "true"}
    if bad is None and usual:
        bad = different[-1]
    is_bad = np.zeros(0, np.bool_) if bad is None else equals(target, bad).to_numpy()
    if len(different) != 2 or not is_bad.any():  # noqa: PLR2004
        shown = ", ".join(different[:5]) + (" …" if len(different) > 5 else "")  # noqa: PLR2004
        raise wrong(
            f"a target of {shown or 'no value'}",
            "two values, one of them bad",
            "Say which with --bad VALUE, and leave out rows of other values.",
            "bad-outcome",
        )
    fewest = int(min(is_bad.sum(), (~is_bad).sum()))
    if fewest < FEWEST:
        raise wrong(
            f"{is_bad.sum()} bad loans of {is_bad.size}",
            f"at least {FEWEST} bad ones and as many good ones",
            "Take a larger table.",
            "too-few-loans",
        )
    return is_bad.astype(np.int64)


def _times(frame: pl.DataFrame, name: str | None) -> Ints:
    if name is None:
        return np.zeros(frame.height, np.int64)
    times = instants(frame[name])
    if times.null_count():
        timeless = frame[name].filter(times.is_null())
        raise wrong(
            f"{timeless.len()} rows without a time in {name}, such as {timeless[0]}",
            "a date or a whole year in every row",
            "Leave such rows out, or name another column with --time.",
            "bad-time",
        )
    return times.to_numpy()


def _weights(frame: pl.DataFrame, bad: Ints, roles: Roles) -> Floats:
    """Return (n,) weights whose mean is 1; ratios are all that counts."""
    if roles.prior is not None:
        if roles.weight is not None or not 0 < roles.prior < 1:
            raise BadInput(
                found=f"a prior of {roles.prior:g}" + (" and a weight" if roles.weight else ""),
                expected="either a column of weights, or a share of bad loans between 0 and 1",
                hint="Give --weight or --prior.",
                code="bad-weight",
            )
        share = bad.mean()
        by_outcome: Floats = np.array([(1 - roles.prior) / (1 - share), roles.prior / share])
        return by_outcome[bad]
    if roles.weight is None:
        return np.ones(frame.height)
    weights = frame[roles.weight].cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()
    if not (np.isfinite(weights) & (weights > 0)).all():
        raise wrong(
            f"weights that are no numbers above 0 in {roles.weight}",
            "a number above 0 in every row",
            "Leave such rows out, or name another column.",
            "bad-weight",
        )
    scaled: Floats = weights / weights.mean()
    return scaled
