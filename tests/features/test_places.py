"""The kecamatan are those of Batang, under the codes of the statistics office."""

from __future__ import annotations

from features.places import KECAMATAN


def test_there_are_fifteen_with_the_inhabitants_of_the_census() -> None:
    assert len(KECAMATAN) == 15
    assert abs(sum(place.people for place in KECAMATAN.values()) - 802) <= 3


def test_a_code_is_that_of_the_statistics_office_within_batang() -> None:
    assert all(len(code) == 7 and code.startswith("3325") for code in KECAMATAN)
    assert KECAMATAN["3325110"].name == "Batang"
    assert len({place.name for place in KECAMATAN.values()}) == len(KECAMATAN)
