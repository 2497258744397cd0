"""A model is proven before it serves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from features.errors import BadInput
from models.calibration import Platt
from models.proof import prove
from models.risk import RiskModel
from models.scorer import Scorer


class Crooked(RiskModel):
    """Its contributions are twice what they should be."""

    def contributions(self, vectors: object) -> object:  # type: ignore[override]
        return 2 * super().contributions(vectors)  # type: ignore[arg-type]


def wrongs(model: RiskModel) -> dict[str, Scorer]:
    crooked = Crooked(model.text, model.scaling, model.calibration, model.identity)
    return {
        "cannot score": replace(model, text="no trees"),
        "that is none": replace(model, calibration=Platt(float("nan"), 0.0)),
        "do not add up": crooked,  # type: ignore[dict-item]
    }


def test_a_model_that_was_trained_is_proven(model: RiskModel) -> None:
    prove(model)
    assert "trees" in vars(model)  # what is made at first use is made


@pytest.mark.parametrize("found", ["cannot score", "that is none", "do not add up"])
def test_one_that_is_wrong_is_refused(model: RiskModel, found: str) -> None:
    with pytest.raises(BadInput, match=found) as caught:
        prove(wrongs(model)[found])
    assert caught.value.code == "bad-model"
