"""G03: probabilities fit the outcomes."""

from __future__ import annotations

import pytest

from training.gates import calibration
from training.validation.evaluate import Figure

GOOD = Figure(1.0, 0.9, 1.1)


def figures(ratio: Figure = GOOD, slope: Figure = GOOD) -> dict[str, Figure]:
    return {"observed_to_expected": ratio, "calibration_slope": slope}


@pytest.mark.parametrize("name", ["ratio", "slope"])
@pytest.mark.parametrize(
    ("figure", "colour"),
    [
        (Figure(1.0, 0.9, 1.1), "green"),
        (Figure(0.8, 0.5, 1.4), "green"),
        (Figure(1.2, 0.9, 1.5), "green"),
        (Figure(0.79, 0.6, 0.81), "amber"),
        (Figure(1.21, 1.2, 1.5), "amber"),
        (Figure(0.7, 0.6, 0.79), "red"),
        (Figure(1.4, 1.21, 1.6), "red"),
        (Figure(-0.5, -0.9, -0.1), "red"),
    ],
)
def test_it_is_amber_when_a_value_is_off_and_red_when_its_whole_interval_is(
    name: str, figure: Figure, colour: str
) -> None:
    gate = calibration.gate(figures(**{name: figure}))
    assert (gate.code, gate.colour) == ("G03", colour)


def test_it_is_red_when_one_is_red_and_the_other_amber() -> None:
    amber, red = Figure(0.7, 0.6, 0.9), Figure(2.0, 1.5, 2.5)
    assert calibration.gate(figures(amber, red)).colour == "red"
    assert calibration.gate(figures(red, amber)).colour == "red"
