"""G01: no feature gives the outcome away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from features.errors import Refused
from features.rows import Floats
from training.gates.counting import strictness
from training.gates.gate import Gate
from training.gates.leaks.alone import LOOKS, alone
from training.gates.leaks.names import written_after
from training.gates.leaks.regular import looks, regularity
from training.table import TrainingTable

LEAK_AUC: Final = 0.95
MOST_NAMED: Final = 5


@dataclass(frozen=True)
class Suspect:
    """A column that most likely was written after the outcome, and why one thinks so."""

    column: str
    why: str


def gate(fitted: TrainingTable) -> Gate:
    """G01: no column betrays the outcome by its name, by itself alone, or by a regularity.

    Args:
        fitted: what the model is fitted on, with good and bad loans.
    """
    found = suspects(fitted)
    title, expected = "No feature gives the outcome away", f"below AUC {LEAK_AUC}, nothing strange"
    if found:
        return Gate("G01", title, "red", _named(found), expected)
    reached = {name: alone(values, fitted) for name, values in _columns(fitted)}
    name = max(reached, key=reached.__getitem__)
    said = f"{name} alone reaches AUC {reached[name]:.3f}, the most of any"
    return Gate("G01", title, "green", said, expected)


def suspects(table: TrainingTable) -> list[Suspect]:
    """Return the columns that give the outcome away, in the table's order."""
    reasons = ((name, _why(name, values, table)) for name, values in _columns(table))
    return [Suspect(name, why) for name, why in reasons if why]


def refuse(table: TrainingTable) -> None:
    """Refuse a table with a column that gives the outcome away.

    Raises:
        Refused: there is one; the message names it (``leak``).
    """
    found = suspects(table)
    if not found:
        return
    raise Refused(
        found=_named(found),
        expected="columns that were known before the loan was decided on",
        hint="Find out when it was written. If after the outcome, leave it out.",
        code="leak",
        where="gate G01",
    )


def _columns(table: TrainingTable) -> list[tuple[str, Floats]]:
    return list(zip(table.names, table.vectors.T, strict=True))


def _why(name: str, values: Floats, table: TrainingTable) -> str:
    """Return every reason to suspect a column; empty without any."""
    columns = len(table.names)
    what = written_after(name)
    reasons = [f"speaks by its name of {what}"] if what else []
    if odd := regularity(values, table, strictness(looks(columns))):
        reasons.append(odd)
    reached = alone(values, table, strictness(LOOKS * columns))
    if reached >= LEAK_AUC:
        reasons.append(f"alone reaches AUC {reached:.3f}")
    return " and ".join(reasons)


def _named(found: list[Suspect]) -> str:
    named = [f"{suspect.column} {suspect.why}" for suspect in found[:MOST_NAMED]]
    rest = len(found) - MOST_NAMED
    return "; ".join(named + ([f"and {rest} more"] if rest > 0 else []))
