"""What counts as a bad loan: the definition of default, as configuration.

The standing definition is the usual one (90 days past due is the common default
point, Basel Committee, *International Convergence of Capital Measurement*, 2006,
§452): *bad* is 90 days past due or more, written off, or restructured in distress
within twelve months of disbursement; 30 to 89 days is *indeterminate*. A data set may
state another in the ``[target]`` of its ``dataset.toml``, and whoever trains may name
a file. docs/target.md explains every key.
"""

from __future__ import annotations

import importlib.resources
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final, Self

import polars as pl
import pydantic

from audit.days import on_book
from features.errors import BadInput

GOOD, BAD, INDETERMINATE, CENSORED = "good", "bad", "indeterminate", "censored"
BAD_LATER: Final = "bad after the window"
UNKNOWN: Final = "unknown"
LABELS: Final = (GOOD, BAD, INDETERMINATE, CENSORED, BAD_LATER, UNKNOWN)
"""What a loan may be; besides, the name of a period that is left out."""


class _Strict(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


class Period(_Strict):
    """Loans paid out in a time that was not as usual, such as one of relief from arrears.

    Args:
        name: what it is called where it is counted.
        first: its first day, UTC.
        last: its last day, UTC.
        left_out: whether its loans are left out of fitting and validation; else they are only
            marked in the vintage table.
    """

    name: str = pydantic.Field(min_length=1)
    first: date
    last: date
    left_out: bool = False

    @pydantic.model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"the period {self.name} ends before it begins")
        if self.name in LABELS:
            raise ValueError(f"no period can be called {self.name}: that is a label")
        return self

    def holds(self) -> pl.Expr:
        """Return whether an outcome's loan was paid out in the period."""
        midnight = time(tzinfo=UTC)
        first = datetime.combine(self.first, midnight)
        after = datetime.combine(self.last + timedelta(days=1), midnight)
        return pl.col("disbursed_at").is_between(first, after, closed="left")


RELIEF: Final = Period(name="COVID-19 relief", first=date(2020, 3, 1), last=date(2022, 12, 31))
"""When loans in arrears could be stated as current in Indonesia: marked, not left out."""


class Target(_Strict):
    """A definition of default.

    Args:
        bad_days: from so many days past due on a loan is bad, 1 or more.
        indeterminate_from: from so many days on it is not good either; at most ``bad_days``, and
            where they are equal no loan is indeterminate.
        window_months: how long a loan is watched from disbursement, in months of 365 ÷ 12 days. A
            loan watched for less is censored, whatever it came to: of a young cohort the bad ones
            are known first, and to keep only those would overstate it.
        written_off: whether a loan that was written off is bad.
        restructured: whether one whose terms were eased in distress is.
        periods: times that are marked, or left out.
    """

    bad_days: int = pydantic.Field(90, ge=1)
    indeterminate_from: int = pydantic.Field(30, ge=1)
    window_months: int = pydantic.Field(12, ge=1, le=120)
    written_off: bool = True
    restructured: bool = True
    periods: tuple[Period, ...] = (RELIEF,)

    @pydantic.model_validator(mode="after")
    def _fits(self) -> Self:
        if self.indeterminate_from > self.bad_days:
            raise ValueError(
                f"indeterminate_from is {self.indeterminate_from}, above bad_days, {self.bad_days}"
            )
        names = [period.name for period in self.periods]
        if len(set(names)) < len(names):
            raise ValueError("two periods share a name")
        return self

    def label(self) -> pl.Expr:
        """Return the label of an outcome, one of `LABELS` or the name of a period left out.

        Without dates a loan is judged by what the source says of its window. Where the day of
        default is known, it must lie in this target's window; one that comes later leaves open
        whether the loan was good or indeterminate until then.
        """
        overdue = pl.col("worst_days_past_due")
        stated = pl.col("stated")
        late = pl.col("defaulted_at") >= self._end()
        bad = self._bad()
        good = pl.coalesce(overdue < self.indeterminate_from, stated == GOOD, pl.lit(value=False))
        cases = [
            (self.is_young(), CENSORED),
            *((period.holds(), period.name) for period in self.periods if period.left_out),
            (bad & late.fill_null(value=False), BAD_LATER),
            (bad, BAD),
            (good, GOOD),
            (overdue.is_not_null(), INDETERMINATE),
        ]
        first = (pl.when(holds).then(pl.lit(name)) for holds, name in cases)
        return pl.coalesce(*first, pl.lit(UNKNOWN)).alias("label")

    def _bad(self) -> pl.Expr:
        """Return whether a loan ever was bad."""
        signs = [pl.col("worst_days_past_due") >= self.bad_days, pl.col("stated") == BAD]
        signs += [pl.col(name) for name in self._events()]
        return pl.any_horizontal(sign.fill_null(value=False) for sign in signs)

    def _events(self) -> list[str]:
        """Return the columns of what makes a loan bad besides days past due."""
        return [name for name in ("written_off", "restructured") if getattr(self, name)]

    def is_young(self) -> pl.Expr:
        """Return whether a loan was watched for less than the window."""
        short = pl.col("watched_until") < self._end()
        return pl.col("censored") | short.fill_null(value=False)

    def _end(self) -> pl.Expr:
        return pl.col("disbursed_at") + timedelta(days=on_book(self.window_months))

    def definition(self) -> str:
        """Return the definition in a sentence."""
        also = [name.replace("_", " ") for name in self._events()]
        late = f"{self.bad_days} days past due or more"
        signs = ", ".join([late, *also, "bad in the source's words"])
        between = f"{self.indeterminate_from} to {self.bad_days - 1} days past due is indeterminate"
        if self.indeterminate_from == self.bad_days:
            between = "no loan is indeterminate"
        return f"Bad within {self.window_months} months of disbursement: {signs}; {between}."

    def params(self) -> dict[str, str | int | bool]:
        """Return what a run records of the target, flat: name → value."""
        said = self.model_dump(exclude={"periods"})
        left_out = [period.name for period in self.periods if period.left_out]
        return {f"target_{k}": v for k, v in said.items()} | {
            "target_left_out": ", ".join(left_out) or "none"
        }


STANDARD: Final = Target()
"""The target where neither the data set nor the user states another."""

SHIPPED: Final = "targets"
"""The folder of training that holds targets known by name."""


def parsed(said: Mapping[str, Any], where: str) -> Target:
    """Return the target that a ``[target]`` says; raises BadInput (``bad-target``)."""
    try:
        return Target.model_validate(dict(said))
    except ValueError as error:
        raise _bad(error, where) from error


def load(name_or_file: str) -> Target:
    """Read a target, one of ours by name or a TOML file of anyone's by path.

    Raises:
        BadInput: there is none, or it is no target (``bad-target``).
    """
    shipped = importlib.resources.files("training") / SHIPPED
    ours = shipped / f"{name_or_file}.toml"
    file = ours if "/" not in name_or_file and ours.is_file() else Path(name_or_file)
    if not file.is_file():
        names = sorted(found.name.removesuffix(".toml") for found in shipped.iterdir())
        raise BadInput(
            found=f"no target {name_or_file}",
            expected=f"a file, or one of ours: {', '.join(names)}",
            hint="Check the spelling.",
            code="bad-target",
        )
    try:
        said = tomllib.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise _bad(error, name_or_file) from error
    return parsed(said, name_or_file)


def _bad(error: ValueError, where: str) -> BadInput:
    return BadInput(
        found=" ".join(str(error).split()),
        expected="a target as docs/target.md describes it",
        hint="Mend the line named; leave a key out to keep what is usual.",
        code="bad-target",
        where=where,
    )
