"""Why a product does not fit: one fact against one requirement, without words.

The codes are those the applicant's letter words (R01 …); the sentence is made
elsewhere, from the facts kept here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from matching.applicant import Fact
from matching.rule import Op


@dataclass(frozen=True)
class Reason:
    """One requirement that is not met, or cannot be judged yet.

    Args:
        code: the reason code, such as ``R06``.
        field: the fact asked about, such as ``months_running`` or ``amount``.
        op: how the fact is held against the requirement; ``known`` when it only had to be known.
        found: the applicant's own value; None when it is not known.
        required: the value asked; None when only knowing was asked.
        citation: the rule, contract or policy that asks it.
    """

    code: str
    field: str
    op: Op | Literal["known"]
    found: Fact | None
    required: Fact | None
    citation: str

    @property
    def unknown(self) -> bool:
        """Return whether a document or a person could still settle it: the fact is not known."""
        return self.found is None
