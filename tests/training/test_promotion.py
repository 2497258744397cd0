"""What an override of a red gate must say, and what it can never do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from features.errors import BadInput, Refused
from tests.training.cases import refused
from training.gates.gate import Gate
from training.promotion import MOST_DAYS, NEVER, Override, allow, today

NOW = date(2026, 11, 26)
OFF = Gate("G03", "Fit", "red", "observed to expected 1.35 [1.22, 1.51]", "0.8 to 1.2")
FEW = Gate("G07", "Enough", "red", "46 bad loans fitted on, 12 tested on", "at least 30 each")
WHY = "Observed to expected is 1.35 since the flood of March; every term is held by a person."
SAID = Override(("G03",), WHY, "Siti Rahma", "Budi Santoso", date(2026, 12, 31))


def test_without_a_red_gate_nothing_is_asked() -> None:
    allow(1, [], None, NOW)


def test_a_red_gate_stops_a_promotion() -> None:
    with pytest.raises(Refused, match="version 4 with red gates G03,G07") as caught:
        allow(4, [OFF, FEW], None, NOW)
    refused(caught, "red-gate")


def test_an_override_that_says_all_it_must_lets_a_version_through() -> None:
    allow(1, [OFF], SAID, NOW)


def test_each_red_gate_needs_its_figure_in_the_reason() -> None:
    both = replace(SAID, gates=("G07", "G03"))
    with pytest.raises(BadInput, match="quotes nothing of what G07 found") as caught:
        allow(1, [OFF, FEW], both, NOW)
    refused(caught, "bad-override")
    allow(1, [OFF, FEW], replace(both, reason=f"{WHY} Only 12 bad loans are that late."), NOW)


@pytest.mark.parametrize("gates", [("G07",), ("G03", "G07"), ()])
def test_it_overrides_the_red_gates_and_no_others(gates: tuple[str, ...]) -> None:
    with pytest.raises(BadInput, match="one of the red gates of version 1: G03") as caught:
        allow(1, [OFF], replace(SAID, gates=gates), NOW)
    refused(caught, "bad-override")


def test_there_is_nothing_to_override_where_no_gate_is_red() -> None:
    with pytest.raises(BadInput, match="red gates of version 1: none"):
        allow(1, [], SAID, NOW)


@pytest.mark.parametrize("code", sorted(NEVER))
def test_some_gates_nobody_may_override(code: str) -> None:
    red = replace(OFF, code=code)
    with pytest.raises(Refused, match=f"an override of {code}") as caught:
        allow(1, [red, FEW], replace(SAID, gates=(code, "G07")), NOW)
    refused(caught, "never-overridden")


def test_the_gates_that_nobody_may_override_are_these() -> None:
    assert set(NEVER) == {"G01", "G02", "G04", "G08", "G09", "G12"}


@pytest.mark.parametrize(
    ("one", "other"),
    [("Siti", "Siti"), ("Siti Rahma", " siti  RAHMA "), ("Siti", ""), (" ", "Budi"), ("", "")],
)
def test_it_takes_two_people(one: str, other: str) -> None:
    with pytest.raises(BadInput, match="two people") as caught:
        allow(1, [OFF], replace(SAID, requested_by=one, approved_by=other), NOW)
    refused(caught, "bad-override")


@pytest.mark.parametrize(
    ("days", "holds"), [(-1, False), (0, True), (MOST_DAYS, True), (MOST_DAYS + 1, False)]
)
def test_it_ends_within_ninety_days(days: int, *, holds: bool) -> None:
    until = replace(SAID, until=NOW + timedelta(days=days))
    if holds:
        allow(1, [OFF], until, NOW)
        return
    with pytest.raises(BadInput, match="a day from 2026-11-26 to 2027-02-24") as caught:
        allow(1, [OFF], until, NOW)
    refused(caught, "bad-override")


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("", "0 letters"),
        ("Needed for launch, 1.35", "23 letters"),
        ("1.35 " * 20, "2 different words"),
        (" " * 90 + "Needed, 1.35", "12 letters"),
        ("The business needs this model now and we accept the risk of it", "quotes nothing"),
        ("The ratio is 11.35 and not what anyone would hope for, yet we go on", "quotes nothing"),
    ],
)
def test_a_reason_is_specific(reason: str, why: str) -> None:
    with pytest.raises(BadInput, match=why) as caught:
        allow(1, [OFF], replace(SAID, reason=reason), NOW)
    refused(caught, "bad-override")


def test_a_feature_named_by_a_gate_is_a_figure_too() -> None:
    moved = replace(OFF, code="G05", found="balance_cover swings")
    reason = "The feature balance_cover swings since banks of the village closed for three weeks."
    allow(1, [moved], replace(SAID, gates=("G05",), reason=reason), NOW)


def test_what_is_written_on_the_version_is_what_was_said() -> None:
    assert SAID.tags() == {
        "override_until": "2026-12-31",
        "override_gates": "G03",
        "override_reason": WHY,
        "override_requested_by": "Siti Rahma",
        "override_approved_by": "Budi Santoso",
    }


def test_today_is_a_day() -> None:
    assert today() in {date.today() + timedelta(days=shift) for shift in (-1, 0, 1)}  # noqa: DTZ011  the machine's own day
