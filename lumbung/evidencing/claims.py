"""What is claimed, and who asks for it: two files of data beside this one, and their shape.

``claims.toml`` holds sentences about Lumbung, each with the checks that find it untrue
(`lumbung.evidencing.checks`). ``requirements.toml`` holds what laws and guidance ask for, each with
the claims that answer it, with what is left to the operator, and with what nothing answers yet.
"""

from __future__ import annotations

import functools
import tomllib
from importlib import resources
from typing import Annotated, Final, Literal, Self

import pydantic

Text = Annotated[str, pydantic.Field(min_length=1)]

Known = Literal["text", "press", "general"]
"""How surely it is known what a requirement asks for."""

KNOWN: Final[dict[Known, str]] = {
    "text": "read in a stored copy of the legal text",
    "press": "read in the press or another secondary source; to be checked by the operator",
    "general": "from general knowledge; to be checked by the operator",
}

Answer = Literal["software", "both", "operator", "not yet"]
"""Who answers a requirement, as far as anybody does."""

ANSWERS: Final[dict[Answer, str]] = {
    "software": "by the software",
    "both": "by the software and the operator",
    "operator": "by the operator",
    "not yet": "not yet in full",
}


class Claim(pydantic.BaseModel):
    """A sentence about Lumbung, and what finds it untrue.

    Args:
        says: the sentence.
        checks: each a kind of `lumbung.evidencing.checks.KINDS`, a space, and what is looked for.
    """

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    says: Text
    checks: Annotated[tuple[Text, ...], pydantic.Field(min_length=1)]


class Requirement(pydantic.BaseModel):
    """What is asked for, in our own words.

    Args:
        id: within its framework: an article, a point, a principle.
        asks: what for.
        known: how surely that is known.
        claims: which claims answer it.
        operator: what the operator has to do or to write; empty where nothing.
        lacking: what nothing answers yet; empty where nothing is.
    """

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    id: Text
    asks: Text
    known: Known
    claims: tuple[Text, ...] = ()
    operator: str = ""
    lacking: str = ""

    @pydantic.model_validator(mode="after")
    def _is_answered(self) -> Self:
        if not (self.claims or self.operator or self.lacking):
            raise ValueError("neither claims, nor what the operator does, nor what is lacking")
        return self

    @property
    def answered(self) -> Answer:
        """Return who answers it; *not yet* wherever something is lacking."""
        if self.lacking:
            return "not yet"
        if not self.claims:
            return "operator"
        return "both" if self.operator else "software"


class Framework(pydantic.BaseModel):
    """A law or a guidance: its title, what there is to know of it, and what it asks for."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    title: Text
    note: Text
    requirements: Annotated[tuple[Requirement, ...], pydantic.Field(min_length=1)]


class Catalogue(pydantic.BaseModel):
    """All claims by name, and all frameworks by name.

    Raises:
        ValidationError: a requirement names a claim that there is not, or a claim answers nothing.
    """

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    claims: dict[str, Claim]
    frameworks: dict[str, Framework]

    @pydantic.model_validator(mode="after")
    def _hang_together(self) -> Self:
        asked = [one for framework in self.frameworks.values() for one in framework.requirements]
        named = {claim for one in asked for claim in one.claims}
        if odd := named ^ self.claims.keys():
            raise ValueError(f"claims without a requirement, or the other way: {sorted(odd)}")
        return self

    def counted(self) -> dict[Answer, int]:
        """Return how many requirements are answered by whom."""
        told = [one.answered for each in self.frameworks.values() for one in each.requirements]
        return {answer: told.count(answer) for answer in ANSWERS}


@functools.cache
def catalogue() -> Catalogue:
    """Return what is claimed, and who asks for it."""
    here = resources.files("lumbung.evidencing")
    said = [
        tomllib.loads(here.joinpath(f"{name}.toml").read_text(encoding="utf-8"))
        for name in ("claims", "requirements")
    ]
    return Catalogue(claims=said[0], frameworks=said[1])
