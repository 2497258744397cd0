"""``lumbung allocate``, as a person calls it: from a data set to outcomes, a page and figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from lumbung.allocating import waiting
from lumbung.allocating.gathered import ASIDE
from models import artefact
from models.risk import RiskModel
from tests.conftest import ROOT
from tests.lumbung.conftest import Ended, Lumbung
from tests.training.cases import application, payment, write
from tests.training.engines.cases import simulated

EXAMPLE = ROOT / "docs" / "examples" / "programme.yaml"
IN_CONFLICT = ROOT / "docs" / "examples" / "programme-in-conflict.yaml"
SHOWN = ("documents=kk,ktp,npwp,sku", "programme_loan=false", "held_products=none")

Allocate = Callable[..., Ended]


def kind(model: RiskModel) -> RiskModel:
    """Return the model of made-up numbers, taken to find most of the simulated safe enough."""
    return replace(model, calibration=replace(model.scaling, intercept=model.scaling.intercept - 3))


def small(folder: Path) -> Path:
    """Return the example programme, with a minimum that a few applications can reach."""
    text = EXAMPLE.read_text(encoding="utf-8")
    (folder / "programme.yaml").write_text(text.replace("at_least: 20", "at_least: 2"), "utf-8")
    return folder / "programme.yaml"


@pytest.fixture
def allocate(lumbung: Lumbung, base: Path, model: RiskModel, tmp_path: Path) -> Allocate:
    """Return a function that allocates the small data set, with more options."""
    artefact.save(kind(model), tmp_path / "model")
    usual = {
        "--data": simulated(base),
        "--programme": small(tmp_path),
        "--out": tmp_path / "out.csv",
        "--model": tmp_path / "model",
        "--on": "2026-11-24",
        "--asked-from": "2000-01-01",
        "--pool": base / "allocate-pool",
        "--workers": 1,
    }

    def run(*more: object, **changed: object) -> Ended:
        said = usual | {f"--{name.replace('_', '-')}": value for name, value in changed.items()}
        named = [word for pair in said.items() if pair[1] is not None for word in pair]
        assumed = [word for fact in SHOWN for word in ("--assume", fact)]
        return lumbung("allocate", *named, *assumed, "--examples", *more)

    return run


def rows(out: Path) -> dict[str, dict[str, Any]]:
    frame = pl.read_csv(out) if out.suffix == ".csv" else pl.read_parquet(out)
    return {row["application_id"]: row for row in frame.iter_rows(named=True)}


def test_every_application_has_an_outcome_and_the_figures_are_theirs(
    allocate: Allocate, base: Path, tmp_path: Path
) -> None:
    ended = allocate("--json")
    assert ended.status == 0, ended.stderr
    told, found = ended.json(), rows(tmp_path / "out.csv")
    counts, codes = told["applications"], [row["code"] for row in found.values()]
    assert {why: codes.count(why) for why in ASIDE} == {why: counts[why] for why in ASIDE}
    assert len(found) == counts["asked"] - counts["no_consent"]
    assert counts["pool"] == len(found) - sum(counts[why] for why in ASIDE)
    assert counts["fitting"] == counts["pool"] - codes.count("no_product_fits")
    asked = pl.concat(
        pl.read_parquet(file) for file in (simulated(base) / "applications").iterdir()
    )
    amounts = dict(asked.select("application_id", "amount").iter_rows())
    allocated = [row for row in found.values() if row["code"] == "allocated"]
    assert told["served"] == len(allocated) > 0
    assert told["lent"] == sum(amounts[row["application_id"]] for row in allocated)
    assert told["simulated"] is True
    assert told["assumed"] == dict(fact.split("=") for fact in SHOWN)
    assert set(told["beside"]) == {"greedy", "deferred_acceptance"}
    assert told["gap"] == pytest.approx(1 - told["worth"] / told["bound"])
    assert told["gap"] >= 0


def test_a_person_reads_what_it_comes_to_and_what_is_next(
    allocate: Allocate, tmp_path: Path
) -> None:
    ended = allocate(language="en", out=tmp_path / "out.parquet", report=tmp_path / "out.html")
    assert ended.status == 0, ended.stderr
    assert "TPAKD Batang 2026, contoh\nExample: these businesses are simulated.\n" in ended.stdout
    assert "  assumed of all: programme_loan = false\n" in ended.stdout
    for name in ("budget of KUR", "at least in the hills", "women"):
        assert f"  {name}: " in ended.stdout
    assert f"Next: read {tmp_path / 'out.parquet'}" in ended.stderr
    reasons = {row["reason"] for row in rows(tmp_path / "out.parquet").values()}
    assert "A person looks at this request first." in reasons
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert "TPAKD Batang 2026, contoh" in page
    assert "Example: these businesses are simulated." in page
    assert "<script" not in page
    assert not any(name in page for name in rows(tmp_path / "out.parquet"))


def test_what_is_known_of_the_applications_is_used_again(
    allocate: Allocate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert allocate().status == 0
    monkeypatch.setattr(waiting, "make", None)
    assert allocate(out=tmp_path / "again.csv").status == 0
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "out.csv").read_bytes()


def test_without_a_folder_for_it_nothing_is_left_but_the_outcomes(
    allocate: Allocate, tmp_path: Path
) -> None:
    out = tmp_path / "alone" / "out.csv"
    assert allocate(pool=None, out=out).status == 0
    assert list(out.parent.iterdir()) == [out]


def test_limits_in_conflict_are_named_and_nothing_is_written(
    allocate: Allocate, tmp_path: Path
) -> None:
    ended = allocate(programme=IN_CONFLICT)
    assert ended.status == 3
    assert ended.stdout == ""
    assert "programme-infeasible" in ended.stderr
    assert "“at most in all”" in ended.stderr
    assert "“at least in the hills”" in ended.stderr
    assert "Batang town" not in ended.stderr
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("changed", "code", "status"),
    [
        ({"on": "2027-01-01"}, "programme-closed", 3),
        ({"asked_from": "2026-11-01"}, "nothing-to-allocate", 3),
        ({"asked_from": None}, "nothing-to-allocate", 3),
        ({"out": "out.txt"}, "bad-suffix", 2),
        ({"report": "report.pdf"}, "bad-suffix", 2),
        ({"assume": "gender=female"}, "bad-assumption", 2),
        ({"model": "nowhere"}, "bad-model", 2),
        ({"programme": "nowhere.yaml"}, "does not exist", 2),
        ({"model": None}, "no-champion", 1),
    ],
)
def test_what_cannot_be_is_told_with_its_code(
    allocate: Allocate, tmp_path: Path, changed: dict[str, Any], code: str, status: int
) -> None:
    ended = allocate(**changed)
    assert ended.status == status
    assert code in ended.stderr
    assert not (tmp_path / "out.csv").exists()


def test_a_lender_that_nobody_knows_is_told(allocate: Allocate, tmp_path: Path) -> None:
    programme = tmp_path / "programme.yaml"
    told = programme.read_text(encoding="utf-8").replace("[kur-bank]", "[kur-bnak]")
    (tmp_path / "mistaken.yaml").write_text(told, encoding="utf-8")
    ended = allocate(programme=tmp_path / "mistaken.yaml")
    assert ended.status == 2
    assert "bad-programme in budget of KUR: lenders" in ended.stderr


def test_money_of_another_kind_than_the_models_is_told(allocate: Allocate, tmp_path: Path) -> None:
    data = write(tmp_path / "d", applications=[application()], payments=[payment()])
    about = (data / "dataset.toml").read_text(encoding="utf-8")
    (data / "dataset.toml").write_text(about.replace("IDR", "CZK"), encoding="utf-8")
    ended = allocate(data=data)
    assert ended.status == 2
    assert "other-currency" in ended.stderr


def test_example_products_are_never_for_production(
    allocate: Allocate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUMBUNG_ENVIRONMENT", "production")
    monkeypatch.setenv("LUMBUNG_PUBLIC_URL", "https://lumbung.example")
    monkeypatch.setenv("LUMBUNG_MASTER_KEY_FILE", "no-key-is-read-for-this")
    ended = allocate()
    assert ended.status == 2
    assert "--examples" in ended.stderr
