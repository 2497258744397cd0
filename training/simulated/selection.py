"""Which simulated applications past lenders financed: some denied, at risk seen and unfairly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from features.records import APPLICATIONS
from features.rows import Flags, Floats, Ints
from training.simulated.chunk import Chunk
from training.simulated.columns import code, logistic
from training.simulated.loans import Loans

USUAL: Final = (-4.6, 3.4)
"""Mean and standard deviation of the index that lenders see, over applications."""

WITHDRAWN: Final = 0.02
"""Share of applicants who withdrew before an answer, whatever their risk."""


@dataclass(frozen=True)
class Answers:
    """What the lenders answered, (n,) each.

    Args:
        answer: code of the category in applications.
        unfairly: whether it was denied and, but for the unfairness, would have been financed.
    """

    answer: Ints
    unfairly: Flags

    @property
    def financed(self) -> Flags:
        """Return (n,) whether the loan was paid out."""
        return np.equal(self.answer, code(APPLICATIONS, "answer", "financed"))


def chance_of_denial(shown: Floats, members: Flags, chunk: Chunk, *, fair: bool) -> Floats:
    """Return (n,) the chance that an application is denied.

    Its log-odds are logit(``refused``) + ``selection`` · z + ``unfair_denial`` · member, where z
    is the risk lenders see in standard deviations.

    Args:
        shown: (n,) the part of the index that lenders see.
        members: (n,) who belongs to the group.
        chunk: whose scenario gives the numbers.
        fair: leave the last term out.
    """
    past = chunk.scenario
    if past.refused == 0:
        return np.zeros(shown.size)
    z = (shown - USUAL[0]) / USUAL[1]
    odds = np.log(past.refused / (1 - past.refused)) + past.selection * z
    return logistic(odds if fair else odds + past.unfair_denial * members)


def answered(loans: Loans, members: Flags, chunk: Chunk) -> Answers:
    """Draw the lenders' answers; the same draw decides with and without the unfairness."""
    random = chunk.stream("answers")
    u, left = random.random(members.size), random.random(members.size) < WITHDRAWN
    denied = u < chance_of_denial(loans.shown, members, chunk, fair=False)
    anyway = u < chance_of_denial(loans.shown, members, chunk, fair=True)
    codes = {name: code(APPLICATIONS, "answer", name) for name in ("financed", "denied")}
    answer = np.where(denied, codes["denied"], codes["financed"])
    answer = np.where(left, code(APPLICATIONS, "answer", "withdrawn"), answer)
    return Answers(answer, denied & ~anyway & ~left)
