"""Which version may serve: none with a red gate, unless two people answer for it until a day.

An override is the exception, and leaves its traces: who asked for it, who approved it,
why, and until when. It cannot be had for a gate whose finding makes every figure of
the model, or its promise to applicants, worthless.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from features.errors import BadInput, Refused
from models.artefact import OVERRIDE_UNTIL
from training.gates.gate import Gate

MOST_DAYS: Final = 90
FEWEST_LETTERS: Final = 60
FEWEST_WORDS: Final = 8

NEVER: Final = {
    "G01": "the figures rest on what nobody knows when the loan is asked for",
    "G02": "the figures rest on loans no later than those fitted on",
    "G04": "the reasons given to applicants could point the wrong way",
    "G08": "the service would compute other features than the model was fitted on",
    "G09": "nobody could make the model again",
    "G12": "the promise made to applicants in docs/plausibility.md would be broken",
}
"""A gate that nobody may override → why."""


@dataclass(frozen=True)
class Override:
    """Two people's word that a version may serve although gates are red.

    Args:
        gates: the codes of the red gates, each of them.
        reason: why; it quotes what each gate found.
        requested_by: who asks for it.
        approved_by: who else answers for it.
        until: the last day it holds, in WIB.
    """

    gates: tuple[str, ...]
    reason: str
    requested_by: str
    approved_by: str
    until: date

    def tags(self) -> dict[str, str]:
        """Return what is written on the version."""
        return {
            OVERRIDE_UNTIL: self.until.isoformat(),
            "override_gates": ",".join(self.gates),
            "override_reason": self.reason,
            "override_requested_by": self.requested_by,
            "override_approved_by": self.approved_by,
        }


def today() -> date:
    """Return the day in WIB."""
    return datetime.now(ZoneInfo("Asia/Jakarta")).date()


def allow(version: int, stopped: Sequence[Gate], override: Override | None, now: date) -> None:
    """Return if a version may be promoted.

    Args:
        version: the version.
        stopped: its red gates.
        override: of them, if there is one.
        now: the day it is, in WIB.

    Raises:
        Refused: a gate is red and not overridden (``red-gate``), or may never be
            (``never-overridden``).
        BadInput: the override does not say what it must (``bad-override``).
    """
    codes = {gate.code for gate in stopped}
    if override is None:
        if codes:
            raise red_gate(version, ",".join(gate.code for gate in stopped))
        return
    if codes != set(override.gates):
        raise _bad(
            f"an override of {', '.join(override.gates)}",
            f"one of the red gates of version {version}: {', '.join(sorted(codes)) or 'none'}",
        )
    _refuse_never(codes)
    _two_people(override)
    _in_time(override.until, now)
    _specific(override.reason, stopped)


def red_gate(version: int, found: str) -> Refused:
    """Return the refusal of a version for its red gates, by their codes."""
    return Refused(
        found=f"version {version} with red gates {found}",
        expected="no red gate",
        hint="See docs/gates.md, and gates.json of its run.",
        code="red-gate",
    )


def _refuse_never(codes: set[str]) -> None:
    for code in sorted(codes & NEVER.keys()):
        raise Refused(
            found=f"an override of {code}",
            expected=f"one of another gate: {NEVER[code]}",
            hint="Mend the model, and train it again.",
            code="never-overridden",
        )


def _two_people(override: Override) -> None:
    names = [" ".join(n.split()).casefold() for n in (override.requested_by, override.approved_by)]
    if not all(names) or names[0] == names[1]:
        raise _bad(
            f"requested by '{override.requested_by}', approved by '{override.approved_by}'",
            "two people by name, one of whom is not the other",
        )


def _in_time(until: date, now: date) -> None:
    last = now + timedelta(days=MOST_DAYS)
    if not now <= until <= last:
        raise _bad(f"an override until {until}", f"a day from {now} to {last}, {MOST_DAYS} days on")


def _specific(reason: str, stopped: Sequence[Gate]) -> None:
    """Refuse a reason that would do for any model: too brief, or without what a gate found."""
    words = set(re.findall(r"\w+", reason.casefold()))
    if len(reason.strip()) < FEWEST_LETTERS or len(words) < FEWEST_WORDS:
        raise _bad(
            f"a reason of {len(reason.strip())} letters and {len(words)} different words",
            f"at least {FEWEST_LETTERS} letters and {FEWEST_WORDS} different words",
        )
    for gate in stopped:
        figures = set(_figures(gate.found))
        if figures and not figures & set(_figures(reason)):
            raise _bad(
                f"a reason that quotes nothing of what {gate.code} found ({gate.found})",
                f"one that speaks of it, and quotes {' or '.join(sorted(figures))}",
            )


def _figures(text: str) -> list[str]:
    """Return the numbers of a text, and the words with an underscore, which name features."""
    return re.findall(r"-?\d+(?:[.,]\d+)*|\w+_\w+", text)


def _bad(found: str, expected: str) -> BadInput:
    return BadInput(
        found=found,
        expected=expected,
        hint="docs/gates.md says what an override must say.",
        code="bad-override",
    )
