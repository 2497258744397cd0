"""The plan of a nation is arithmetic: here it is worked by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.plan import Nation, Plan, Prices, Units, otherwise, plan, seconds

NATION = Nation(businesses=3_600, records=1_000, parts=10, passes=2)
UNITS = Units(
    start=36.0,  # 10 parts: 360 s
    record=2e-6,  # 3.6 million records: 7.2 s
    application=0.1,  # 3,600 applications: 360 s
    stored=50.0,  # 180 MB
    scored=1_000.0,  # 3.6 MB
    shuffled=100.0,  # 360 MB
    busy=0.5,
)
PRICES = Prices(core_hour=0.05, gb_month=0.02)


def test_a_plan_is_as_worked_by_hand() -> None:
    found = plan(NATION, UNITS, PRICES, cores=4)
    core_hours = 727.2 / 3600
    expected = Plan(
        core_hours=core_hours,
        paid_core_hours=2 * core_hours,
        hours=core_hours / 2,
        stored_gb=0.1836,
        shuffled_gb=0.36,
        part_shuffled_gb=0.036,
        computing=2 * 2 * core_hours * 0.05,
        keeping=12 * 0.1836 * 0.02,
    )
    assert vars(found) == pytest.approx(vars(expected))


def test_a_part_is_planned_as_a_nation_of_one_part() -> None:
    part = replace(NATION, parts=1, businesses=360)
    alone = plan(part, UNITS, PRICES, cores=1)
    assert seconds(360, 1_000, UNITS) == pytest.approx(36 + 0.72 + 36)
    assert alone.core_hours * 3600 == pytest.approx(seconds(360, 1_000, UNITS))
    assert 10 * alone.core_hours == pytest.approx(plan(NATION, UNITS, PRICES, 1).core_hours)


def test_what_is_otherwise_changes_what_it_is_about() -> None:
    usual = plan(NATION, UNITS, PRICES, cores=4)
    found = dict(otherwise(NATION, UNITS, PRICES, cores=4))
    more = (found[f"{what}"].core_hours * 3600 - 727.2 for what in list(found)[:3])
    assert list(more) == pytest.approx([7.2, 360, 360])
    assert found["a record takes twice the bytes"].stored_gb == pytest.approx(0.3636)
    # an hour of work with an hour of waiting becomes one with two
    assert found["cores wait twice as long"].hours == pytest.approx(1.5 * usual.hours)
    assert found["twice the prices"].keeping == pytest.approx(2 * usual.keeping)
    assert found["twice the cores"].hours == pytest.approx(usual.hours / 2)
    assert all(one != usual for one in found.values())
