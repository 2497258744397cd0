"""Cells of an edition say what a code stands for, and a star where a number is hidden."""

from __future__ import annotations

from typing import get_args

import pytest

from audit.drift.alarms import CODES
from audit.drift.comparison import Measure
from audit.groups import AGES, SALES, SECTIONS
from serving.pages.edition_cells import alarm, attribute, cell, named
from serving.protected.kept import Gender
from serving.telling.words import LANGUAGES, wording


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_group_and_every_alarm_has_a_name(language: str) -> None:
    known = {
        "gender": get_args(Gender),
        "age": AGES,
        "disability": ("with", "without"),
        "size_class": (*SALES, "large"),
        "sector": SECTIONS,
    }
    there = {f"{name}_{group}" for name, groups in known.items() for group in groups}
    assert set(wording(language)["values"]) == there
    assert len({alarm(code, language) for code in CODES}) == len(CODES)
    assert {f"drift_{one}" for one in get_args(Measure)} <= set(wording(language)["editions"]) | {
        "drift_feature",
        "drift_missing",
    }


def test_a_group_of_two_is_named_by_both_and_a_place_as_it_is() -> None:
    assert named({"gender": "female", "kecamatan": "Bandar"}, "id") == "perempuan, Bandar"
    assert attribute("gender-sector", "en") == "Gender, Sector"


def test_what_is_hidden_is_a_star_and_what_is_not_there_a_dash() -> None:
    assert cell(None, "share", "", "en") == "*"
    assert cell(None, "gap", "", "en") == "-"


def test_a_level_reads_as_its_measure_does() -> None:
    found = {"value": 0.5, "low": 0.25, "high": "inf"}
    assert cell(found, "level", "measure_adverse_impact_ratio", "id") == "0,50 [0,25; ∞]"
    shares = {"value": -0.1, "low": -0.2, "high": 0.0}
    assert cell(shares, "gap", "measure_demographic_parity_difference", "en") == (
        "-10.0 [-20.0; 0.0]"
    )
