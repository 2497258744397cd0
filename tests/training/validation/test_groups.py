"""Groups are joined by business, as of the application, and only with consent to the audit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from features.sources import SOURCES
from tests.training.cases import Row, utc, write
from training import datasets
from training.permission import AUDIT
from training.validation.groups import ATTRIBUTES, groups

ASKED = (utc(2025, 6, 1), utc(2025, 6, 1), utc(2031, 1, 1))
AS_OF = np.array([int(asked.timestamp()) * 1_000_000 for asked in ASKED])


def owner(business: str, **changed: object) -> Row:
    plain = {"gender": "female", "birth_year": 1991, "disability": False, "kecamatan": "3325010"}
    return {"business_id": business, **plain, **changed}


def consent(business: str, scope: str, withdrawn: object = None) -> Row:
    return {
        "consent_id": f"{business}-{scope}",
        "business_id": business,
        "scope": scope,
        "partner_id": None,
        "granted_at": utc(2025, 1, 1),
        "withdrawn_at": withdrawn,
    }


def of(folder: Path, businesses: list[str], **tables: list[Row]) -> dict[str, list[str]]:
    data = datasets.read(write(folder, **tables))
    found = groups(data, np.array(businesses), AS_OF[: len(businesses)])
    return {name: values.tolist() for name, values in found.items()}


def test_every_loan_has_the_groups_of_its_business_at_its_time(tmp_path: Path) -> None:
    found = of(
        tmp_path / "data",
        ["b2", "b1", "b1"],
        protected=[owner("b1"), owner("b2", gender="male", birth_year=1950, disability=True)],
    )
    assert found == {
        "gender": ["male", "female", "female"],
        "age": ["55 and over", "under 35", "35 to 54"],
        "disability": ["with", "without", "without"],
        "kecamatan": ["3325010"] * 3,
    }
    assert tuple(found) == ATTRIBUTES


def test_what_was_not_told_is_empty(tmp_path: Path) -> None:
    nothing = dict.fromkeys(("gender", "birth_year", "disability", "kecamatan"))
    rows = [owner("b1", **nothing), owner("b2")]
    found = of(tmp_path / "data", ["b1", "b3"], protected=rows)
    assert found == {key: ["", ""] for key in ATTRIBUTES}


@pytest.mark.parametrize("withdrawn", [None, utc(2025, 7, 1)])
def test_only_who_consents_to_the_audit_now_has_groups(tmp_path: Path, withdrawn: object) -> None:
    scopes = ("scoring", "model_improvement", *SOURCES)
    found = of(
        tmp_path / "data",
        ["b1", "b2"],
        protected=[owner("b1"), owner("b2")],
        consents=[
            *(consent(b, scope) for b in ("b1", "b2") for scope in scopes),
            consent("b1", AUDIT),
            consent("b2", AUDIT, withdrawn),
        ],
    )
    assert found["gender"] == ["female", "female" if withdrawn is None else ""]


def test_without_the_table_there_are_no_groups(small: Path) -> None:
    assert groups(datasets.read(small), np.array(["b1"]), AS_OF[:1]) == {}
