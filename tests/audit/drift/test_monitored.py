"""One look at a period: calm where nothing drifts, loud where it does, and plain JSON."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np

from audit.drift.monitored import Drift, monitor
from audit.drift.seen import Loans
from features.catalogue import NAMES
from tests.audit.drift import cases

TRAINED = cases.trained()


def rings(of: Drift) -> set[tuple[str, str]]:
    return {(one.code, one.compared.what) for one in of.alarms}


def test_where_nothing_drifts_nothing_rings() -> None:
    found = monitor(TRAINED, cases.asked(400, seed=8), cases.judged(1500, seed=9))
    assert not rings(found)
    assert {one.compared.measure for one in found.findings} == {
        "score", "feature", "missing", "calibration", "order",
    }  # fmt: skip
    assert (found.applicants, found.judged, found.reference, found.season) == (
        400, 1500, True, False,
    )  # fmt: skip


def test_each_drift_rings_its_own_alarm_the_loudest_first() -> None:
    asked = cases.asked(400, seed=8)
    moved = asked.vectors.copy()
    moved[:, 3] += 2
    moved[:80, 5] = np.nan
    drifted = replace(asked, vectors=moved, points=asked.points - 15)
    found = monitor(TRAINED, drifted, cases.judged(1500, seed=9, worse=1.8))
    assert rings(found) == {
        ("score-moved", ""),
        ("feature-moved", NAMES[3]),
        ("feature-moved", NAMES[5]),
        ("missing-moved", NAMES[5]),
        ("more-bad", ""),
    }
    levels = [one.level for one in found.alarms]
    assert levels == sorted(levels, key=str)
    assert levels[0] == "act"


def test_a_model_without_a_reference_is_said_to_have_none() -> None:
    found = monitor(None, cases.asked(400, seed=8), cases.judged(1500, seed=9, worse=1.8))
    assert not found.reference
    assert rings(found) == {("more-bad", "")}


def test_nothing_to_compare_is_told_as_such() -> None:
    nobody = cases.asked(0, seed=8)
    found = monitor(TRAINED, nobody, cases.judged(0, seed=9), nobody)
    assert not found.findings
    assert found.json()["compared"] == []
    assert not found.season


def test_few_applicants_and_few_loans_are_not_counted_in_public() -> None:
    found = monitor(None, cases.asked(9, seed=8), cases.judged(10, seed=9))
    assert (found.json()["applicants"], found.json()["judged"]) == (None, 10)


def test_its_json_holds_every_number_and_no_nan() -> None:
    loans = Loans(
        np.full(60, cases.FIRST), np.where(np.arange(60) < 20, 40.0, np.nan), np.full(60, 400.0)
    )
    asked = cases.asked(100, seed=8)
    found = monitor(TRAINED, asked, cases.judged(1500, seed=9), cases.asked(90, seed=7), loans)
    said = json.loads(json.dumps(found.json(), allow_nan=False))
    assert len(said["compared"]) == len(found.findings)
    first, told = found.findings[0], said["compared"][0]
    assert (told["measure"], told["feature"], told["p"]) == ("score", None, first.compared.p)
    assert told["in_season"] == first.compared.in_season
    assert said["months"][0]["bad"] == found.months[0].bad
    assert said["vintages"][0]["defaulted"][-1] == {"month": 2, "share": 20 / 60}
    assert said["limits"]["score-moved"] == {"look": 0.1, "act": 0.25}
