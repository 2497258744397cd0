"""Our measures are those of Veritas, the toolkit of Singapore's monetary authority.

Its formulas stand on counts of answers and outcomes; it takes the rest less the group where we take
the group less the rest. Its program does not run beside NumPy 2.4, its formulas do (decision 52).
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from audit.fairness import measures
from audit.fairness.cases import Cases
from audit.fairness.estimate import Z95
from tests.conftest import ROOT, lacking

PEERS = str(ROOT / ".cache" / "peers")
PACKAGE = "aiverify_veritastool"


@pytest.fixture
def veritas(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the class that holds the formulas."""
    # What lies there has names of ours too, so it is looked at last.
    monkeypatch.setattr(sys, "path", [*sys.path, PEERS])
    importlib.invalidate_caches()
    if importlib.util.find_spec(PACKAGE) is None:
        lacking(f"{PACKAGE} is not installed: `make peers`")
    return importlib.import_module(f"{PACKAGE}.metrics.fairness_metrics").FairnessMetrics


def made(seed: int) -> Cases:
    """Return applications that all ended, weighted, the group approved less often."""
    random = np.random.default_rng(seed)
    group = random.choice(["a", "b"], 700, p=[0.3, 0.7])
    return Cases.of(
        {"place": group},
        approved=(random.random(700) < 0.7 - 0.1 * seed * (group == "a")).astype(float),
        bad=(random.random(700) < 0.3).astype(float),
        weights=random.choice([1.0, 2.5], 700),
    )


def counts(cases: Cases) -> SimpleNamespace:
    """Return what the formulas stand on; to them a good loan is the positive class."""
    found = {}
    for side, members in (("u", cases.groups["place"] == "a"), ("p", cases.groups["place"] == "b")):
        for name, approved, bad in (("tp", 1, 0), ("fp", 1, 1), ("tn", 0, 1), ("fn", 0, 0)):
            rows = members & (cases.approved == approved) & (cases.bad == bad)
            found[f"{name}_{side}s"] = np.array([[cases.weights[rows].sum()]])
    return SimpleNamespace(**found)


@pytest.mark.parametrize("seed", range(3))
def test_each_measure_is_that_of_veritas(veritas: Any, seed: int) -> None:
    cases = made(seed)
    sides = [cases.part(cases.groups["place"] == of) for of in "ab"]
    ours = {one.name: one.compare(sides[0], sides[1], Z95) for one in measures.MEASURES}

    def theirs(name: str) -> float:
        ((value, _),) = getattr(veritas, f"_compute_{name}")(counts(cases))
        return float(value)

    def gap(measure: measures.Measure) -> float:
        found = ours[measure.name].gap
        assert found is not None
        return found.value

    assert gap(measures.IMPACT) == pytest.approx(theirs("disparate_impact"))
    assert -gap(measures.PARITY) == pytest.approx(theirs("demographic_parity"))
    assert -gap(measures.OPPORTUNITY) == pytest.approx(theirs("equal_opportunity"))
    assert -gap(measures.FALSE_POSITIVE) == pytest.approx(theirs("fpr_parity"))
    both = (gap(measures.OPPORTUNITY) + gap(measures.FALSE_POSITIVE)) / 2
    assert -both == pytest.approx(theirs("equalized_odds"))
    for measure, name in (
        (measures.OPPORTUNITY, "equal_opportunity_ratio"),
        (measures.FALSE_POSITIVE, "fpr_ratio"),
    ):
        group, rest = ours[measure.name].group, ours[measure.name].rest
        assert group is not None
        assert rest is not None
        assert group.value / rest.value == pytest.approx(theirs(name))
