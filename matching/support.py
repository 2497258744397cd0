"""Support programmes: what helps a business on where a loan does not fit yet.

A programme answers to reasons; which one a person is told follows from theirs, worst
first. Support is never a condition of a loan. Programmes are read from a YAML file as
strictly as products are (`matching.shelf`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final, Literal, get_args

import yaml
from pydantic import Field, StringConstraints, ValidationError

from features.errors import BadInput
from matching import strict_yaml
from matching.rule import Record, Text

SUPPORT: Final = Path(__file__).with_name("support.yaml")
"""The file of programmes that comes with the code."""

MOST: Final = 3
"""So many programmes are told at once."""

Name = Literal[
    "human_review",
    "debt_counselling",
    "data_correction",
    "bookkeeping",
    "qris_onboarding",
    "nib_help",
    "entrepreneurship_training",
    "sector_mentoring",
    "market_access",
    "other_product",
    "grant_or_group",
]

NAMES: Final[tuple[Name, ...]] = get_args(Name)
"""The programmes that there are words for."""

PERSON: Final[Name] = "human_review"

Code = Annotated[str, StringConstraints(pattern=r"^R\d{2}$")]


class Programme(Record):
    """One programme.

    Args:
        programme: its name.
        codes: the reasons it answers to.
        days: after how many it is worth to ask again, 30 to 90.
        source: who runs it, or where it was read.
    """

    programme: Name
    codes: Annotated[tuple[Code, ...], Field(min_length=1)]
    days: Annotated[int, Field(strict=True, ge=30, le=90)]
    source: Text


class _File(Record):
    """The file as written."""

    programmes: tuple[Programme, ...]


def load_programmes(path: Path = SUPPORT) -> tuple[Programme, ...]:
    """Return the programmes of a file, in its order.

    Raises:
        BadInput: the file cannot be used, or a programme or a code stands twice where it may once
            (``bad-support``).
    """
    try:
        file = _File.model_validate(strict_yaml.parse(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError) as wrong:
        raise _bad(path.name, " ".join(str(wrong).split()), "YAML in UTF-8") from wrong
    except ValidationError as wrong:
        error = wrong.errors()[0]
        place = ".".join(str(step) for step in error["loc"]) or "the whole"
        raise _bad(f"{path.name}: {place}", repr(error["input"]), error["msg"]) from wrong
    for names in ([one.programme for one in file.programmes], *(p.codes for p in file.programmes)):
        if twice := [name for name in names if list(names).count(name) > 1]:
            raise _bad(path.name, f"{twice[0]} twice", "each once")
    return file.programmes


def _bad(where: str, found: str, expected: str) -> BadInput:
    return BadInput(
        found=found,
        expected=expected,
        hint="Mend the file of programmes; matching/support.py says what each field holds.",
        code="bad-support",
        where=where,
    )


def choose(
    codes: Sequence[str], programmes: Sequence[Programme], *, person: bool
) -> tuple[tuple[Programme, tuple[str, ...]], ...]:
    """Return at most three programmes with the reasons that each answers to.

    Each reason in order has its first programme; where fewer than three came of that, the second
    ones follow. No programme comes twice.

    Args:
        codes: the reasons, worst first.
        programmes: those there are; of several that answer to a reason, the earlier comes first.
        person: whether a person is to look at the case. That comes first then, be it for no reason
            of these, and so it does where they lead nowhere else.
    """
    answers = [[one for one in programmes if code in one.codes] for code in codes]
    places = range(max(map(len, answers), default=0))
    ranked = [one[place] for place in places for one in answers if place < len(one)]
    if person or not ranked:
        ranked = [*(one for one in programmes if one.programme == PERSON), *ranked]
    chosen = list({one.programme: one for one in ranked}.values())[:MOST]
    different = tuple(dict.fromkeys(codes))
    return tuple((one, tuple(c for c in different if c in one.codes)) for one in chosen)
