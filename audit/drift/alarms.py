"""When an alarm rings: what was found lies beyond its limit, and is no chance among all found.

docs/alarms.md says of each what it means and what to do.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Final, Literal, Self, get_args

import pydantic

from audit.fairness.estimate import Estimate
from features.errors import BadInput

Code = Literal[
    "score-moved",
    "feature-moved",
    "missing-moved",
    "more-bad",
    "fewer-bad",
    "order-lost",
    "cohort-worse",
]

CODES: Final[tuple[Code, ...]] = get_args(Code)
"""Every alarm there is."""

Level = Literal["look", "act"]


class Limit(pydantic.BaseModel):
    """From where on somebody looks, and from where on somebody acts; *act* is the farther."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    look: float = pydantic.Field(gt=0, allow_inf_nan=False)
    act: float = pydantic.Field(gt=0, allow_inf_nan=False)

    @pydantic.model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.act < self.look:
            raise ValueError("act lies before look")
        return self


class Limits(pydantic.BaseModel):
    """The limits of all alarms.

    Indices and differences of shares as they are, AUC as what was lost of it, and ratios the
    larger number over the smaller: observed over expected where more went bad, else the reverse.
    """

    model_config = pydantic.ConfigDict(
        extra="forbid", frozen=True, alias_generator=lambda name: name.replace("_", "-")
    )

    error: float = pydantic.Field(0.05, gt=0, lt=1)
    """How often any alarm may ring in a run where nothing drifts."""
    score_moved: Limit = Limit(look=0.10, act=0.25)
    feature_moved: Limit = Limit(look=0.10, act=0.25)
    missing_moved: Limit = Limit(look=0.05, act=0.15)
    more_bad: Limit = Limit(look=1.2, act=1.2)
    fewer_bad: Limit = Limit(look=1.25, act=1.25)
    order_lost: Limit = Limit(look=0.025, act=0.05)
    cohort_worse: Limit = Limit(look=1.2, act=1.5)

    def of(self, code: Code) -> Limit:
        """Return the limits of one alarm."""
        limit: Limit = getattr(self, code.replace("-", "_"))
        return limit

    def level(self, code: Code, off: Estimate, p: float) -> Level | None:
        """Return how loud an alarm rings, None where it does not.

        Args:
            code: of the alarm.
            off: how far off what was found is, in the direction of the alarm.
            p: of what was found, corrected for how many were looked at.
        """
        limit = self.of(code)
        if p >= self.error or off.value < limit.look:
            return None
        return "act" if off.value >= limit.act and off.low >= limit.look else "look"


USUAL: Final = Limits()


def load(file: Path) -> Limits:
    """Read limits from a TOML file; what it leaves out is as usual.

    Raises:
        BadInput: it says no limits (``bad-limits``).
    """
    try:
        return Limits.model_validate(tomllib.loads(file.read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise BadInput(
            found=" ".join(str(error).split()),
            expected="limits as docs/alarms.md describes them",
            hint="Mend the line named; leave a key out to keep what is usual.",
            code="bad-limits",
            where=file.name,
        ) from error
