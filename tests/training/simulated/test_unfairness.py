"""The planted unfairness is there when it is switched on, and nothing of it when it is off.

Bounds come from the sizes of the samples and from the equations, recomputed here.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from features.sources import SOURCES
from tests.training.simulated.cases import SEED, Tables, changed, share_error, tables, together
from training.simulated.businesses import draw
from training.simulated.chunk import CHUNK, Chunk
from training.simulated.protected import owners
from training.simulated.scenario import Group, Scenario
from training.simulated.selection import USUAL
from training.simulated.tables import NAMES
from training.simulated.unfairness import TREATED

N = 1500


def women(simulated: Tables) -> pl.DataFrame:
    """Return business → whether a woman owns it, of those who told."""
    told = simulated["protected"].filter(pl.col("gender").is_not_null())
    return told.select("business_id", woman=pl.col("gender") == "female")


def apart(values: pl.Series, group: pl.Series) -> float:
    """Return how many standard errors the means of a group and of the others are apart."""
    x = values.cast(pl.Float64).to_numpy()
    one, other = x[group.to_numpy()], x[~group.to_numpy()]
    error = np.sqrt(one.var() / one.size + other.var() / other.size)
    return float(abs(one.mean() - other.mean()) / error)


class TestSwitchedOff:
    def test_the_group_is_apart_from_risk_answers_and_outcomes(self) -> None:
        simulated = tables()
        joined = simulated["truth"].join(simulated["applications"], on="application_id")
        joined = joined.join(women(simulated), on="business_id")
        risk = joined["probability_of_default"]
        assert apart((risk / (1 - risk)).log(), joined["woman"]) < 4
        for name in ("financed", "goes_bad", "amount", "circular"):
            assert apart(joined[name], joined["woman"]) < 4, name
        assert not joined["unfairly_denied"].any()

    @pytest.mark.parametrize("name", SOURCES)
    def test_the_group_has_as_many_records_of_every_source(self, name: str) -> None:
        rows = tables()[name].group_by("business_id").len()
        counted = women(tables()).join(rows, on="business_id", how="left")
        assert apart(counted["len"].fill_null(0), counted["woman"]) < 4

    @pytest.mark.parametrize("name", TREATED)
    def test_the_group_has_amounts_as_large(self, name: str) -> None:
        amount = TREATED[name][0]
        mean = tables()[name].group_by("business_id").agg(pl.col(amount).log1p().mean())
        counted = women(tables()).join(mean, on="business_id")
        assert apart(counted[amount], counted["woman"]) < 4

    @pytest.mark.parametrize("group", ["women", "young", "disabled"])
    def test_which_group_it_would_be_changes_nothing(self, group: Group) -> None:
        assert all(changed(300, group=group)[n].equals(changed(300)[n]) for n in NAMES)


class TestThinness:
    def test_loses_the_stated_share_of_the_groups_records_and_no_others(self) -> None:
        whole, thin = changed(N), changed(N, unfair_thinness=0.4)
        for name in TREATED:
            rows = [
                simulated[name].join(women(whole), on="business_id").group_by("woman").len()
                for simulated in (whole, thin)
            ]
            (full, kept) = (dict(counts.iter_rows()) for counts in rows)
            assert kept[False] == full[False]
            assert kept[True] / full[True] == pytest.approx(0.6, abs=share_error(0.6, full[True]))

    def test_leaves_loans_and_the_other_sources_as_they_were(self) -> None:
        whole, thin = changed(N), changed(N, unfair_thinness=0.4)
        for name in {*NAMES} - {*TREATED, "consents"}:
            assert whole[name].equals(thin[name])


class TestNoise:
    def test_blurs_the_groups_amounts_by_the_stated_sigma_around_the_same_mean(self) -> None:
        exact, blurred = changed(N), changed(N, unfair_noise=0.3)
        for name, amounts in TREATED.items():
            pair = exact[name].with_columns(blurred=blurred[name][amounts[0]])
            pair = pair.join(women(exact), on="business_id")
            large = pair.filter(pl.col(amounts[0]) > 1000)  # where rounding to rupiah is nothing
            factor = (large["blurred"] / large[amounts[0]]).to_numpy()
            mine = large["woman"].to_numpy()
            assert (factor[~mine] == 1).all()
            n = int(mine.sum())
            log = np.log(factor[mine])
            assert log.std() == pytest.approx(0.3, abs=4 * 0.3 / np.sqrt(2 * n))
            assert log.mean() == pytest.approx(-(0.3**2) / 2, abs=4 * 0.3 / np.sqrt(n) + 1e-4)

    def test_blurs_all_amounts_of_a_row_alike(self) -> None:
        exact, blurred = (changed(N, unfair_noise=s)["orders"].drop_nulls("net") for s in (0, 0.3))
        factors = [blurred[name] / exact[name] for name in TREATED["orders"]]
        assert (factors[0] - factors[2]).abs().max() < 1e-3  # type: ignore[operator]


class TestDenial:
    def test_denies_more_of_the_group_at_the_same_risk_as_the_equation_says(self) -> None:
        scenario = Scenario(unfair_denial=1.0, selection=0, refused=0.2)
        simulated = together(4000, 3, SEED, scenario)
        joined = simulated["applications"].join(women(simulated), on="business_id")
        answered = joined.filter(pl.col("answer") != "withdrawn")
        for woman, log_odds in ((False, np.log(0.25)), (True, np.log(0.25) + 1.0)):
            denied = answered.filter(woman=woman)["answer"] == "denied"
            expected = 1 / (1 + np.exp(-log_odds))
            assert denied.mean() == pytest.approx(expected, abs=share_error(expected, len(denied)))

    def test_marks_those_who_would_have_been_financed_but_for_it(self) -> None:
        fair, unfair = changed(N), changed(N, unfair_denial=1.5)
        flipped = fair["truth"]["financed"] & ~unfair["truth"]["financed"]
        assert flipped.equals(unfair["truth"]["unfairly_denied"])
        assert not (~fair["truth"]["financed"] & unfair["truth"]["financed"]).any()
        people = [owners_of(number) for number in range(N // CHUNK)]
        assert not (flipped.to_numpy() & ~np.concatenate(people)).any()
        assert flipped.sum() > 50

    def test_leaves_the_truth_of_repayment_as_it_was(self) -> None:
        same = ("application_id", "probability_of_default", "goes_bad")
        assert changed(N)["truth"][same].equals(changed(N, unfair_denial=1.5)["truth"][same])


def owners_of(number: int) -> np.ndarray:
    """Return (n,) whether a woman owns each business of a chunk, told or not."""
    chunk = Chunk(SEED, number, 6)
    return np.asarray(owners(draw(chunk), chunk).gender == 0)


def test_the_young_and_the_disabled_may_be_the_group_too() -> None:
    for group, told in (
        ("young", pl.col("birth_year") >= 1991),
        ("disabled", pl.col("disability")),
    ):
        simulated = changed(N, group=group, unfair_thinness=0.9)
        rows = simulated["payments"].group_by("business_id").len()
        mine = simulated["protected"].select("business_id", mine=told).drop_nulls()
        counted = mine.join(rows, on="business_id").group_by("mine").agg(pl.mean("len"))
        mean = dict(counted.iter_rows())
        assert mean[True] < 0.25 * mean[False]


def test_risk_seen_by_lenders_has_about_the_mean_and_spread_they_are_said_to_use() -> None:
    shown = tables()["truth"]["probability_of_default"].to_numpy()
    log_odds = np.log(shown / (1 - shown))
    assert log_odds.mean() == pytest.approx(USUAL[0], abs=0.4)
    assert log_odds.std() == pytest.approx(USUAL[1], abs=0.4)
