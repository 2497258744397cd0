"""The fingerprint of the catalogue changes with everything declared and everything computed."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from features import (
    books,
    catalogue,
    credit,
    known,
    lateness,
    months,
    orders,
    rows,
    season,
    support,
)
from features.catalogue import FEATURES, MODULES, NAMES
from features.feature import Feature
from features.rows import DAY, Floats, Rows

every_feature = pytest.mark.parametrize("feature", FEATURES, ids=NAMES)

fresh_fingerprint = catalogue.fingerprint.__wrapped__


def test_the_fingerprint_has_sixteen_hexadecimal_digits() -> None:
    assert re.fullmatch(r"[0-9a-f]{16}", catalogue.fingerprint())


def test_the_fingerprint_is_the_same_at_every_call() -> None:
    assert catalogue.fingerprint() == catalogue.fingerprint()
    assert fresh_fingerprint() == fresh_fingerprint() == catalogue.fingerprint()


@pytest.mark.parametrize(
    "change",
    [
        {"name": "another"},
        {"unit": "ratio"},
        {"low": -1.0},
        {"high": 99.0},
        {"direction": 0},
        {"reason": "R99"},
        {"missing": "something else"},
        {"days_to_change": 7},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_fingerprint_changes_with_a_declaration(
    change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fresh_fingerprint()
    changed = dataclasses.replace(FEATURES[0], **change)
    monkeypatch.setattr(catalogue, "FEATURES", (changed, *FEATURES[1:]))
    assert fresh_fingerprint() != before


def test_the_fingerprint_changes_with_the_order_and_the_number_of_features(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = {fresh_fingerprint()}
    for features in (FEATURES[::-1], FEATURES[1:], FEATURES[:-1]):
        monkeypatch.setattr(catalogue, "FEATURES", features)
        seen.add(fresh_fingerprint())
    assert len(seen) == 4


@every_feature
def test_the_fingerprint_changes_with_what_a_feature_computes(
    feature: Feature, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fresh_fingerprint()
    changed = dataclasses.replace(feature, compute=lambda known: feature(known) * 1.001)
    replaced = tuple(changed if f is feature else f for f in FEATURES)
    monkeypatch.setattr(catalogue, "FEATURES", replaced)
    assert fresh_fingerprint() != before


@pytest.mark.parametrize(
    "kernel",
    [
        "count",
        "sum",
        "mean",
        "std",
        "cv",
        "max",
        "min",
        "latest",
        "days_since_first",
        "days_since_last",
        "longest_gap",
        "concentration",
        "months",
    ],
)
def test_the_fingerprint_changes_with_a_kernel(
    kernel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fresh_fingerprint()
    original: Callable[..., Floats] = getattr(Rows, kernel)
    monkeypatch.setattr(Rows, kernel, lambda *given, **named: original(*given, **named) * 1.001)
    assert fresh_fingerprint() != before


def _open_last(self: Rows, days: int) -> Rows:
    return self.keep(self.age < days * DAY)


def _closed_before(self: Rows, days: int) -> Rows:
    return self.keep(self.age >= days * DAY)


def _days_with_open_ends(self: Rows, amount: str = "amount") -> Rows:
    return self.by(-(self.age // DAY), amount)


@pytest.mark.parametrize(
    ("owner", "kernel", "other"),
    [
        (Rows, "last", _open_last),
        (Rows, "before", _closed_before),
        (Rows, "days", _days_with_open_ends),
        (known, "HISTORY_DAYS", 729),
        (rows, "MONTH", 31 * DAY),
    ],
    ids=["last", "before", "days", "HISTORY_DAYS", "MONTH"],
)
def test_the_fingerprint_changes_with_the_edge_of_a_window(
    owner: object, kernel: str, other: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fresh_fingerprint()
    monkeypatch.setattr(owner, kernel, other)
    assert fresh_fingerprint() != before


def _everywhere(original: object, other: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put *other* in the place of a function wherever a module of features has it by its name."""
    for module in (*MODULES, months, lateness, known, rows):
        for name, value in list(vars(module).items()):
            if value is original:
                monkeypatch.setattr(module, name, other)


@pytest.mark.parametrize(
    "function",
    [
        rows.ratio,
        rows.total,
        months.monthly,
        months.months_covered,
        months.median,
        months.average,
        months.variation,
        season.hijri_year,
    ],
    ids=lambda function: function.__name__,
)
def test_the_fingerprint_changes_with_a_function_that_features_share(
    function: Callable[..., Floats], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fresh_fingerprint()
    _everywhere(function, lambda *given, **named: function(*given, **named) * 1.001, monkeypatch)
    assert fresh_fingerprint() != before


def _zero_where_nothing_is_known(source: Rows, values: Floats) -> Floats:
    return np.where(source.count() > 0, values, 0.0)


def _only_what_was_paid(owed: Rows) -> Rows:
    rows = lateness_judged(owed)
    return rows.keep(~np.isnan(rows["paid_at"]))


def _late_or_in_time(owed: Rows) -> Rows:
    return lateness_judged(owed)


lateness_judged = lateness.judged


@pytest.mark.parametrize(
    ("function", "other"),
    [
        (rows.given, _zero_where_nothing_is_known),
        (lateness.judged, _only_what_was_paid),
        (lateness.late, _late_or_in_time),
    ],
    ids=["given", "judged", "late"],
)
def test_the_fingerprint_changes_with_what_is_judged_at_all(
    function: object, other: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fresh_fingerprint()
    _everywhere(function, other, monkeypatch)
    assert fresh_fingerprint() != before


def _all_of_them(self: Rows, name: str) -> Rows:
    return self.known(name)


def _a_little_more(self: Rows, /, **more: Floats) -> Rows:
    return rows_having(self, **{name: values * 1.001 for name, values in more.items()})


rows_having, rows_by = Rows.having, Rows.by


def _since_a_day_more(self: Rows, key: Floats, amount: str) -> Rows:
    groups = rows_by(self, key, amount)
    return groups.having(since=groups["since"] + 1)


@pytest.mark.parametrize(
    ("kernel", "other"),
    [("newest", _all_of_them), ("having", _a_little_more), ("by", _since_a_day_more)],
)
def test_the_fingerprint_changes_with_a_kernel_that_gives_rows(
    kernel: str, other: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fresh_fingerprint()
    monkeypatch.setattr(Rows, kernel, other)
    assert fresh_fingerprint() != before


def test_the_fingerprint_changes_with_what_is_known_later(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fresh_fingerprint()
    seen = known._seen  # noqa: SLF001  what is seen is what the fingerprint must cover
    at_once = lambda column, *given: seen(dataclasses.replace(column, known_with=None), *given)  # noqa: E731
    monkeypatch.setattr(known, "_seen", at_once)
    assert fresh_fingerprint() != before


@pytest.mark.parametrize(
    ("module", "constant", "other"),
    [
        (months, "ENOUGH_MONTHS", 13),
        (orders, "USUAL_RATING", 4.4),
        (orders, "USUAL_RATINGS", 9.0),
        (books, "NOT_SPENT", ("owner_draw", "repayment")),
        (books, "PROMPT_DAYS", 40),
        (books, "MOST_MARGIN", 0.1),
        (credit, "DOUBTFUL", 2),
        (season, "QUARTER", 91),
        (season, "LEAST", 0.8),
        (season, "MOST", 1.1),
        (support, "MOST_HOURS", 10.0),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_the_fingerprint_changes_with_a_constant(
    module: ModuleType, constant: str, other: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fresh_fingerprint()
    monkeypatch.setattr(module, constant, other)
    assert fresh_fingerprint() != before
