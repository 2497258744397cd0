"""Applications, the lenders' answers, the true risk and what becomes of the loans."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from tests.training.simulated.cases import (
    BUSINESSES,
    MONTHS,
    SEED,
    WIB,
    tables,
    together,
    worlds,
)
from training.simulated.chunk import CHUNK
from training.simulated.debts import borrowed
from training.simulated.loans import Loans, index, lend
from training.simulated.repayment import repaid
from training.simulated.scenario import Scenario
from training.simulated.selection import chance_of_denial
from training.validation.evaluate import calibration_slope


class TestApplications:
    def test_are_one_for_each_business_within_a_year_in_office_hours(self) -> None:
        asked = tables()["applications"].with_columns(pl.col("as_of") + WIB)
        assert asked["business_id"].n_unique() == asked.height == BUSINESSES
        assert asked["as_of"].dt.date().min() >= date(2024, 10, 1)  # type: ignore[operator]
        assert asked["as_of"].dt.date().max() <= date(2025, 9, 30)  # type: ignore[operator]
        assert asked["as_of"].dt.hour().is_between(9, 14).all()

    def test_are_spread_evenly_over_the_year(self) -> None:
        counts = tables()["applications"].group_by(pl.col("as_of").dt.month()).len()["len"]
        assert len(counts) == 12
        assert (counts - BUSINESSES / 12).abs().max() < 70  # type: ignore[operator]

    def test_ask_for_round_amounts_over_known_tenors(self) -> None:
        asked = tables()["applications"]
        assert (asked["amount"] % 500_000 == 0).all()
        assert set(asked["tenor_months"]) == {6, 12, 18, 24, 36}
        assert set(asked["purpose"]) == {"working_capital", "investment", "other", None}
        assert set(asked["answer"]) == {"financed", "denied", "withdrawn"}


def lent(number: int = 0) -> Loans:
    world, chunk = worlds(number + 1)[number]
    return lend(world, borrowed(world, chunk), chunk)


class TestRisk:
    def test_rises_with_the_instalment_and_with_nothing_else_changed(self) -> None:
        world, _ = worlds(1)[0]
        low, high = (index(world, np.full(CHUNK, money)) for money in (1e5, 2e5))
        assert (high["burden"] >= low["burden"]).all()
        assert (high["burden"] > low["burden"]).mean() > 0.8
        assert all(np.array_equal(low[part], high[part]) for part in low if part != "burden")

    def test_follows_the_equation_of_the_documentation(self) -> None:
        world, chunk = worlds(1)[0]
        debts = borrowed(world, chunk)
        loans = lend(world, debts, chunk)
        i, now = 17, MONTHS * 30
        health = world.health[i, now]
        instalment = loans.amount[i] / loans.tenor[i] + 0.01 * loans.amount[i]
        instalment += debts.burden()[i]
        margin = 30 * world.daily_sales[i] * world.margin[i]
        surplus = margin * max(0.8 * np.exp(health) - world.household[i] - 0.08, 0.05)
        by_hand = (
            -5.7
            + 2.3 * min(max(np.log(instalment / surplus), -3), 3)
            + 0.4 * np.log(world.volatility[i])
            + 3.5 * (world.health[i, now - 90 : now].mean() - health)
            - 1.3 * np.log(world.buffer[i] / 0.35)
            - 2.0 * (health + world.coming[i])
            + 0.5 * world.exposure[i]
            - 0.3 * world.discipline[i]
            + 0.25 * world.unseen[i]
        )
        assert loans.risk[i] == pytest.approx(1 / (1 + np.exp(-by_hand)), rel=1e-9)

    def test_is_about_a_tenth_and_smaller_among_the_financed(self) -> None:
        truth = tables()["truth"]
        mean = truth["probability_of_default"].mean()
        financed = truth.filter("financed")["probability_of_default"].mean()
        assert 0.09 < mean < 0.14  # type: ignore[operator]
        assert financed < mean  # type: ignore[operator]


class TestSelection:
    def test_denies_by_the_risk_lenders_see_as_the_equation_says(self) -> None:
        denied = seen = 0.0
        spread = 0.0
        answers = tables()["applications"]["answer"].to_numpy()
        for number, (_, chunk) in enumerate(worlds(4)):
            nobody = np.zeros(CHUNK, dtype=np.bool_)
            chance = chance_of_denial(lent(number).shown, nobody, chunk, fair=True)
            here = answers[number * CHUNK : (number + 1) * CHUNK]
            stayed = here != "withdrawn"
            denied += (here[stayed] == "denied").sum()
            seen += chance[stayed].sum()
            spread += (chance[stayed] * (1 - chance[stayed])).sum()
        assert abs(denied - seen) < 4 * spread**0.5

    def test_denies_the_riskier_the_oftener_and_anyone_alike_at_strength_zero(self) -> None:
        for strength, apart in ((0.0, False), (3.0, True)):
            simulated = together(1000, 3, SEED, Scenario(selection=strength, refused=0.3))
            both = simulated["applications"].join(simulated["truth"], on="application_id")
            risk = np.log(1 / both["probability_of_default"].to_numpy() - 1)
            denied = (both["answer"] == "denied").to_numpy()
            gap = risk[~denied].mean() - risk[denied].mean()
            variance = (risk[part].var() / part.sum() for part in (denied, ~denied))
            assert bool(gap > 4 * np.sqrt(sum(variance))) is apart

    def test_finances_everyone_when_no_one_is_refused(self) -> None:
        answers = together(300, 3, SEED, Scenario(refused=0))["applications"]["answer"]
        assert set(answers) == {"financed", "withdrawn"}


class TestRepayment:
    def test_is_bad_as_often_as_the_true_risk_says_for_financed_and_denied_alike(self) -> None:
        truth = tables()["truth"]
        for part in (truth.filter("financed"), truth.filter(~pl.col("financed"))):
            risk, bad = part["probability_of_default"].to_numpy(), part["goes_bad"].to_numpy()
            assert abs(bad.sum() - risk.sum()) < 4 * np.sqrt((risk * (1 - risk)).sum())

    def test_has_a_calibration_slope_of_one_within_its_standard_error(self) -> None:
        """On 20,000 businesses drawn again and again from the index, by the Fisher information."""
        loans = [lent(number) for number in range(8)]
        index = np.concatenate([np.tile(loan.index, 10) for loan in loans])
        _, chunk = worlds(1)[0]
        as_of = np.resize(loans[0].as_of, index.size)
        drawn = repaid(replace(loans[0], index=index, as_of=as_of), chunk)
        risk = 1 / (1 + np.exp(-index))
        weight = risk * (1 - risk)
        spread = index - np.average(index, weights=weight)
        error = 1 / np.sqrt((weight * spread**2).sum())
        assert index.size == 20_000
        slope = calibration_slope(risk, drawn.bad.astype(np.int64), np.ones(index.size))
        assert abs(slope - 1) < 4 * error

    def test_is_calibrated_at_every_level_of_risk(self) -> None:
        truth = tables()["truth"]
        risk, bad = (truth[name].to_numpy() for name in ("probability_of_default", "goes_bad"))
        for tenth in np.array_split(np.argsort(risk), 10):
            error = np.sqrt((risk[tenth] * (1 - risk[tenth])).sum())
            assert abs(bad[tenth].sum() - risk[tenth].sum()) < 4 * error + 1

    @pytest.mark.parametrize(("index", "worst"), [(-60.0, (0, 0)), (60.0, (90, 359))])
    def test_is_certain_where_the_risk_is(self, index: float, worst: tuple[int, int]) -> None:
        _, chunk = worlds(1)[0]
        drawn = repaid(replace(lent(), index=np.full(CHUNK, index)), chunk)
        mild = drawn.days[drawn.days > 0] if index < 0 else drawn.days
        assert ((mild >= worst[0]) & (mild <= max(worst[1], 29))).all()
        assert (drawn.days >= 90).all() == (index > 0)

    def test_is_the_worse_the_deeper_the_shortfall(
        self,
    ) -> None:
        _, chunk = worlds(1)[0]
        draws = [repaid(lent(number), replace(chunk, number=number)) for number in range(12)]
        cover, days = (np.concatenate([getattr(d, n) for d in draws]) for n in ("cover", "days"))
        short = cover < 0
        assert ((days >= 90) == short).all()
        order = np.argsort(cover[short])
        assert (np.diff(days[short][order]) <= 0).all()
        thin = (cover > 0) & (cover < 1)
        assert (days[thin] > 0).mean() > 2 * (days[cover > 4] > 0).mean()

    def test_falls_into_every_class_of_delay(self) -> None:
        days = tables()["outcomes"]["worst_days_past_due"]
        bounds = {"none": (0, 0), "short": (1, 29), "long": (30, 89), "bad": (90, 359)}
        share = {name: days.is_between(*b).sum() / len(days) for name, b in bounds.items()}
        assert sum(share.values()) == pytest.approx(1.0)
        assert share["none"] > 0.7
        assert 0.05 < share["short"] < 0.2
        assert 0.005 < share["long"] < 0.05

    def test_is_written_off_only_after_half_a_year_of_delay(self) -> None:
        days, lost = (tables()["outcomes"][n] for n in ("worst_days_past_due", "written_off"))
        assert (days.filter(lost) >= 180).all()
        assert 0 < lost.sum() < (days >= 180).sum()

    def test_is_mature_and_of_loans_paid_out_after_the_application(self) -> None:
        both = tables()["outcomes"].join(tables()["applications"], on="application_id")
        assert not both["censored"].any()
        assert both["stated"].null_count() == both.height
        assert (both["disbursed_at"] - both["as_of"]).dt.total_days().is_between(3, 14).all()

    def test_has_a_day_of_default_within_the_year_where_it_was_seen_to_go_bad(self) -> None:
        for end in (date(2025, 10, 1), date(2026, 10, 1)):
            loans = together(500, 3, SEED, Scenario(end=end))["outcomes"]
            day = loans["defaulted_at"]
            assert day.is_not_null().equals(loans["worst_days_past_due"] >= 90)
            assert 0 < day.count() < loans.height
            on_book = (day - loans["disbursed_at"]).dt.total_days().drop_nulls()
            assert on_book.is_between(120, 365).all()
            assert (day <= loans["watched_until"]).drop_nulls().all()
            watched = (loans["watched_until"] - loans["disbursed_at"]).dt.total_days()
            assert watched.is_between(0, 365).all()
            assert (watched < 365).equals(loans["censored"])

    def test_is_censored_where_the_year_is_not_over(self) -> None:
        late = together(500, 3, SEED, Scenario(end=date(2026, 10, 1)))["outcomes"]
        watched = datetime(2026, 10, 31, 17, tzinfo=UTC)
        is_young = late["disbursed_at"] + timedelta(days=365) > watched
        assert is_young.equals(late["censored"])
        assert 0.8 < late["censored"].mean() <= 1  # type: ignore[operator]
        early, recent = (
            late.sort("disbursed_at").head(120),
            late.sort("disbursed_at").tail(120),
        )
        bad = [(part["worst_days_past_due"] >= 90).mean() for part in (early, recent)]
        assert bad[1] == 0
        assert bad[0] > 0  # type: ignore[operator]
