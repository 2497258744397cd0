"""A programme is read strictly: what it does not know, or says twice, is a fault with a name."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from features.errors import BadInput
from matching.allocation.programme import load_programme
from matching.rule import MOST

LIMIT: Mapping[str, object] = {"name": "budget", "unit": "rupiah", "at_most": 1_000_000_000}
FLOOR: Mapping[str, object] = {"name": "coast", "group": "coast", "share": "0.4"}
TERMS: Mapping[str, object] = {
    "programme_id": "batang-2027",
    "name": "Batang 2027",
    "objective": "businesses",
    "limits": [LIMIT],
    "floors": [FLOOR],
    "preferences": [{"lender": "granary", "order": "smallest"}],
    "effective_from": "2027-01-01",
    "effective_to": "2027-12-31",
    "source": "the letter of 2 December 2026",
}


def written(folder: Path, **changes: object) -> Path:
    """Return the file of a programme with some of its terms changed, None leaving one out."""
    terms = {key: value for key, value in {**TERMS, **changes}.items() if value is not None}
    path = folder / "programme.yaml"
    path.write_text(yaml.safe_dump(terms), encoding="utf-8")
    return path


def fault(path: Path) -> str:
    with pytest.raises(BadInput) as wrong:
        load_programme(path)
    assert wrong.value.code == "bad-programme"
    return str(wrong.value)


def test_a_file_is_read_as_it_stands(tmp_path: Path) -> None:
    read = load_programme(written(tmp_path))
    assert (read.limits[0].at_most, read.limits[0].at_least) == (1_000_000_000, None)
    assert (read.floors[0].share, read.floors[0].of) == (Decimal("0.4"), "businesses")
    assert read.groups == {"coast"}


def test_floors_and_preferences_may_be_left_out(tmp_path: Path) -> None:
    read = load_programme(written(tmp_path, floors=None, preferences=None))
    assert (read.floors, read.preferences, read.groups) == ((), (), frozenset())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"objective": "profit"}, "objective"),
        ({"budget": 5}, "budget: Extra inputs"),
        ({"source": " "}, "source"),
        ({"effective_to": "2026-12-31"}, "at least effective_from, which is 2027-01-01"),
        ({"limits": [{"name": "budget", "unit": "rupiah"}]}, "at_most, at_least or both"),
        ({"limits": [{**LIMIT, "at_most": -1}]}, "limits.0.at_most"),
        ({"limits": [{**LIMIT, "at_most": 1.5}]}, "limits.0.at_most"),
        ({"limits": [{**LIMIT, "at_most": "5"}]}, "limits.0.at_most"),
        ({"limits": [{**LIMIT, "at_most": MOST + 1}]}, "limits.0.at_most"),
        ({"limits": [{**LIMIT, "unit": "loans"}]}, "limits.0.unit"),
        ({"limits": [{**LIMIT, "kecamatan": ["33.25.08"]}]}, "limits.0.kecamatan.0"),
        ({"limits": [{**LIMIT, "gender": ["f"]}]}, "limits.0.gender"),
        ({"limits": [LIMIT, LIMIT]}, "twice: budget"),
        ({"limits": [LIMIT, LIMIT], "floors": None}, "twice: budget"),
        ({"floors": [{**FLOOR, "name": "budget"}]}, "twice: budget"),
        ({"floors": [{**FLOOR, "share": "1.01"}]}, "floors.0.share"),
        ({"floors": [{**FLOOR, "share": 0.4}]}, "floors.0.share"),
        ({"floors": [{**FLOOR, "share": "0.3333333333333333333"}]}, "floors.0.share"),
        ({"preferences": [{"lender": "granary", "order": "richest"}]}, "preferences.0.order"),
        ({"preferences": [TERMS["preferences"][0]] * 2}, "one order for each lender"),  # type: ignore[index]
    ],
)
def test_a_fault_is_named_with_its_place(
    tmp_path: Path, changes: Mapping[str, object], said: str
) -> None:
    found = fault(written(tmp_path, **changes))
    assert said in found
    assert "programme.yaml" in found


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    found = fault(written(tmp_path, objective="profit", effective_from=None))
    assert "objective" in found
    assert "effective_from" in found


@pytest.mark.parametrize("text", ["name: [", "name: a\nname: b\n", "- a", ""])
def test_what_is_no_programme_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "programme.yaml"
    path.write_text(text, encoding="utf-8")
    assert "programme.yaml" in fault(path)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "programme.yaml"
    path.write_bytes(b"name: \xff\xfe")
    assert "YAML in UTF-8" in fault(path)
