"""What counts as bad: each label by its definition, each key by what it changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from features.errors import BadInput
from features.records import OUTCOMES
from tests.conftest import ROOT
from tests.training.cases import ABOUT, outcome, payment, refused, utc, write
from training import datasets, target
from training.about import write_about
from training.checks import shaped
from training.target import LABELS, RELIEF, STANDARD, Period, Target


def labels(wanted: Target, *outcomes: dict[str, Any]) -> list[str]:
    frame = shaped(pl.DataFrame([*outcomes], infer_schema_length=None), OUTCOMES, "here")
    return frame.select(wanted.label())["label"].to_list()


@pytest.mark.parametrize(
    ("days", "written_off", "stated", "censored", "expected"),
    [
        (0, False, None, False, "good"),
        (29, False, None, False, "good"),
        (30, False, None, False, "indeterminate"),
        (89, False, None, False, "indeterminate"),
        (90, False, None, False, "bad"),
        (900, None, None, False, "bad"),
        (0, True, None, False, "bad"),
        (None, True, None, False, "bad"),
        (None, True, "good", False, "bad"),
        (None, None, "good", False, "good"),
        (None, False, "good", False, "good"),
        (None, None, "bad", False, "bad"),
        (0, False, "bad", False, "bad"),
        (40, False, "good", False, "indeterminate"),
        (40, False, "bad", False, "bad"),
        (95, False, "good", False, "bad"),
        (0, False, None, True, "censored"),
        (40, False, None, True, "censored"),
        (None, None, "good", True, "censored"),
        (None, None, None, True, "censored"),
        (90, False, None, True, "censored"),
        (0, True, None, True, "censored"),
        (None, None, None, False, "unknown"),
        (None, False, None, False, "unknown"),
    ],
)
def test_the_label_of_an_outcome(
    days: int | None,
    written_off: object,
    stated: str | None,
    censored: object,
    expected: str,
) -> None:
    row = outcome(
        worst_days_past_due=days, written_off=written_off, stated=stated, censored=censored
    )
    assert labels(STANDARD, row) == [expected]


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, "good"), (7, "good"), (8, "indeterminate"), (29, "indeterminate"), (30, "bad")],
)
def test_loans_paid_by_the_week_are_bad_after_a_month(days: int, expected: str) -> None:
    assert labels(target.load("weekly-group"), outcome(worst_days_past_due=days)) == [expected]


@pytest.mark.parametrize("event", ["written_off", "restructured"])
def test_what_makes_a_loan_bad_besides_days_may_be_left_uncounted(event: str) -> None:
    loan = outcome(**{event: True})
    assert labels(STANDARD, loan) == ["bad"]
    assert labels(Target.model_validate({event: False}), loan) == ["good"]


def test_no_loan_is_indeterminate_where_bad_begins_where_good_ends() -> None:
    sharp = Target(bad_days=60, indeterminate_from=60)
    loans = [outcome(worst_days_past_due=days) for days in (59, 60)]
    assert labels(sharp, *loans) == ["good", "bad"]


@pytest.mark.parametrize(
    ("watched", "default", "months", "expected"),
    [
        (365, None, 12, "good"),
        (364, None, 12, "censored"),
        (364, 100, 12, "censored"),
        (365, 100, 12, "bad"),
        (365, 181, 6, "bad"),
        (365, 182, 6, "bad after the window"),
        (181, None, 6, "censored"),
        (182, None, 6, "good"),
        (365, 364, 12, "bad"),
        (400, 365, 12, "bad after the window"),
    ],
)
def test_the_window_is_as_long_as_the_months_say(
    watched: int, default: int | None, months: int, expected: str
) -> None:
    """Six months are 182 days, twelve 365."""
    paid_out = utc(2025, 1, 1)
    loan = outcome(
        disbursed_at=paid_out,
        worst_days_past_due=0 if default is None else 90,
        watched_until=paid_out + timedelta(days=watched),
        defaulted_at=None if default is None else paid_out + timedelta(days=default),
    )
    assert labels(Target(window_months=months), loan) == [expected]


def test_a_period_is_left_out_from_its_first_to_its_last_day_only_where_asked() -> None:
    edges = [
        datetime(2020, 2, 29, 23, 59, 59, tzinfo=UTC),
        datetime(2020, 3, 1, tzinfo=UTC),
        datetime(2022, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(2023, 1, 1, tzinfo=UTC),
    ]
    loans = [outcome(disbursed_at=edge) for edge in edges]
    assert labels(STANDARD, *loans) == ["good"] * 4
    without = target.load("without-relief")
    assert labels(without, *loans) == ["good", "COVID-19 relief", "COVID-19 relief", "good"]
    (mine,) = without.periods
    assert mine == RELIEF.model_copy(update={"left_out": True})


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"bad_days": 0}, "bad_days"),
    ({"bad_days": 20}, "indeterminate_from is 30, above bad_days, 20"),
    ({"indeterminate_from": 0}, "indeterminate_from"),
    ({"window_months": 0}, "window_months"),
    ({"window_months": 121}, "window_months"),
    ({"days": 90}, "days"),
    ({"written_off": "perhaps"}, "written_off"),
    ({"periods": [{"name": "x", "first": date(2020, 1, 2), "last": date(2020, 1, 1)}]}, "ends"),
    ({"periods": [{"name": "bad", "first": date(2020, 1, 1), "last": date(2020, 1, 1)}]}, "label"),
    ({"periods": [{"name": "x", "first": date(2020, 1, 1), "last": date(2020, 1, 1)}] * 2}, "name"),
]


@pytest.mark.parametrize(("said", "named"), WRONG, ids=[named for _, named in WRONG])
def test_what_is_no_target_is_refused_by_the_key_that_is_wrong(
    said: dict[str, Any], named: str
) -> None:
    with pytest.raises(BadInput, match=named) as caught:
        target.parsed(said, "here")
    refused(caught, "bad-target")


def test_a_file_is_read_and_what_it_leaves_out_stays_as_usual(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("bad_days = 60\n")
    assert target.load(str(file)) == Target(bad_days=60)


@pytest.mark.parametrize("text", [None, "bad_days =", "bad_days = 10"])
def test_a_file_that_says_no_target_is_refused(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "mine.toml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(BadInput) as caught:
        target.load(str(file))
    refused(caught, "bad-target")


def test_a_data_set_may_say_its_own_and_keeps_it(tmp_path: Path) -> None:
    spring = Period(name="a flood", first=date(2025, 2, 1), last=date(2025, 3, 1), left_out=True)
    own = Target(bad_days=60, restructured=False, periods=(spring,))
    folder = write(tmp_path / "d", payments=[payment()])
    write_about(ABOUT.model_copy(update={"target": own}), folder)
    assert datasets.read(folder).about.target == own


def test_a_section_of_a_data_set_that_is_no_target_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path / "d", payments=[payment()])
    with (folder / "dataset.toml").open("a") as file:
        file.write("[target]\nbad_days = 10\n")
    with pytest.raises(BadInput, match=r"\[target\]") as caught:
        datasets.read(folder)
    refused(caught, "bad-target")


def test_the_definition_is_said_in_words() -> None:
    assert STANDARD.definition() == (
        "Bad within 12 months of disbursement: 90 days past due or more, written off, "
        "restructured, bad in the source's words; 30 to 89 days past due is indeterminate."
    )
    sharp = Target(bad_days=30, indeterminate_from=30, written_off=False, restructured=False)
    assert sharp.definition() == (
        "Bad within 12 months of disbursement: 30 days past due or more, bad in the source's "
        "words; no loan is indeterminate."
    )


def test_a_run_records_every_key() -> None:
    params = target.load("without-relief").params()
    assert params == {
        "target_bad_days": 90,
        "target_indeterminate_from": 30,
        "target_window_months": 12,
        "target_written_off": True,
        "target_restructured": True,
        "target_left_out": "COVID-19 relief",
    }


@pytest.mark.parametrize("key", [*Target.model_fields, *Period.model_fields, *LABELS])
def test_the_page_explains_every_key_and_every_label(key: str) -> None:
    page = (ROOT / "docs" / "target.md").read_text(encoding="utf-8")
    assert f"`{key}`" in page
