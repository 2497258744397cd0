"""A decision in one text message: its result, the first reason, the first step, and the link.

One message holds 160 characters of GSM 03.38, the alphabet that every telephone has. What does not
fit is left out whole, the step before the reason; the link is never cut.
"""

from __future__ import annotations

from typing import Final

from audit.decision import Decision
from features.errors import BadInput
from serving.telling.sentences import leading_value
from serving.telling.words import wording

LONGEST: Final = 160
"""The most characters of one message."""

NUMBER: Final = 16
"""The most characters of the application's number that are shown."""


def sms(kept: Decision, link: str, language: str) -> str:
    """Return the message.

    Args:
        kept: the decision.
        link: where the applicant reads the rest; characters of GSM 03.38.
        language: of the message.

    Raises:
        BadInput (``long-link``): the link leaves no room for the result.
    """
    words = wording(language)
    shorts, notes = words["sms"], words["notes"]
    number = _short(kept.application.application_id)
    message = notes["sms"].format(number=number, result=shorts[kept.result.kind])
    for part in _further(kept, shorts, notes):
        if len(f"{message} {part} {link}") <= LONGEST:
            message = f"{message} {part}"
    whole = f"{message} {link}"
    if len(whole) > LONGEST:
        raise BadInput(
            found=f"a link of {len(link)} characters",
            expected=f"at most {LONGEST - len(message) - 1}",
            hint="Give the service a shorter public address.",
            code="long-link",
        )
    return whole


def _short(number: str) -> str:
    return number if len(number) <= NUMBER else f"{number[: NUMBER - 2]}.."


def _further(kept: Decision, shorts: dict[str, str], notes: dict[str, str]) -> list[str]:
    """Return why the result is *not yet* and what to do, the more important first."""
    if kept.result.kind != "not_yet":
        return []
    known = [code for code in kept.reasons if leading_value(kept, code) is not None]
    codes = ["no_product_fits"] if "no_product_fits" in kept.result.causes else known[:1]
    steps = [" + ".join(shorts[act.name] for act in step.acts) for step in kept.next_steps[:1]]
    return [
        *(notes["sms_reason"].format(reason=shorts[code]) for code in codes),
        *(notes["sms_step"].format(step=step) for step in steps),
    ]
