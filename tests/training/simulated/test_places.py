from __future__ import annotations

import numpy as np

from features.places import KECAMATAN
from tests.training.simulated.cases import BUSINESSES, sectors, tables
from training.simulated.places import chances
from training.simulated.sectors import SECTORS


def test_businesses_spread_as_people_and_sectors_do() -> None:
    """The expectation is recomputed from the table of sectors, place by place."""
    counts = dict(tables()["protected"]["kecamatan"].value_counts().iter_rows())
    for code, place in KECAMATAN.items():
        expected = 0.0
        for sector in SECTORS.values():
            weights = {
                k: p.people * sector.places.get(p.name, sector.elsewhere)
                for k, p in KECAMATAN.items()
            }
            expected += BUSINESSES * sector.share * weights[code] / sum(weights.values())
        assert abs(counts[code] - expected) < 4 * expected**0.5, place.name


def test_a_sector_without_affinity_lies_where_people_live() -> None:
    people = np.array([place.people for place in KECAMATAN.values()])
    assert np.allclose(chances()[list(SECTORS).index("kelontong")], people / people.sum())


def test_fishers_live_on_the_coast() -> None:
    fishers = sectors().filter(sector="fishing")
    places = tables()["protected"].join(fishers, on="business_id", how="semi")["kecamatan"]
    coast = {"Batang", "Kandeman", "Tulis", "Subah", "Banyuputih", "Gringsing"}
    assert {KECAMATAN[code].name for code in places} <= coast


def test_profile_and_audit_agree_on_the_place() -> None:
    both = tables()["profile"].join(tables()["protected"], on="business_id", suffix="_told")
    assert (both["kecamatan"] == both["kecamatan_told"]).all()
    assert both.height > BUSINESSES / 2
