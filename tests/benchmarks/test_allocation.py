"""The race of allocations runs at toy size, and believes no method about its own result."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.allocated import PEERS, by_greedy
from benchmarks.allocation import main
from benchmarks.pictured import MARKS, NAMES, draw, placed, table
from benchmarks.programmes import made
from benchmarks.recount import latest, proven, recount
from benchmarks.whole import MILLION, whole
from matching.allocation.pool import Ints
from tests.conftest import lacking

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


@pytest.mark.parametrize("methods", [OWN, THEIRS], ids=["ours", "peers"])
def test_the_race_runs_and_its_page_is_made_from_its_figures(
    methods: tuple[str, ...], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    if methods == THEIRS and not (PEERS / "ortools").is_dir():
        lacking("OR-Tools is not installed: `make peers`")
    main(["--applicants", "60", "--growth", "--seconds", "2", "--methods", *methods])
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    (one,) = figures["contests"]
    assert tuple(one["methods"]) == methods
    standing = {name: each for name, each in one["methods"].items() if each.get("broken") == []}
    assert set(standing) == ({"cp_sat"} if methods == THEIRS else set(OWN))
    assert all(0 <= each["worth"] <= one["bound"] * (1 + 1e-9) for each in standing.values())
    best = max(standing, key=lambda name: standing[name]["worth"])
    assert best in ("lumbung", "cp_sat")
    assert all(f"| {NAMES[name]} |" in table(figures) for name in methods)
    draw(figures, tmp_path / "race.svg")
    assert "60 made-up applications" in (tmp_path / "race.svg").read_text(encoding="utf-8")


def test_the_figures_stand_between_the_marks_of_the_page() -> None:
    page = f"before {MARKS[0]} old {MARKS[1]} after"
    assert placed(page, "new") == f"before {MARKS[0]}\n\nnew\n{MARKS[1]} after"
