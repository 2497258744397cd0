"""A row for each application: what it got, and why in words; and what all of them come to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from lumbung.allocating.gathered import Gathered, gather
from lumbung.allocating.outcomes import SCHEMA, write
from lumbung.allocating.told import Told, result, text
from matching.allocation.allocate import allocate
from matching.allocation.programme import Limit, Programme
from models.risk import RiskModel
from models.rules import RulesOnly
from serving.telling.words import LANGUAGES
from tests.lumbung.allocating.cases import ON, asked, known, terms

PROGRAMME = Programme(
    programme_id="tried",
    name="Tried",
    objective="businesses",
    limits=(Limit(name="three of all", unit="businesses", at_most=3),),
    effective_from=ON,
    effective_to=ON,
    source="the test",
)


@pytest.fixture(scope="module")
def told(base: Path, model: RiskModel) -> Told:
    """Return an allocation of three places among the applications of the small data set."""
    gathered = gather(known(base), asked(base), terms(model))
    found = allocate(PROGRAMME, gathered.pool)
    return Told(PROGRAMME, found, gathered, 100, {"documents": "ktp"}, "7", simulated=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_application_has_one_row_with_its_reason(
    told: Told, tmp_path: Path, language: str
) -> None:
    write(told.allocation, told.gathered, tmp_path / "out.parquet", language)
    found = pl.read_parquet(tmp_path / "out.parquet")
    assert dict(found.schema) == SCHEMA
    everyone = [*told.gathered.pool.application_ids, *told.gathered.aside]
    assert found["application_id"].to_list() == sorted(everyone)
    assert found["reason"].null_count() == 0
    assert found.filter(code="allocated").height == 3
    full = found.filter(code="no_room")
    assert full.height > 0
    assert set(full["limits"]) == {"three of all"}
    assert full["reason"].str.contains("three of all").all()
    assert found.filter(pl.col("product_id").is_not_null())["code"].unique().to_list() == [
        "allocated"
    ]


def test_both_kinds_of_file_hold_the_same(told: Told, tmp_path: Path) -> None:
    for suffix in ("csv", "parquet"):
        write(told.allocation, told.gathered, tmp_path / f"out.{suffix}", "en")
    read = pl.read_csv(tmp_path / "out.csv", schema=SCHEMA)
    assert read.equals(pl.read_parquet(tmp_path / "out.parquet"))


def test_every_application_is_counted_once(told: Told) -> None:
    counts = told.counts
    left_out = ("no_consent", "not_shared", "no_tenor", "human_review", "not_yet")
    assert counts["asked"] == counts["pool"] + sum(counts[why] for why in left_out) == 100
    assert counts["fitting"] == told.gathered.pool.fits.any(axis=1).sum()


def test_what_is_told_says_what_it_is_made_of(told: Told) -> None:
    said = result(told)
    assert said["served"] == said["worth"] == 3
    assert said["limits"][0]["used"] == 3
    assert said["model"] == "7"
    lines = text(told).splitlines()
    assert lines[:2] == ["Tried", "Example: these businesses are simulated."]
    assert "  assumed of all: documents = ktp" in lines
    assert any(line.startswith("  three of all: 3 of 3. ") for line in lines)
    assert "simulated" not in text(replace(told, simulated=False))


def test_nothing_personal_is_told(told: Told) -> None:
    said = f"{result(told)}{text(told)}"
    everyone: Gathered = told.gathered
    assert not any(name in said for name in (*everyone.pool.application_ids, *everyone.aside))


def test_a_pool_without_anyone_is_allocated_nothing(base: Path, model: RiskModel) -> None:
    against = terms(model)
    nobody = replace(against, rules=replace(against.rules, model=RulesOnly()))
    gathered = gather(known(base), asked(base), nobody)
    found = allocate(PROGRAMME, gathered.pool)
    assert (found.applications, found.sums.served, found.outcomes) == (0, 0, ())
    said = Told(PROGRAMME, found, gathered, 90, {}, "rules", simulated=True)
    assert "a person looks at first" in text(said)
    assert said.counts["human_review"] == len(gathered.aside) > 0
