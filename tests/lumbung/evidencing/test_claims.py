"""Claims and requirements hang together, and who answers follows from what is said."""

from __future__ import annotations

from typing import Any

import pydantic
import pytest

from lumbung.evidencing.claims import ANSWERS, Catalogue, Claim, Requirement, catalogue

CLAIM = {"says": "It is so.", "checks": ["gate G01"]}


def asked(**said: Any) -> dict[str, Any]:
    """Return a requirement as it stands in the file."""
    return {"id": "1", "asks": "Something", "known": "text", **said}


def whole(claims: dict[str, Any], *requirements: dict[str, Any]) -> Catalogue:
    framework = {"title": "A law", "note": "Of this test.", "requirements": requirements}
    return Catalogue.model_validate({"claims": claims, "frameworks": {"law": framework}})


@pytest.mark.parametrize("lacking", ["says", "checks"])
def test_a_claim_without_a_sentence_or_without_a_check_is_none(lacking: str) -> None:
    for said in (
        {**CLAIM, lacking: CLAIM[lacking][:0]},
        {k: CLAIM[k] for k in CLAIM if k != lacking},
    ):
        with pytest.raises(pydantic.ValidationError, match=lacking):
            Claim.model_validate(said)


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ({"claims": ["a"]}, "software"),
        ({"claims": ["a"], "operator": "Do it."}, "both"),
        ({"operator": "Do it."}, "operator"),
        ({"lacking": "Nobody does."}, "not yet"),
        ({"claims": ["a"], "operator": "Do it.", "lacking": "Not all."}, "not yet"),
    ],
)
def test_who_answers_follows_from_what_is_said(said: dict[str, Any], answered: str) -> None:
    assert Requirement.model_validate(asked(**said)).answered == answered


def test_a_requirement_that_nothing_answers_says_so_or_is_refused() -> None:
    with pytest.raises(pydantic.ValidationError, match="nor what is lacking"):
        Requirement.model_validate(asked())


def test_a_claim_that_nobody_asked_for_and_one_that_there_is_not_are_refused() -> None:
    assert whole({"a": CLAIM}, asked(claims=["a"])).counted()["software"] == 1
    with pytest.raises(pydantic.ValidationError, match=r"\['b'\]"):
        whole({"a": CLAIM, "b": CLAIM}, asked(claims=["a"]))
    with pytest.raises(pydantic.ValidationError, match=r"\['b'\]"):
        whole({"a": CLAIM}, asked(claims=["a", "b"]))


def test_every_requirement_is_counted_once() -> None:
    counted = catalogue().counted()
    assert list(counted) == list(ANSWERS)
    every = sum(len(one.requirements) for one in catalogue().frameworks.values())
    assert sum(counted.values()) == every
