"""With nothing planted no score changes with the owner's gender; with lost records most do."""

from __future__ import annotations

from benchmarks import twins
from benchmarks.fairness import MONTHS
from benchmarks.worlds import world


def test_a_score_is_the_same_whoever_owns_the_business_unless_records_are_lost() -> None:
    fair = [world(300, MONTHS, 5, (twins.CONSENT, *more)) for more in ((), ("swapped=0.5",))]
    model = twins.fitted(fair[0], 5)
    found = twins.effect(model, *map(twins.asked, fair))
    assert isinstance(found["businesses"], int)
    assert found["businesses"] > 30
    nothing = ("others_changed", "scores_changed", "points", "approved", "denied", "other_reasons")
    assert {name: found[name] for name in nothing} == dict.fromkeys(nothing, 0)
    assert found["reasons"] == {}

    planted = ("unfair_thinness=0.5", "swapped=0.5")
    other = twins.effect(model, *(twins.asked(world(300, MONTHS, 5, planted[:n])) for n in (1, 2)))
    assert other["others_changed"] == 0
    assert isinstance(other["scores_changed"], float)
    assert other["scores_changed"] > 0.8


def test_lost_records_tell_women() -> None:
    found = twins.told(world(150, MONTHS, 5, (twins.CONSENT, "unfair_thinness=0.5")))
    auc = found["auc"]
    assert isinstance(auc, list)
    assert 0.8 < auc[1] < auc[0] < auc[2]
