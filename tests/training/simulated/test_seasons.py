from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from tests.training.simulated.cases import WIB, sectors, tables
from training.simulated.seasons import IDULFITRI, calendar, days_since_1970, months_of, season
from training.simulated.sectors import SECTORS, of_sectors

FEAST = date(2025, 3, 31)


def sales_in(sector: str, first: date, last: date, whole: tuple[date, date]) -> float:
    """Return sales from first to last, of the sector's businesses on record in all of *whole*."""
    paid = tables()["payments"].filter(kind="sale")
    paid = paid.join(sectors().filter(sector=sector), on="business_id", how="semi")
    paid = paid.with_columns((pl.col("occurred_at") + WIB).dt.date().alias("day"))
    lives = paid.group_by("business_id").agg(
        pl.col("day").min().alias("begin"), pl.col("day").max().alias("end")
    )
    lives = lives.filter(pl.col("begin") <= whole[0], pl.col("end") >= whole[1])
    kept = paid.join(lives, on="business_id", how="semi")
    return float(kept.filter(pl.col("day").is_between(first, last))["amount"].sum())


def days(first: date, many: int) -> np.ndarray:
    return days_since_1970(first) + np.arange(many)


@pytest.mark.parametrize("sector", ["warung", "emping"])
def test_food_sells_more_in_ramadan_and_less_after_idulfitri(sector: str) -> None:
    whole = (date(2025, 1, 31), date(2025, 4, 20))
    before = sales_in(sector, date(2025, 1, 31), date(2025, 2, 28), whole) / 29
    ramadan = sales_in(sector, date(2025, 3, 1), date(2025, 3, 30), whole) / 30
    after = sales_in(sector, FEAST, date(2025, 4, 20), whole) / 21
    # March and April are months of harvest; these two sectors have no factor for it
    assert ramadan / before == pytest.approx(SECTORS[sector].ramadan, rel=0.15)
    assert after / before == pytest.approx(0.7, rel=0.15)


def test_fishing_sells_less_from_december_to_february() -> None:
    whole = (date(2024, 11, 1), date(2025, 1, 30))
    autumn = sales_in("fishing", date(2024, 11, 1), date(2024, 11, 30), whole)
    lull = sales_in("fishing", date(2025, 1, 1), date(2025, 1, 30), whole)
    assert lull / autumn == pytest.approx(SECTORS["fishing"].lull, rel=0.2)


def test_seasons_follow_the_feast_through_the_years() -> None:
    for feast in IDULFITRI:
        around = season(SECTORS["batik"], days(feast, 1) + np.array([-31, -30, -1, 0, 20, 21]))
        assert around.tolist() == [1.0, 1.5, 1.5, 0.7, 0.7, 1.0]


def test_harvest_and_the_beginning_of_school_have_their_months() -> None:
    of_school = season(SECTORS["konveksi"], days(date(2024, 6, 14), 49))
    assert of_school.tolist() == [1.0] + [1.3] * 47 + [1.0]
    of_harvest = season(SECTORS["furniture"], days(date(2023, 6, 30), 64))
    assert of_harvest.tolist() == [1.0] + [1.1] * 62 + [1.0]


def test_the_week_has_its_pattern() -> None:
    fishing = np.array([list(SECTORS).index("fishing")])
    week = calendar(fishing, days(date(2023, 10, 2), 7)[None, :])  # from a Monday, in no season
    assert week[0].tolist() == [1.1, 1.1, 1.1, 1.1, 0.4, 1.1, 1.1]


def test_months_are_those_of_the_calendar() -> None:
    month, day = months_of(days(date(2024, 2, 28), 3))
    assert month.tolist() == [1, 1, 2]
    assert day.tolist() == [28, 29, 1]


def test_the_shares_of_the_sectors_add_up() -> None:
    assert of_sectors("share").sum() == pytest.approx(1.0)
    assert all(len(sector.kbli) == 5 for sector in SECTORS.values())
