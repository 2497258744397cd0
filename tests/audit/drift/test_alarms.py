"""When an alarm rings, and how loud."""

from __future__ import annotations

from pathlib import Path

import pytest

from audit.drift.alarms import CODES, USUAL, load
from audit.fairness.estimate import Estimate
from features.errors import BadInput

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize(
    ("off", "p", "level"),
    [
        (Estimate(0.30, 0.12, 0.5), 0.01, "act"),
        (Estimate(0.30, 0.08, 0.5), 0.01, "look"),
        (Estimate(0.12, 0.11, 0.5), 0.01, "look"),
        (Estimate(0.09, 0.05, 0.5), 0.01, None),
        (Estimate(0.30, 0.12, 0.5), 0.05, None),
    ],
)
def test_it_rings_beyond_its_limit_and_beyond_chance(
    off: Estimate, p: float, level: str | None
) -> None:
    assert USUAL.level("score-moved", off, p) == level


def test_limits_of_a_file_take_the_place_of_the_usual_ones(tmp_path: Path) -> None:
    file = tmp_path / "limits.toml"
    file.write_text("error = 0.01\n[missing-moved]\nlook = 0.2\nact = 0.3\n")
    limits = load(file)
    assert (limits.error, limits.missing_moved.act) == (0.01, 0.3)
    assert limits.of("score-moved") == USUAL.of("score-moved")


@pytest.mark.parametrize(
    "said", ["[score-moved]\nlook = 0.3\nact = 0.2", "[other]\nlook = 1", "error = 0", "="]
)
def test_what_says_no_limits_is_refused(said: str, tmp_path: Path) -> None:
    file = tmp_path / "limits.toml"
    file.write_text(said)
    with pytest.raises(BadInput) as caught:
        load(file)
    assert (caught.value.code, caught.value.where) == ("bad-limits", "limits.toml")


def test_every_alarm_is_explained_with_its_limits() -> None:
    page = (DOCS / "alarms.md").read_text(encoding="utf-8")
    for code in CODES:
        assert f"## `{code}`" in page
        assert f"| `{code}` | {USUAL.of(code).look:g} | {USUAL.of(code).act:g} |" in page
