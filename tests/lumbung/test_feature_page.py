"""The page of features says of each what is declared, seen, worded and measured."""

from __future__ import annotations

import re

import polars as pl
import pytest

from features.catalogue import FEATURES, MODULES, NAMES
from features.feature import Feature
from lumbung import demo_seed, feature_page
from serving.telling.words import LANGUAGES, said
from tests.conftest import ROOT
from training.simulator import simulate
from training.target import STANDARD

ROW = re.compile(r"^\| `(\w+)`<br>")

every_feature = pytest.mark.parametrize("feature", FEATURES, ids=NAMES)


@pytest.fixture(scope="module")
def page() -> str:
    return feature_page.page()


@pytest.fixture(scope="module")
def rows(page: str) -> dict[str, list[str]]:
    """Return name of a feature → the cells of its row."""
    lines = [line for line in page.splitlines() if ROW.match(line)]
    cells = [line.strip("| ").split(" | ") for line in lines]
    return {one[0].split("`")[1]: one for one in cells}


def test_each_feature_has_one_row_in_the_order_of_the_catalogue(
    page: str, rows: dict[str, list[str]]
) -> None:
    assert tuple(rows) == NAMES
    assert sum(bool(ROW.match(line)) for line in page.splitlines()) == len(NAMES)
    assert {len(cells) for cells in rows.values()} == {8}


def test_the_rows_stand_under_the_subject_that_declares_them(page: str) -> None:
    chapters = re.split(r"^## ", page, flags=re.MULTILINE)[1:]
    for module, chapter in zip(MODULES, chapters, strict=True):
        subject = module.__name__.split(".")[1]
        head, *lines = chapter.splitlines()
        of_subject = {f.name for f in FEATURES if f.compute.__module__ == module.__name__}
        assert head == subject
        assert {m[1] for line in lines if (m := ROW.match(line))} == of_subject
        assert re.match(r"Features [^.]+\. \[`features/\w+\.py`\]", lines[1])
        assert (ROOT / "features" / f"{subject}.py").is_file()


@every_feature
def test_a_row_holds_all_that_is_known_of_the_feature(
    feature: Feature, rows: dict[str, list[str]]
) -> None:
    shown, meaning, sources, unit, risk, reason, time, missing = rows[feature.name]
    assert all(said("features", feature.name)[language] in shown for language in LANGUAGES)
    assert f"]({feature_page.PICTURES}/{feature.name}.svg)" in shown
    assert "![Simulated: " in shown
    assert meaning == feature.meaning
    assert sources == (", ".join(feature.sources) or "what is asked")
    assert unit.split("<br>")[0] == feature.unit
    assert risk.strip("`") == "-0+"[feature.direction + 1]
    assert reason == feature.reason
    assert (time == "not in their hands") == (feature.days_to_change is None)
    assert missing.startswith(feature.missing)


@pytest.mark.parametrize(
    ("name", "cell", "value"),
    [
        ("median_monthly_income", 3, "money<br>0 or more"),
        ("monthly_net_cash_flow", 3, "money<br>any"),
        ("history_months", 3, "months<br>0 to 24.4"),
        ("book_margin", 3, "ratio<br>-1 to 0.6"),
        ("business_number", 6, "14 days"),
        ("amount_asked", 6, "at once"),
        ("amount_asked", 7, "never"),
        ("income_on_hijri_year", 7, "the record begins later: 100%"),
    ],
)
def test_what_is_not_declared_in_words_is_put_into_words(
    name: str, cell: int, value: str, rows: dict[str, list[str]]
) -> None:
    assert rows[name][cell].endswith(value)


def test_the_page_calls_its_data_simulated_and_counts_the_loans(page: str) -> None:
    """Counted again from what the simulator yields."""
    plan = demo_seed.PLAN
    tables = [*simulate(plan.businesses, plan.months, plan.seed, plan.scenario)]
    outcomes, applications, consents = (
        pl.concat([chunk[name] for chunk in tables])
        for name in ("outcomes", "applications", "consents")
    )
    agreed = consents.filter(scope="model_improvement").filter(pl.col("withdrawn_at").is_null())
    loans = outcomes.join(applications, on="application_id").join(agreed, on="business_id")
    labels = loans.select(STANDARD.label())["label"].to_list()
    good, bad = labels.count("good"), labels.count("bad")
    assert f"*simulated* data: the {good + bad:,} loans" in page
    assert f"the {good:,} good loans" in page
    assert f"the {bad} bad ones" in page
    assert f"the {plan.businesses:,} businesses" in page


@every_feature
def test_a_picture_is_small(feature: Feature) -> None:
    svg = feature_page.picture(feature)
    assert len(svg) < 2_000
    assert said("features", feature.name)["en"].replace("'", "&#x27;") in svg
