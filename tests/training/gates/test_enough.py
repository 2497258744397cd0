"""G07: enough bad loans, and enough loans of every segment."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from features.catalogue import FEATURES
from tests.conftest import made_up_table
from tests.training.gates.cases import with_bad
from training.gates import enough
from training.table import TrainingTable

OF_BOOKS = [place for place, feature in enumerate(FEATURES) if feature.sources == ("books",)]


def side(bad: int = 40, without_books: int = 0, **partners: int) -> TrainingTable:
    """Return 100 loans: so many bad, so many without bookkeeping, so many asked of each partner."""
    table = with_bad(made_up_table(100), bad)
    vectors = np.nan_to_num(table.vectors)
    vectors[:without_books, OF_BOOKS] = np.nan
    named = [name for name, n in partners.items() for _ in range(n)]
    return replace(table, vectors=vectors, partners=np.array(named + [""] * (100 - len(named))))


@pytest.mark.parametrize(
    ("fitted", "tested", "colour"),
    [(30, 30, "green"), (29, 30, "red"), (30, 29, "red"), (0, 0, "red")],
)
def test_it_is_red_below_thirty_bad_loans_on_either_side(
    fitted: int, tested: int, colour: str
) -> None:
    gate = enough.gate(side(fitted), side(tested))
    assert (gate.code, gate.colour) == ("G07", colour)
    assert gate.found.startswith(f"{fitted} bad loans fitted on, {tested} tested on; ")


@pytest.mark.parametrize(
    ("fitted", "tested", "colour"),
    [(0, 0, "green"), (30, 30, "green"), (29, 30, "amber"), (30, 29, "amber"), (0, 1, "amber")],
)
def test_it_is_amber_when_a_segment_has_some_loans_and_fewer_than_thirty(
    fitted: int, tested: int, colour: str
) -> None:
    gate = enough.gate(side(without_books=fitted), side(without_books=tested))
    assert gate.colour == colour
    assert (f"thin: without books {fitted} and {tested}" in gate.found) == (colour == "amber")


def test_a_thin_partner_is_named() -> None:
    gate = enough.gate(side(bpr=60, lkm=5), side(bpr=60, lkm=40))
    assert gate.colour == "amber"
    assert gate.found.endswith("thin: partner lkm 5 and 40")


def test_a_thin_segment_does_not_hide_too_few_bad_loans() -> None:
    assert enough.gate(side(10, without_books=3), side(without_books=3)).colour == "red"


def test_loans_of_a_source_are_with_it_or_without() -> None:
    found = enough.segments(side(without_books=35), side(without_books=20, bpr=7))
    assert found["with books"] == (65, 80)
    assert found["without books"] == (35, 20)
    assert found["with payments"] == (100, 100)
    assert "without payments" not in found
    assert found["partner bpr"] == (0, 7)
