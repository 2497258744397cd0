"""Support, profiles, what is protected, and consents."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from features.places import KECAMATAN
from features.records import PURPOSES
from features.sources import SOURCES
from tests.training.simulated.cases import BUSINESSES, changed, sectors, share_error, tables
from training.simulated.sectors import SECTORS


class TestSupport:
    def test_is_for_some_and_a_few_times_a_year(self) -> None:
        events = tables()["support"]
        assert 0.1 < events["business_id"].n_unique() / BUSINESSES < 0.35 * 0.7
        assert set(events["hours"].unique()) <= set(map(float, range(1, 17)))

    def test_ends_with_a_certificate_only_for_who_came_to_a_class(self) -> None:
        proven = tables()["support"].filter("certificate")
        assert proven["attended"].all()
        assert set(proven["form"]) == {"class"}

    def test_agrees_on_something_to_do_and_sees_it_done_weeks_later(self) -> None:
        done = tables()["support"].drop_nulls("done_at")
        assert done.height > 5
        assert done["action"].null_count() == 0
        assert (done["done_at"] - done["occurred_at"]).dt.total_days().is_between(7, 60).all()


class TestProfile:
    def test_is_stated_before_the_application_by_most(self) -> None:
        both = tables()["profile"].join(tables()["applications"], on="business_id")
        assert (both["occurred_at"] < both["as_of"]).all()
        told = tables()["profile"]["business_id"].n_unique() / BUSINESSES
        assert told == pytest.approx(0.95, abs=share_error(0.95, BUSINESSES))

    def test_gives_the_sectors_code_with_its_scheme(self) -> None:
        codes = (
            tables()["profile"].drop_nulls("sector").join(sectors(), on="business_id", suffix="_is")
        )
        kbli = {name: sector.kbli for name, sector in SECTORS.items()}
        assert (codes["sector"] == codes["sector_is"].replace_strict(kbli)).all()
        assert set(codes["sector_scheme"]) == {"kbli2020"}

    def test_begins_before_the_first_record(self) -> None:
        first = tables()["payments"].group_by("business_id").agg(pl.col("occurred_at").min())
        both = tables()["profile"].join(first, on="business_id", suffix="_first")
        # a payment dated a week early stays within the record
        assert (both["started_at"] < both["occurred_at_first"]).drop_nulls().all()

    def test_never_loses_an_nib(self) -> None:
        order = tables()["profile"].sort("business_id", "occurred_at")
        twice = order.group_by("business_id", maintain_order=True).agg(pl.col("nib"))
        assert (twice["nib"].list.first() <= twice["nib"].list.last()).all()
        assert 0.3 < order["nib"].mean() < 0.6  # type: ignore[operator]


class TestProtected:
    def test_leaves_a_few_answers_out_and_no_minor_in(self) -> None:
        protected = tables()["protected"]
        for name in ("gender", "birth_year", "disability"):
            untold = protected[name].null_count() / BUSINESSES
            assert untold == pytest.approx(0.02, abs=share_error(0.02, BUSINESSES))
        assert protected["birth_year"].max() <= 2024 - 17  # type: ignore[operator]
        assert set(protected["kecamatan"]) == set(KECAMATAN)


class TestConsents:
    def test_cover_each_source_in_the_data_set_but_for_a_few(self) -> None:
        given = tables()["consents"].select("business_id", "scope").unique()
        for name in SOURCES:
            present = tables()[name].select("business_id").unique()
            covered = present.join(given.filter(scope=name), on="business_id", how="semi").height
            share = share_error(0.01, present.height)
            assert 1 - covered / present.height == pytest.approx(0.01, abs=share)
            absent = given.filter(scope=name).join(present, on="business_id", how="anti")
            assert absent.is_empty()

    def test_are_for_every_purpose_and_for_scoring_of_everyone(self) -> None:
        given = tables()["consents"]
        shares = {
            scope: given.filter(scope=scope)["business_id"].n_unique() / BUSINESSES
            for scope in PURPOSES
        }
        assert shares["scoring"] == 1.0
        expected = {"sharing": 0.97, "referral": 0.85, "model_improvement": 0.97}
        for scope, share in {**expected, "fairness_audit": 0.6}.items():
            assert shares[scope] == pytest.approx(share, abs=share_error(share, BUSINESSES))

    def test_are_granted_before_the_application_and_a_few_withdrawn_later(self) -> None:
        both = tables()["consents"].join(tables()["applications"], on="business_id")
        assert (both["granted_at"] < both["as_of"]).all()
        assert (both["as_of"] - both["granted_at"] <= timedelta(days=61)).all()
        gone = both.drop_nulls("withdrawn_at")
        assert gone.height / both.height == pytest.approx(0.02, abs=0.003)
        assert (gone["withdrawn_at"] > gone["granted_at"]).all()
        assert 0 < (gone["withdrawn_at"] < gone["as_of"]).mean() < 0.2  # type: ignore[operator]

    def test_are_refused_never_where_the_rate_is_zero(self) -> None:
        simulated = changed(300, refused_source=0, withdrawn=0)
        given = simulated["consents"]
        assert given["withdrawn_at"].null_count() == given.height
        for name in SOURCES:
            present = simulated[name].select("business_id").unique()
            assert present.join(given.filter(scope=name), on="business_id", how="anti").is_empty()


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_is_missing_as_often_as_said_and_apart_from_the_others(name: str) -> None:
    n = 500
    whole = changed(n, **{f"missing_{source}": 0 for source in SOURCES})
    half = changed(n, **{f"missing_{source}": 0.5 * (source == name) for source in SOURCES})
    all_, left = (s[name]["business_id"].n_unique() for s in (whole, half))
    assert left / all_ == pytest.approx(0.5, abs=share_error(0.5, all_))
    others = [other for other in SOURCES if other != name]
    assert all(whole[other].equals(half[other]) for other in others)


def test_no_one_applies_in_the_future() -> None:
    asked = tables()["applications"]["as_of"]
    assert asked.dt.date().max() < date(2025, 10, 1)  # type: ignore[operator]
