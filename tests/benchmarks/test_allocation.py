"""The race of allocations runs at toy size, and believes no method about its own result."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.allocated import PEERS, by_greedy
from benchmarks.pictured import MARKS, NAMES, PAGE, PICTURE, placed
from benchmarks.programmes import made
from benchmarks.recount import latest, proven, recount
from benchmarks.whole import MILLION, whole
from matching.allocation.pool import Ints
from tests.benchmarks.small import figures
from tests.conftest import ROOT, lacking
from tests.contracts.blocks import line

OWN = ("lumbung", "greedy", "deferred_acceptance")
THEIRS = ("matching", "cp_sat")

programme, pool = made(300)
nobody = np.full(len(pool), -1, dtype=np.int64)


def some(lot: np.random.Generator) -> Ints:
    """Return an allocation of one to four loans that fit, whatever the limits say."""
    chosen, fitting = nobody.copy(), np.flatnonzero(latest(pool) & pool.fits.any(axis=1))
    for i in lot.choice(fitting, lot.integers(1, 5), replace=False).tolist():
        chosen[i] = lot.choice(np.flatnonzero(pool.fits[i]))
    return chosen


def test_a_pool_is_the_same_from_the_same_seed_and_money_is_scarce() -> None:
    again, other = made(300)[1], made(300, seed=2)[1]
    assert (again.amount == pool.amount).all()
    assert (again.fits == pool.fits).all()
    assert (other.amount != pool.amount).any()
    _, large = made(3000)
    assert 0.15 < large.fits.mean() < 0.35
    budgets = sum(one.at_most or 0 for one in made(3000)[0].limits if one.unit == "rupiah")
    assert 0.45 < budgets / large.amount[large.fits.any(axis=1)].sum() < 0.55


def test_nothing_allocated_is_allowed_and_worth_nothing() -> None:
    counted = recount(programme, pool, nobody)
    assert (counted.worth, counted.served, counted.lent, counted.cost) == (0, 0, 0, 0)
    assert counted.broken == ()


def test_what_is_lent_beyond_a_budget_is_counted_to_the_rupiah() -> None:
    """Everyone whom the first product fits gets it, whatever its budget."""
    who = np.flatnonzero(pool.fits[:, 0] & latest(pool))
    chosen = nobody.copy()
    chosen[who] = 0
    counted = recount(programme, pool, chosen)
    budget = next(one for one in programme.limits if one.products == ("product-00",))
    beyond = int(pool.amount[who].sum()) - (budget.at_most or 0)
    assert beyond > 0
    assert counted.broken[0] == f"budget of product-00: {beyond:,} rupiah too much"
    assert counted.lent == pool.amount[who].sum()


def test_what_does_not_fit_and_what_is_asked_for_twice_is_found() -> None:
    _, many = made(1000)
    limitless = programme.model_copy(update={"limits": (), "floors": ()})
    earlier = np.flatnonzero(~latest(many) & many.fits.any(axis=1))[0]
    business = many.business_ids[earlier]
    own = [i for i, one in enumerate(many.business_ids) if one == business]
    chosen = np.full(len(many), -1, dtype=np.int64)
    chosen[own] = many.fits[earlier].argmin()
    counted = recount(limitless, many, chosen)
    unfit = sum(not many.fits[i, chosen[i]] for i in own)
    assert unfit >= 1
    assert counted.broken == (
        f"{unfit} do not fit",
        f"{len(own) - 1} second loans",
        f"{len(own) - 1} for an earlier request",
    )


def test_the_whole_model_allows_what_the_recount_allows() -> None:
    model, lot = whole(programme, pool), np.random.default_rng(5)
    allowed = []
    for _ in range(40):
        chosen = some(lot)
        x = chosen[model.application] == model.product
        used = np.bincount(model.row, model.value * x[model.column], len(model.lower))
        holds = bool(((used >= model.lower - 1e-9) & (used <= model.upper + 1e-9)).all())
        counted = recount(programme, pool, chosen)
        assert holds == (counted.broken == ())
        assert model.worth[x].sum() * MILLION == pytest.approx(counted.worth)
        allowed.append(holds)
    assert 0 < sum(allowed) < len(allowed)


def test_any_prices_prove_a_bound() -> None:
    found = by_greedy(programme, pool, 1.0).chosen
    assert found is not None
    counted, lot = recount(programme, pool, found), np.random.default_rng(3)
    assert counted.worth > 0
    for scale in (0.0, 0.1, 1.0, 10.0):
        prices = {
            one.name: float(lot.exponential(scale)) * (1 if one.unit == "rupiah" else MILLION)
            for one in programme.limits
        }
        assert proven(programme, pool, {**prices, "women": scale * MILLION}) >= counted.worth


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the page, in a folder that is as the checkout to who writes the page."""
    copy = tmp_path / PAGE
    for folder in (copy.parent / "images", tmp_path / "var"):
        folder.mkdir(parents=True)
    shutil.copy(ROOT / PAGE, copy)
    monkeypatch.chdir(tmp_path)
    return copy


def test_the_race_runs_and_its_page_is_made_from_its_figures(page: Path) -> None:
    peers = (PEERS / "ortools").is_dir()
    methods = (*OWN, *THEIRS) if peers else OWN
    small = {
        "--applicants 10000": "--applicants 60",
        "--growth 10000 30000 100000": "--growth 60",
        "--seconds 45": "--seconds 2",
    }
    raced = figures(line("lumbung bench allocation ", small), "--methods", *methods)
    (one,) = raced["contests"]
    assert tuple(one["methods"]) == methods
    standing = {name: each for name, each in one["methods"].items() if each.get("broken") == []}
    assert set(standing) == {*OWN, *(["cp_sat"] if peers else [])}
    assert all(0 <= each["worth"] <= one["bound"] * (1 + 1e-9) for each in standing.values())
    best = max(standing, key=lambda name: standing[name]["worth"])
    assert best in ("lumbung", "cp_sat")
    assert [grown["applicants"] for grown in raced["growth"]] == [60]
    _, *program = line("python -m benchmarks.pictured ")
    told = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, *program], env=told, check=True)  # noqa: S603  our own page's
    written = page.read_text(encoding="utf-8")
    assert "**60 applications x 50 products**" in written
    assert all(f"| {NAMES[name]} |" in written for name in methods)
    assert "60 made-up applications" in PICTURE.read_text(encoding="utf-8")
    if not peers:
        lacking("OR-Tools is not installed: `make peers`")


def test_the_figures_stand_between_the_marks_of_the_page() -> None:
    page = f"before {MARKS[0]} old {MARKS[1]} after"
    assert placed(page, "new") == f"before {MARKS[0]}\n\nnew\n{MARKS[1]} after"
