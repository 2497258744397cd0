"""Programmes are read strictly, and chosen by the reasons."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from features.catalogue import FEATURES
from features.errors import BadInput
from matching.support import MOST, NAMES, Programme, choose, load_programmes

EVERY = load_programmes()

RULES = ("R09", "R14", "R18", "R22", "R23", "R24", "R25", "R43", "R44", "R45")
"""Reasons that no feature speaks for: products' rules, data, and what a person looks at."""

NOBODY = {"R35": "that telephone credit is seldom bought is for no programme to change"}
"""Reasons to which no programme answers, and why."""


def programme(**changed: Any) -> dict[str, Any]:
    """Return a programme as a file has it, but for what is *changed*."""
    usual = {"programme": "bookkeeping", "codes": ["R01"], "days": 60, "source": "a village"}
    return {**usual, **changed}


def written(folder: Path, *programmes: dict[str, Any]) -> Path:
    """Return a file of these programmes."""
    file = folder / "support.yaml"
    file.write_text(yaml.safe_dump({"programmes": list(programmes)}), encoding="utf-8")
    return file


def refusal(file: Path) -> BadInput:
    """Return why a file is refused."""
    with pytest.raises(BadInput) as caught:
        load_programmes(file)
    assert caught.value.code == "bad-support"
    return caught.value


def names(*codes: str, person: bool = False) -> list[str]:
    """Return the programmes chosen for these reasons."""
    return [one.programme for one, _ in choose(codes, EVERY, person=person)]


def test_programmes_are_read_as_written_and_in_their_order(tmp_path: Path) -> None:
    file = written(tmp_path, programme(), programme(programme="nib_help", codes=["R17", "R01"]))
    assert [(p.programme, p.codes) for p in load_programmes(file)] == [
        ("bookkeeping", ("R01",)),
        ("nib_help", ("R17", "R01")),
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("programme", "lottery"),
        ("codes", []),
        ("codes", ["R1"]),
        ("days", 29),
        ("days", 91),
        ("days", "60"),
        ("source", " "),
        ("commission", 1),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, field: str, value: object) -> None:
    where = refusal(written(tmp_path, programme(**{field: value}))).where
    assert str(where).startswith(f"support.yaml: programmes.0.{field}")


@pytest.mark.parametrize(
    "twice", [[programme(), programme()], [programme(codes=["R01", "R02", "R01"])]]
)
def test_nothing_stands_twice(tmp_path: Path, twice: list[dict[str, Any]]) -> None:
    assert "twice" in refusal(written(tmp_path, *twice)).found


@pytest.mark.parametrize("text", ["programmes: [", "programmes: []\nprogrammes: []", "[]"])
def test_what_is_no_file_of_programmes_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "support.yaml"
    file.write_text(text, encoding="utf-8")
    assert refusal(file).where


def test_every_programme_there_are_words_for_is_on_file() -> None:
    assert sorted(one.programme for one in EVERY) == sorted(NAMES)


def test_every_reason_leads_to_a_programme_or_is_known_to_lead_to_none() -> None:
    answered = {code for one in EVERY for code in one.codes}
    reasons = {feature.reason for feature in FEATURES} | set(RULES)
    assert reasons - answered == NOBODY.keys()
    assert answered <= reasons


def test_the_worst_reason_comes_first_and_each_has_one_before_any_has_two() -> None:
    assert names("R03", "R17") == ["sector_mentoring", "nib_help", "market_access"]
    assert names("R17", "R03") == ["nib_help", "sector_mentoring", "market_access"]


def test_a_programme_comes_once_with_all_the_reasons_it_answers_to() -> None:
    (one, codes), *others = choose(("R02", "R17", "R12", "R02"), EVERY, person=False)
    assert (one.programme, codes) == ("debt_counselling", ("R02", "R12"))
    assert [other.programme for other, _ in others] == ["nib_help"]


def test_a_person_comes_first_where_one_is_to_look() -> None:
    assert names("R17", "R03", person=True) == ["human_review", "nib_help", "sector_mentoring"]
    assert names("R03", "R09", person=True)[0] == "human_review"


def test_where_no_reason_leads_anywhere_a_person_takes_care() -> None:
    assert names(*NOBODY) == ["human_review"]
    assert names() == ["human_review"]


def test_without_programmes_nothing_is_chosen() -> None:
    assert choose(("R01",), (), person=True) == ()


@given(st.lists(st.sampled_from([*RULES, "R01", "R03", "R07", "R10", "R35"])), st.booleans())
def test_at_most_three_different_ones_each_for_a_reason(codes: list[str], person: bool) -> None:  # noqa: FBT001  drawn
    chosen = choose(codes, EVERY, person=person)
    kept: list[Programme] = [one for one, _ in chosen]
    assert 1 <= len(kept) <= MOST
    assert len(set(kept)) == len(kept)
    for one, answered in chosen:
        assert set(answered) == set(codes) & set(one.codes)
        assert answered or one.programme == "human_review"
