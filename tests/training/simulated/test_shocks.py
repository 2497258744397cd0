from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from tests.training.simulated.cases import SEED, share_error
from training.simulated.businesses import Businesses, draw
from training.simulated.chunk import CHUNK, Chunk
from training.simulated.scenario import Scenario
from training.simulated.sectors import SECTORS
from training.simulated.shocks import covid_losses

IN_COVID = date(2021, 3, 1)


def drawn(scenario: Scenario, number: int = 0) -> Businesses:
    return draw(Chunk(SEED, number, 12, scenario))


def fallen(shocked: Businesses, calm: Businesses) -> np.ndarray:
    """Return (n, days) the share of expected sales the common shocks took."""
    return np.asarray(1 - shocked.sales / calm.sales)


def test_there_is_no_common_shock_by_default() -> None:
    calm = Scenario(covid_depth=0, sector_shock_depth=0)
    assert np.array_equal(drawn(Scenario()).sales, drawn(calm).sales)
    assert not drawn(Scenario()).coming.any()


def test_one_like_covid_strikes_when_the_window_holds_its_days() -> None:
    shocked, calm = drawn(Scenario(end=IN_COVID)), drawn(Scenario(end=IN_COVID, covid_depth=0))
    lost = fallen(shocked, calm)
    day = shocked.origin[:, None] + np.arange(shocked.days)
    begun = day >= (date(2020, 3, 16) - date(1970, 1, 1)).days
    assert np.allclose(lost[~begun], 0)
    assert 0.3 < lost[begun].max(initial=0) <= 0.951
    hit = lost.max(axis=1, where=begun, initial=0) > 0.001
    assert hit.mean() == pytest.approx(0.875 * 0.932, abs=share_error(0.8155, CHUNK))


def test_the_losses_fall_into_the_classes_of_the_survey() -> None:
    n = 20_000
    losses = covid_losses(n, np.random.default_rng(1))
    losers = losses[losses > 0]
    assert losers.size / n == pytest.approx(0.8155, abs=share_error(0.8155, n))
    classes = np.histogram(losers, [0, 0.25, 0.5, 0.75, 1])[0] / losers.size
    for found, stated in zip(classes, (0.162, 0.400, 0.282, 0.156), strict=True):
        assert found == pytest.approx(stated, abs=share_error(stated, losers.size))


def test_one_of_a_sector_strikes_that_sector_only_and_fades() -> None:
    settings = {"sector_shock": "batik", "sector_shock_from": "2025-02-01"}
    shocked = drawn(Scenario.model_validate({**settings, "sector_shock_days": 30}))
    lost = fallen(shocked, drawn(Scenario()))
    batik = shocked.sector == list(SECTORS).index("batik")
    assert np.allclose(lost[~batik], 0)
    day = shocked.origin[:, None] + np.arange(shocked.days)
    first = (date(2025, 2, 1) - date(1970, 1, 1)).days
    full, faded = (day >= first) & (day <= first + 30), day == first + 30 + 120
    assert np.allclose(lost[full & batik[:, None]], 0.5)
    assert np.allclose(lost[faded & batik[:, None]], 0.25)


def test_a_shock_to_come_weighs_on_the_loans_before_it() -> None:
    soon = Scenario.model_validate({"sector_shock": "batik", "sector_shock_from": "2025-11-15"})
    world = drawn(soon)
    batik = world.sector == list(SECTORS).index("batik")
    assert np.array_equal(world.sales, drawn(Scenario()).sales)
    assert (world.coming[batik] <= 0).all()
    assert (world.coming[batik] < -0.1).mean() > 0.5
    assert not world.coming[~batik].any()
