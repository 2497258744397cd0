"""No benchmark of a table that gives the outcome away."""

from __future__ import annotations

from features.errors import Refused
from training.gates import leak
from training.table import TrainingTable


def refuse(table: TrainingTable) -> None:
    """Refuse a table with a column that was most likely written after the outcome.

    Raises:
        Refused: gate G01 is red; the message names the column (``leak``).
    """
    found = leak.gate(table)
    if found.colour == "red":
        raise Refused(
            found=found.found,
            expected=found.expected,
            hint="Find out when it was written. If after the outcome, --exclude it.",
            code="leak",
            where=f"gate {found.code}",
        )
