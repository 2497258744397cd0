from __future__ import annotations

import hashlib
import io
import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

import lightgbm
import numpy as np
import polars as pl
import pytest
from sklearn.metrics import roc_auc_score

from features.catalogue import FEATURES, compute
from features.errors import BadInput
from features.known import known_at_application
from features.records import APPLICATIONS, TABLES
from features.sources import PAYMENTS
from features.table import Table
from training.datasets import columns
from training.simulated_businesses import CHUNK, draw
from training.simulated_loans import lend, outcomes
from training.simulated_sectors import SECTORS, days_since_1970, season
from training.simulator import KECAMATAN, simulate

BUSINESSES, MONTHS, SEED = 3000, 12, 7
WIB = timedelta(hours=7)
IDULFITRI_2026 = date(2026, 3, 21)

TYPES = {
    "id": pl.String(),
    "text": pl.String(),
    "category": pl.String(),
    "money": pl.Int64(),
    "count": pl.Int64(),
    "flag": pl.Boolean(),
    "time": pl.Datetime("us", "UTC"),
}

Tables = dict[str, pl.DataFrame]


def together(businesses: int, months: int, seed: int) -> Tables:
    chunks = list(simulate(businesses, months, seed))
    return {name: pl.concat([chunk[name] for chunk in chunks]) for name in chunks[0]}


@cache
def tables() -> Tables:
    return together(BUSINESSES, MONTHS, SEED)


def digest(simulated: Tables) -> dict[str, str]:
    digests = {}
    for name, frame in simulated.items():
        buffer = io.BytesIO()
        frame.write_parquet(buffer)
        digests[name] = hashlib.sha256(buffer.getvalue()).hexdigest()
    return digests


def sectors() -> pl.DataFrame:
    """Return which business is of which sector, which no record says."""
    names = list(SECTORS)
    codes = [int(s) for c in range(BUSINESSES // CHUNK) for s in draw(SEED, c, MONTHS).sector]
    ids = [f"b{number:07d}" for number in range(BUSINESSES)]
    return pl.DataFrame({"business_id": ids, "sector": [names[code] for code in codes]})


@cache
def sales_by_day() -> pl.DataFrame:
    """Return recorded sales with the sector and the day in WIB."""
    paid = tables()["payments"].filter(kind="sale").join(sectors(), on="business_id")
    return paid.with_columns((pl.col("occurred_at") + WIB).dt.date().alias("day"))


def sales_in(sector: str, first: date, last: date, whole: tuple[date, date]) -> float:
    """Return sales from first to last, of the sector's businesses on record in all of *whole*."""
    paid = sales_by_day().filter(sector=sector)
    lives = paid.group_by("business_id").agg(
        pl.col("day").min().alias("begin"), pl.col("day").max().alias("end")
    )
    lives = lives.filter(pl.col("begin") <= whole[0], pl.col("end") >= whole[1])
    kept = paid.join(lives, on="business_id", how="semi")
    return float(kept.filter(pl.col("day").is_between(first, last))["amount"].sum())


class TestTheSameSeed:
    def test_gives_the_same_bytes(self) -> None:
        assert digest(together(300, 6, 3)) == digest(together(300, 6, 3))

    def test_gives_the_same_bytes_whatever_else_draws_in_between(self) -> None:
        one, other = simulate(600, 4, 3), simulate(600, 4, 4)
        woven = []
        for chunk, _ in zip(one, other, strict=True):
            np.random.default_rng().random(5)
            woven.append(digest(chunk))
        assert woven == [digest(chunk) for chunk in simulate(600, 4, 3)]

    def test_gives_the_same_business_however_many_stand_beside_it(self) -> None:
        few, many = together(260, 6, 3), together(700, 6, 3)
        ids = few["protected"]["business_id"].to_list()
        for name in ("payments", "applications", "protected"):
            assert few[name].height > 0
            assert few[name].equals(many[name].filter(pl.col("business_id").is_in(ids)))
        for name in ("outcomes", "truth"):
            assert few[name].equals(many[name].head(260))

    def test_is_needed_for_the_same_records(self) -> None:
        one, other = digest(together(20, 6, 3)), digest(together(20, 6, 4))
        assert all(one[name] != other[name] for name in one)


class TestChunks:
    def test_come_one_by_one_however_many_are_asked_for(self) -> None:
        first = next(simulate(10**9, 3, 0))
        assert first["applications"].height == CHUNK

    @pytest.mark.parametrize("businesses", [1, CHUNK - 1, CHUNK, CHUNK + 1])
    def test_hold_as_many_businesses_as_asked_for(self, businesses: int) -> None:
        simulated = together(businesses, 3, 1)
        for name in ("applications", "outcomes", "protected", "truth"):
            assert simulated[name].height == businesses
        assert simulated["payments"]["business_id"].n_unique() == businesses

    def test_share_no_payment_between_businesses_or_chunks(self) -> None:
        ids = tables()["payments"].select("payment_id", "business_id")
        assert ids["payment_id"].n_unique() == ids.height
        assert ids.filter(~pl.col("payment_id").str.starts_with(pl.col("business_id"))).is_empty()


@pytest.mark.parametrize(("businesses", "months", "seed"), [(0, 12, 1), (5, 2, 1), (5, 12, -1)])
def test_a_size_that_cannot_be_simulated_is_refused_at_once(
    businesses: int, months: int, seed: int
) -> None:
    with pytest.raises(BadInput) as caught:
        simulate(businesses, months, seed)
    assert caught.value.code == "bad-simulation"


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
class TestEveryTable:
    def test_has_the_declared_columns_in_the_declared_types(self, table: Table) -> None:
        declared = {column.name: TYPES[column.kind] for column in table.columns}
        assert dict(tables()[table.name].schema) == declared

    def test_is_filled_where_it_must_be(self, table: Table) -> None:
        frame = tables()[table.name]
        for column in table.columns:
            if column.missing is None:
                assert frame[column.name].null_count() == 0, column.name
            if column.kind == "id":
                assert (frame[column.name].drop_nulls() != "").all(), column.name

    def test_holds_allowed_values_only(self, table: Table) -> None:
        frame = tables()[table.name]
        for column in table.columns:
            present = frame[column.name].drop_nulls()
            if column.kind == "category":
                assert set(present) <= set(column.values), column.name
            if column.kind in ("money", "count") and column.least is not None:
                assert (present >= column.least).all(), column.name

    def test_never_repeats_its_key(self, table: Table) -> None:
        assert tables()[table.name][table.key].is_unique().all()

    def test_lies_in_the_past_of_november_2026(self, table: Table) -> None:
        end = datetime(2026, 11, 15, tzinfo=UTC)
        frame = tables()[table.name]
        for column in table.columns:
            if column.kind == "time":
                assert (frame[column.name] < end).all(), column.name


class TestPayments:
    def test_are_about_forty_a_month_for_each_business(self) -> None:
        paid = tables()["payments"]
        span = paid.group_by("business_id").agg(
            pl.col("occurred_at").max() - pl.col("occurred_at").min()
        )
        months = span["occurred_at"].dt.total_days().sum() / 30
        assert 35 < paid.height / months < 50

    def test_are_of_every_channel_and_of_the_kinds_simulated(self) -> None:
        paid = tables()["payments"]
        assert set(paid["channel"]) == set(PAYMENTS.column("channel").values)
        kinds = {"sale", "supplier", "household", "fee", "penalty", "transfer", "other"}
        assert set(paid["kind"]) == kinds

    def test_by_qris_stay_below_its_limit(self) -> None:
        most = tables()["payments"].filter(pl.col("channel").is_in(("qris", "ewallet")))["amount"]
        assert most.max() == pytest.approx(10_000_000, rel=0.2)
        assert (most <= 10_000_000).all()

    def test_are_known_late_in_a_few_cases_by_one_to_seven_days(self) -> None:
        delay = tables()["payments"].select(pl.col("known_at") - pl.col("occurred_at"))
        days = delay.to_series().dt.total_days()
        assert set(days) == set(range(8))
        assert 0.02 < (days > 0).mean() < 0.04  # type: ignore[operator]

    def test_leave_the_balance_that_a_running_sum_by_hand_gives(self) -> None:
        stated = tables()["payments"].filter(pl.col("balance_after").is_not_null())
        ids = stated["business_id"].unique().sort().to_list()[:40]
        rows = stated.filter(pl.col("business_id").is_in(ids)).sort("occurred_at", "payment_id")
        running: dict[str, int] = {}
        for row in rows.iter_rows(named=True):
            moved = row["amount"] if row["direction"] == "in" else -row["amount"]
            opening = row["balance_after"] - moved
            running[row["business_id"]] = running.get(row["business_id"], opening) + moved
            assert running[row["business_id"]] == row["balance_after"]
        assert len(running) == 40

    def test_state_a_balance_for_a_business_always_or_never(self) -> None:
        stated = (
            tables()["payments"]
            .group_by("business_id")
            .agg(pl.col("balance_after").is_not_null().mean())["balance_after"]
        )
        assert set(stated) == {0.0, 1.0}
        assert (stated == 0.0).mean() == pytest.approx(0.3, abs=0.05)

    def test_are_penalties_only_where_the_balance_was_below_zero(self) -> None:
        charged = tables()["payments"].filter(pl.col("balance_after").is_not_null(), kind="penalty")
        before = charged["balance_after"] + charged["amount"]
        assert charged.height > 100
        assert (before < 0).all()

    def test_come_from_one_payer_often_and_from_some_only_once(self) -> None:
        known = tables()["payments"].filter(pl.col("counterparty").is_not_null(), kind="sale")
        times = known.group_by("business_id", "counterparty").len()
        most = times.group_by("business_id").agg(
            (pl.col("len").max() / pl.col("len").sum()).alias("most"),
            (pl.col("len") == 1).mean().alias("once"),
        )
        assert most["most"].median() == pytest.approx(0.2, abs=0.08)
        assert most["once"].median() == pytest.approx(0.25, abs=0.1)

    def test_name_some_payers_and_none_in_most_cash(self) -> None:
        sales = tables()["payments"].filter(kind="sale")
        cash = sales.filter(channel="cash")["counterparty"]
        qris = sales.filter(channel="qris")["counterparty"]
        assert cash.null_count() / len(cash) == pytest.approx(0.75, abs=0.01)
        assert qris.null_count() / len(qris) == pytest.approx(0.10, abs=0.01)


class TestSeasons:
    def test_food_sells_more_in_ramadan_and_less_after_idulfitri(self) -> None:
        day = timedelta(days=1)
        whole = (IDULFITRI_2026 - 60 * day, IDULFITRI_2026 + 20 * day)
        before = sales_in("food", IDULFITRI_2026 - 60 * day, IDULFITRI_2026 - 31 * day, whole)
        ramadan = sales_in("food", IDULFITRI_2026 - 30 * day, IDULFITRI_2026 - day, whole)
        after = sales_in("food", IDULFITRI_2026, IDULFITRI_2026 + 20 * day, whole)
        assert ramadan / before == pytest.approx(SECTORS["food"].ramadan, rel=0.15)
        assert (after / 21) / (before / 30) == pytest.approx(0.7, rel=0.15)

    def test_fishing_sells_less_from_december_to_february(self) -> None:
        whole = (date(2025, 11, 1), date(2026, 1, 31))
        autumn = sales_in("fishing", date(2025, 11, 1), date(2025, 11, 30), whole)
        lull = sales_in("fishing", date(2026, 1, 1), date(2026, 1, 30), whole)
        assert lull / autumn == pytest.approx(SECTORS["fishing"].lull, rel=0.2)

    def test_the_week_has_its_pattern(self) -> None:
        sold = sales_by_day().filter(sector="fishing")
        by_weekday = sold.group_by(pl.col("day").dt.weekday()).agg(pl.col("amount").sum())
        amounts = dict(by_weekday.iter_rows())
        others = sum(amounts[weekday] for weekday in (1, 2, 3, 4, 6, 7)) / 6
        assert amounts[5] / others == pytest.approx(0.4 / 1.1, rel=0.15)

    def test_follow_the_feast_through_the_years(self) -> None:
        eves = [date(2024, 4, 9), date(2025, 3, 30), date(2026, 3, 20)]
        days = np.array([days_since_1970(eve) for eve in eves])
        assert season(SECTORS["batik"], days).tolist() == [SECTORS["batik"].ramadan] * 3
        assert season(SECTORS["batik"], days + 1).tolist() == [0.7] * 3
        assert season(SECTORS["batik"], days + 22).tolist() == [1.0] * 3
        assert season(SECTORS["batik"], days - 30).tolist() == [1.0] * 3


class TestApplications:
    def test_are_one_for_each_business_within_a_year_in_office_hours(self) -> None:
        asked = tables()["applications"].with_columns(pl.col("as_of") + WIB)
        assert asked["business_id"].n_unique() == asked.height == BUSINESSES
        assert asked["as_of"].dt.date().min() >= date(2025, 10, 1)  # type: ignore[operator]
        assert asked["as_of"].dt.date().max() <= date(2026, 9, 30)  # type: ignore[operator]
        assert asked["as_of"].dt.hour().is_between(9, 14).all()

    def test_are_spread_evenly_over_the_year(self) -> None:
        counts = tables()["applications"].group_by(pl.col("as_of").dt.month()).len()["len"]
        assert len(counts) == 12
        assert (counts - BUSINESSES / 12).abs().max() < 70  # type: ignore[operator]

    def test_ask_for_round_amounts_over_known_tenors(self) -> None:
        asked = tables()["applications"]
        assert (asked["amount"] % 500_000 == 0).all()
        assert (asked["amount"] > 0).all()
        assert set(asked["tenor_months"]) == {6, 12, 18, 24, 36}
        assert set(asked["purpose"]) == {"working_capital", "investment", "other", None}

    def test_have_records_on_both_sides(self) -> None:
        merged = tables()["payments"].join(tables()["applications"], on="business_id")
        sides = merged.group_by("business_id").agg(
            (pl.col("occurred_at") < pl.col("as_of")).any().alias("before"),
            (pl.col("occurred_at") > pl.col("as_of")).any().alias("after"),
        )
        assert sides.select(pl.col("before") & pl.col("after")).to_series().mean() > 0.99  # type: ignore[operator]

    def test_meet_records_of_the_past_known_only_later(self) -> None:
        merged = tables()["payments"].join(tables()["applications"], on="business_id")
        hidden = merged.filter(
            pl.col("occurred_at") < pl.col("as_of"), pl.col("known_at") >= pl.col("as_of")
        )
        assert hidden.height > 100

    def test_come_with_thin_files_and_long_ones(self) -> None:
        merged = tables()["payments"].join(tables()["applications"], on="business_id")
        history = merged.group_by("business_id").agg(
            (pl.col("as_of").first() - pl.col("occurred_at").min()).alias("history")
        )["history"]
        days = history.dt.total_days()
        assert (days <= 120).mean() == pytest.approx(0.12, abs=0.03)
        assert (days > 330).mean() > 0.4  # type: ignore[operator]
        assert days.max() <= MONTHS * 30  # type: ignore[operator]


def judged() -> tuple[np.ndarray, np.ndarray]:
    """Return the true probability of default and whether the loan went bad, loan by loan."""
    both = tables()["truth"].join(tables()["outcomes"], on="application_id", maintain_order="left")
    bad = (both["worst_days_past_due"] >= 90).to_numpy()
    return both["probability_of_default"].to_numpy(), bad


class TestOutcomes:
    def test_are_bad_as_often_as_the_true_risk_says(self) -> None:
        risk, bad = judged()
        error = np.sqrt((risk * (1 - risk)).sum())
        assert abs(bad.sum() - risk.sum()) < 3 * error
        assert risk.mean() == pytest.approx(0.10, abs=0.015)

    @pytest.mark.parametrize(("risk", "worst"), [(0.0, (0, 89)), (1.0, (90, 359))])
    def test_are_certain_where_the_risk_is(self, risk: float, worst: tuple[int, int]) -> None:
        world = draw(SEED, 0, MONTHS)
        loans = replace(lend(world, SEED, 0), risk=np.full(CHUNK, risk))
        days = outcomes(world, loans, SEED, 0)["worst_days_past_due"]
        assert days.is_between(*worst).all()

    def test_are_calibrated_at_every_level_of_risk(self) -> None:
        risk, bad = judged()
        for tenth in np.array_split(np.argsort(risk), 10):
            error = np.sqrt((risk[tenth] * (1 - risk[tenth])).sum())
            assert abs(bad[tenth].sum() - risk[tenth].sum()) < 4 * error + 1

    def test_have_the_brier_score_of_their_own_uncertainty(self) -> None:
        risk, bad = judged()
        squares = (risk - bad) ** 2
        expected = (risk * (1 - risk)).mean()
        assert squares.mean() == pytest.approx(expected, abs=4 * squares.std() / risk.size**0.5)

    def test_fall_into_every_class_of_delay(self) -> None:
        days = tables()["outcomes"]["worst_days_past_due"]
        bounds = {"none": (0, 0), "short": (1, 29), "long": (30, 89), "bad": (90, 359)}
        share = {name: days.is_between(*bound).sum() / len(days) for name, bound in bounds.items()}
        assert sum(share.values()) == pytest.approx(1.0)
        assert share["none"] > 0.7
        assert 0.05 < share["short"] < 0.2
        assert 0.005 < share["long"] < 0.05

    def test_are_written_off_only_after_half_a_year_of_delay(self) -> None:
        days, lost = (tables()["outcomes"][n] for n in ("worst_days_past_due", "written_off"))
        assert (days.filter(lost) >= 180).all()
        assert 0 < lost.sum() < (days >= 180).sum()

    def test_are_all_mature_and_of_loans_paid_out_after_the_application(self) -> None:
        both = tables()["outcomes"].join(tables()["applications"], on="application_id")
        assert not both["censored"].any()
        assert both["stated"].null_count() == both.height
        delay = (both["disbursed_at"] - both["as_of"]).dt.total_days()
        assert delay.is_between(3, 14).all()


class TestProtected:
    def test_is_drawn_apart_from_risk(self) -> None:
        applied = tables()["applications"].join(tables()["truth"], on="application_id")
        joined = applied.join(tables()["protected"], on="business_id")
        risk = joined["probability_of_default"]
        women = risk.filter(joined["gender"] == "female").to_numpy()
        men = risk.filter(joined["gender"] == "male").to_numpy()
        error = np.sqrt(women.var() / women.size + men.var() / men.size)
        assert abs(women.mean() - men.mean()) < 3.5 * error

    def test_spreads_over_the_kecamatan_as_people_live(self) -> None:
        counts = dict(tables()["protected"]["kecamatan"].value_counts().iter_rows())
        assert set(counts) == set(KECAMATAN)
        assert len(KECAMATAN) == 15
        assert sum(KECAMATAN.values()) == pytest.approx(802, abs=3)
        for code, people in KECAMATAN.items():
            expected = BUSINESSES * people / sum(KECAMATAN.values())
            assert abs(counts[code] - expected) < 4 * expected**0.5

    def test_leaves_a_few_answers_out_and_no_minor_in(self) -> None:
        protected = tables()["protected"]
        for name in ("gender", "birth_year"):
            assert 0 < protected[name].null_count() < 0.04 * BUSINESSES
        assert protected["birth_year"].max() <= 2026 - 18  # type: ignore[operator]


class TestTruth:
    def test_is_no_source_of_records(self) -> None:
        assert "truth" not in TABLES
        assert tables()["truth"].schema == {
            "application_id": pl.String(),
            "probability_of_default": pl.Float64(),
        }

    def test_can_be_learned_in_part_from_the_catalogue_out_of_time(self) -> None:
        chosen = tables()["applications"].head(1500).sort("as_of", "application_id")
        paid = tables()["payments"].join(chosen, on="business_id", how="semi")
        known = known_at_application(
            columns(chosen, APPLICATIONS), {"payments": columns(paid, PAYMENTS)}
        )
        vectors = compute(known)
        judged = chosen.join(tables()["outcomes"], on="application_id", maintain_order="left")
        bad = (judged["worst_days_past_due"] >= 90).to_numpy().astype(np.int64)
        recipe = {
            "objective": "binary",
            "learning_rate": 0.05,
            "max_depth": 3,
            "monotone_constraints": [feature.direction for feature in FEATURES],
            "deterministic": True,
            "num_threads": 1,
            "verbose": -1,
        }
        fit = lightgbm.Dataset(vectors[:1050], bad[:1050])
        trees = lightgbm.train(recipe, fit, num_boost_round=300)
        auc = roc_auc_score(bad[1050:], trees.predict(vectors[1050:]))
        assert 0.70 < auc < 0.90


def test_a_business_trades_on_between_its_first_and_last_day_only() -> None:
    world = draw(SEED, 0, MONTHS)
    paid = tables()["payments"].filter(pl.col("business_id") < "b0000250")
    day = paid.with_columns((pl.col("occurred_at") + WIB).dt.date())
    spans = day.group_by("business_id", maintain_order=True).agg(
        pl.col("occurred_at").min().alias("first"), pl.col("occurred_at").max().alias("last")
    )
    begin = world.as_of_day - world.as_of_column
    for (_, first, last), zero, bounds in zip(
        spans.iter_rows(), begin, itertools.zip_longest(world.first, world.last), strict=True
    ):
        assert days_since_1970(first) >= zero + bounds[0]
        assert days_since_1970(last) <= zero + bounds[1]
