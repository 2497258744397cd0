"""Each kind of check tells what is so from what is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from features.catalogue import NAMES
from lumbung.evidencing.checks import KINDS, Found, Shown, look, place_of
from lumbung.evidencing.claims import Claim, catalogue
from tests.conftest import ROOT
from training.gates.gate import Colour, Gate
from training.validation.evaluate import Figure

CODE = Shown(ROOT)
THIS = "tests/lumbung/evidencing/test_checks.py::test_of_a_run_each_test_named_passed"


def run(colour: Colour = "green") -> Shown:
    """Return what a run of a model shows: one gate and one figure."""
    gate = Gate("G06", "No group is worse off", colour, "1 gap shown", "none")
    return Shown(ROOT, gates={"G06": gate}, figures={"auc": Figure(0.81, 0.77, 0.85)})


def found(check: str, shown: Shown = CODE) -> Found:
    (one,) = look(Claim(says="It is so.", checks=(check,)), shown)
    assert one.check == check
    return one


@pytest.mark.parametrize(
    ("so", "not_so"),
    [
        (f"test {THIS}", "test tests/lumbung/evidencing/test_checks.py::test_that_there_is_not"),
        (f"test {THIS}", "test tests/nowhere.py::test_of_a_run_each_test_named_passed"),
        ("gate G06", "gate G99"),
        ("file docs/gates.md", "file docs/no-such-page.md"),
        ("file docs/gates.md # Overriding a red gate", "file docs/gates.md # Overriding"),
        ("figure auc", "figure accuracy"),
        ("no-input gender", f"no-input {NAMES[0].split('_')[0]}"),
        (
            "no-input kecamatan",
            "no-input counterparty",
        ),
        ("setting access_days", "setting forget_days"),
        ("kept accesses LUMBUNG_ACCESS_DAYS", "kept accesses for ever"),
        ("kept ledger for ever", "kept nothing for ever"),
        ("command ledger verify", "command ledger forget"),
        ("command promote", "command promote soon"),
        ("route GET /v1/cases", "route PUT /v1/cases"),
        ("package lightgbm", "package lightgb"),
        ("gate G06", "hope G06"),
    ],
)
def test_what_is_so_is_found_and_what_is_not_is_told(so: str, not_so: str) -> None:
    assert found(so).true
    assert found(so).told
    assert not found(not_so).true
    assert found(not_so).told


def test_every_kind_is_in_use() -> None:
    used = {check.partition(" ")[0] for check in _every_check()}
    assert used == set(KINDS)


def test_a_reader_is_led_to_a_file_that_there_is() -> None:
    assert [check for check in _every_check() if not (ROOT / place_of(check)).is_file()] == []


def _every_check() -> list[str]:
    return [check for claim in catalogue().claims.values() for check in claim.checks]


def test_a_gate_is_told_with_what_it_found() -> None:
    assert found("gate G06", run()) == Found("gate G06", true=True, told="green: 1 gap shown")
    assert found("gate G06", run("amber")).true
    assert not found("gate G01", run()).true


def test_a_red_gate_makes_a_claim_untrue_unless_two_people_passed_it_over() -> None:
    assert found("gate G06", run("red")) == Found("gate G06", true=False, told="red: 1 gap shown")
    over = found("gate G06", replace(run("red"), passed_over=frozenset({"G06"})))
    assert over.true
    assert over.told == "red: 1 gap shown; passed over by two people"


def test_a_figure_is_told_with_its_interval() -> None:
    assert found("figure auc", run()).told == "0.810 [0.770, 0.850]"
    assert not found("figure ks", run()).true


@pytest.mark.parametrize(
    ("outcomes", "true", "told"),
    [
        (None, True, "is there"),
        ({THIS: True}, True, "passed"),
        ({THIS: False}, False, "did not pass"),
        ({}, False, "was not run"),
    ],
)
def test_of_a_run_each_test_named_passed(
    outcomes: dict[str, bool] | None, *, true: bool, told: str
) -> None:
    shown = replace(CODE, outcomes=outcomes)
    assert found(f"test {THIS}", shown) == Found(f"test {THIS}", true=true, told=told)
