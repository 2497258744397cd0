"""Every group is compared with the rest of those who told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from audit.fairness.audit import audit
from audit.fairness.cases import Cases
from audit.fairness.measures import IMPACT, MEASURES, PARITY
from tests.audit.fairness.cases import made_up


def test_every_group_and_measure_is_there_and_not_told_is_no_group() -> None:
    found = audit(made_up())
    assert [(f.attribute, f.group, f.measure.name) for f in found] == [
        ("gender", group, measure.name) for group in ("female", "male") for measure in MEASURES
    ]


def test_those_who_did_not_tell_change_nothing() -> None:
    cases = made_up()
    told = cases.part(cases.groups["gender"] != "")
    assert audit(cases) == audit(told)


def test_of_three_groups_each_is_held_against_the_other_two() -> None:
    groups = np.repeat(["a", "b", "c"], 100)
    approved = np.concatenate([np.arange(100) < k for k in (40, 60, 80)]).astype(float)
    found = audit(Cases.of({"place": groups}, approved=approved), (IMPACT,))
    gaps = {f.group: f.found.gap.value for f in found if f.found.gap}
    assert gaps == pytest.approx({"a": 0.4 / 0.7, "b": 0.6 / 0.6, "c": 0.8 / 0.5})


def test_a_row_is_flat_and_tells_nothing_of_a_suppressed_cell() -> None:
    groups = np.repeat(["a", "b"], [9, 300])
    row = audit(Cases.of({"place": groups}, approved=np.ones(309)), (PARITY,))[0].row()
    assert (row["attribute"], row["group"], row["measure"]) == ("place", "a", PARITY.name)
    said = {name: value for name, value in row.items() if value is not None}
    assert set(said) == {"attribute", "group", "measure", "equal"}


def test_what_is_not_known_of_decisions_is_not_compared() -> None:
    cases = made_up()
    bare = Cases.of(cases.groups, approved=cases.approved)
    compared = {f.measure for f in audit(bare) if f.found.gap is not None}
    assert compared == {IMPACT, PARITY}
    weighted = replace(bare, weights=cases.weights)
    assert audit(weighted, (IMPACT,)) == audit(cases, (IMPACT,))
