"""G02: tested on later applications only."""

from __future__ import annotations

from dataclasses import replace

from tests.training.gates.cases import FITTED, TESTED
from training.gates import time_order


def test_it_is_green_when_all_fitted_on_are_earlier() -> None:
    gate = time_order.gate(FITTED, TESTED)
    assert (gate.code, gate.colour) == ("G02", "green")


def test_it_is_red_when_one_fitted_on_is_as_late_as_one_tested_on() -> None:
    late = FITTED.as_of.copy()
    late[0] = TESTED.as_of.min()
    assert time_order.gate(replace(FITTED, as_of=late), TESTED).colour == "red"
    late[0] -= 1
    assert time_order.gate(replace(FITTED, as_of=late), TESTED).colour == "green"
    assert time_order.gate(TESTED, FITTED).colour == "red"
