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
def rows(page: str) -> dict[str, dict[str, str]]:
    """Return name of a feature → what its row says, by words of the legend."""
    found = {}
    for line in page.splitlines():
        if ROW.match(line):
            shown, known = line.strip("| ").split(" | ")
            meaning, *facts = known.split("<br>")
            held = dict(re.findall(r"^\*([A-Z][a-z ]+)\*: (.+)$", "\n".join(facts), re.MULTILINE))
            assert len(held) == len(facts)
            found[shown.split("`")[1]] = {"shown": shown, "meaning": meaning, **held}
    return found


def test_each_feature_has_one_row_in_the_order_of_the_catalogue(
    page: str, rows: dict[str, dict[str, str]]
) -> None:
    assert tuple(rows) == NAMES
    assert sum(bool(ROW.match(line)) for line in page.splitlines()) == len(NAMES)


def test_the_legend_explains_what_each_row_says(page: str, rows: dict[str, dict[str, str]]) -> None:
    explained = re.findall(r"^- \*([A-Z][a-z ]+)\*:? ", page, re.MULTILINE)
    for facts in rows.values():
        assert list(facts) == ["shown", "meaning", *explained]


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
    feature: Feature, rows: dict[str, dict[str, str]]
) -> None:
    row = rows[feature.name]
    assert all(said("features", feature.name)[language] in row["shown"] for language in LANGUAGES)
    assert f"]({feature_page.PICTURES}/{feature.name}.svg)" in row["shown"]
    assert "![Simulated: " in row["shown"]
    assert row["meaning"] == feature.meaning
    assert row["Sources"] == (", ".join(feature.sources) or "what is asked")
    assert row["Unit"].split(", ")[0] == feature.unit
    assert row["Risk"].strip("`") == "-0+"[feature.direction + 1]
    assert row["Reason"].startswith(f"[{feature.reason}](reasons.md#")
    assert (row["To change"] == "not in their hands") == (feature.days_to_change is None)
    assert row["Missing"].startswith(feature.missing)


@pytest.mark.parametrize(
    ("name", "fact", "value"),
    [
        ("median_monthly_income", "Unit", "money, 0 or more"),
        ("monthly_net_cash_flow", "Unit", "money, any"),
        ("history_months", "Unit", "months, 0 to 24.4"),
        ("book_margin", "Unit", "ratio, -1 to 0.6"),
        ("business_number", "To change", "14 days"),
        ("amount_asked", "To change", "at once"),
        ("amount_asked", "Missing", "never"),
        ("income_on_hijri_year", "Missing", "the record begins later: 100%"),
    ],
)
def test_what_is_not_declared_in_words_is_put_into_words(
    name: str, fact: str, value: str, rows: dict[str, dict[str, str]]
) -> None:
    assert rows[name][fact].endswith(value)


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
