"""The words: whole in every language, and the same in what they leave open."""

from __future__ import annotations

import re
import string
from typing import Final, get_args

import pytest

from audit.result import Cause, Kind
from features.catalogue import NAMES
from features.signals import SIGNALS
from features.sources import SOURCES
from features.steps.catalogue import STEPS
from matching.applicant import DOCUMENTS, PURPOSES, Field
from matching.offer import PRICE_WORDS
from matching.product import Contract, Period, State
from matching.rule import OPS
from models.reasons import CODES
from serving.telling import sentences
from serving.telling.words import LANGUAGES, Part, said, wording

PARTS: tuple[Part, ...] = get_args(Part)
SENTENCES: Final[tuple[Part, ...]] = (
    "reasons",
    "strengths",
    "facts",
    "until",
    "requirements",
    "unknown",
    "causes",
    "results_told",
    "steps",
    "promises",
    "support_about",
    "support_done",
    "notes",
    "answers",
    "outcomes",
)
NAMED: Final[tuple[Part, ...]] = (
    "groups",
    "features",
    "results",
    "support",
    "support_owners",
    "contracts",
    "states",
    "sources",
)
"""What stands by itself, without being a sentence."""

FRAGMENTS: Final[tuple[Part, ...]] = (
    "helpers",
    "documents",
    "prices",
    "terms",
    "periods",
    "purposes",
    "figures",
    "sms",
)
"""What stands within a sentence."""

FOR_OFFICERS: Final = frozenset(
    {
        "staff",
        "signals",
        "allocation",
        "fairness",
        "editions",
        "values",
        "versions",
        "portal",
        "officials",
        "account",
    }
)
"""Parts that no applicant reads."""

LABEL = 60
"""The most characters a label of a feature may have."""

WORDS = 15
"""The most words a sentence may have: the reader may have left school early."""

ACTS: Final = {
    *(step.name for step in STEPS),
    "smaller_amount",
    "longer_tenor",
    "bring_document",
}
"""What a next step may consist of."""

WITHOUT_FEATURES: Final = {"R09", "R14", "R18", "R22", "R24", "R25", "R43", "R44", "R45"}
"""Codes of rules, checks and causes, which no feature speaks for."""

NEVER: Final = re.compile(
    r"\b(ditolak|menolak|penolakan|rejected|refused|denied|declined|PD|AUC|SHAP|Gini|probabilit\w*"
    r"|skor kredit|dijamin|pasti|guarantee\w*|disetujui|approved|fraud|penipuan|curang"
    r"|algorit\w*|model)\b",
    re.IGNORECASE,
)
"""What no applicant reads: words that judge, promise, need a degree, or name a detector."""

WORDED = [(part, code) for part in PARTS for code in wording(LANGUAGES[0])[part]]
FORMED = [(part, code) for part, code in WORDED if part in {*SENTENCES, *NAMED, *FRAGMENTS}]
READ_BY_APPLICANTS = [(part, code) for part, code in WORDED if part not in FOR_OFFICERS]


def gaps(sentence: str) -> list[str]:
    """Return the names of what a sentence leaves to be filled in."""
    return sorted(name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None)


def test_there_are_indonesian_and_english() -> None:
    assert LANGUAGES == ("id", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_all_parts_and_no_other(language: str) -> None:
    assert set(wording(language)) == set(PARTS)


def test_the_languages_word_the_same_codes_in_the_same_order() -> None:
    for part in PARTS:
        assert len({tuple(wording(language)[part]) for language in LANGUAGES}) == 1


@pytest.mark.parametrize(("part", "code"), FORMED)
def test_what_is_said_is_a_sentence_or_is_not_as_its_part_is_for(part: Part, code: str) -> None:
    for words in said(part, code).values():
        assert words.endswith(".") == (part in SENTENCES)
        assert words == " ".join(words.split())
        if part not in FRAGMENTS:
            assert words[0].isupper() or words[0] == "{"


@pytest.mark.parametrize("part", SENTENCES)
def test_a_sentence_is_said_once_and_in_each_language_otherwise(part: Part) -> None:
    every = [words for language in LANGUAGES for words in wording(language)[part].values()]
    assert len(set(every)) == len(every)


@pytest.mark.parametrize(("part", "code"), WORDED)
def test_a_sentence_has_at_most_fifteen_words(part: Part, code: str) -> None:
    for words in said(part, code).values():
        assert all(len(sentence.split()) <= WORDS for sentence in re.split(r"(?<=[.;]) ", words))


@pytest.mark.parametrize(("part", "code"), READ_BY_APPLICANTS)
def test_nobody_is_judged_promised_a_loan_or_told_how_it_was_found_out(
    part: Part, code: str
) -> None:
    for words in said(part, code).values():
        assert NEVER.search(words) is None
        assert not [signal.name for signal in SIGNALS if signal.name in words]


@pytest.mark.parametrize(("part", "code"), WORDED)
def test_what_a_sentence_leaves_open_is_the_same_in_each_language(part: Part, code: str) -> None:
    assert len({tuple(gaps(sentence)) for sentence in said(part, code).values()}) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_feature_has_a_label_and_a_fact_in_the_order_of_the_catalogue(language: str) -> None:
    words = wording(language)
    assert tuple(words["features"]) == tuple(words["facts"]) == NAMES
    assert [label for label in words["features"].values() if not 4 <= len(label) <= LABEL] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_fact_leaves_one_number_open(name: str) -> None:
    for sentence in said("facts", name).values():
        assert gaps(sentence) in (["value"], ["percent"], ["number"], ["age"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_strength_is_the_other_side_of_a_reason(language: str) -> None:
    words = wording(language)
    for code, sentence in words["strengths"].items():
        assert words["reasons"][code] != sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_is_worded(language: str) -> None:
    words = wording(language)
    assert set(words["reasons"]) == {*CODES, *WITHOUT_FEATURES}
    assert set(words["strengths"]) == set(words["groups"]) == set(CODES)
    assert set(words["until"]) - {"past"} <= set(CODES)
    assert {f"R{number:02}" for number in range(1, 26)} <= set(words["reasons"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_result_and_every_cause_is_worded(language: str) -> None:
    words = wording(language)
    assert set(words["results"]) == set(words["results_told"]) == set(get_args(Kind))
    assert set(words["causes"]) | set(sentences.CODES) == set(get_args(Cause))
    assert not set(words["causes"]) & set(sentences.CODES)
    assert set(sentences.CODES.values()) <= set(words["reasons"])
    assert set(get_args(Kind)) <= set(words["promises"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_that_a_person_reads_is_worded(language: str) -> None:
    words = wording(language)
    assert set(words["documents"]) == DOCUMENTS
    assert set(words["contracts"]) == set(get_args(Contract))
    assert set(words["prices"]) == set(PRICE_WORDS.values())
    assert set(words["periods"]) == set(get_args(Period))
    assert set(words["states"]) == set(get_args(State))
    assert tuple(words["sources"]) == tuple(SOURCES)
    assert set(words["purposes"]) == PURPOSES
    assert set(words["steps"]) == set(words["helpers"]) == ACTS
    programmes = tuple(words["support"])
    about: tuple[Part, ...] = ("support_about", "support_owners", "support_done")
    assert [tuple(words[part]) for part in about] == [programmes] * 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_a_product_may_have_is_worded(language: str) -> None:
    words = wording(language)
    forms = words["requirements"]
    asked = {(field, op) for field, ops in OPS.items() for op in ops} - {("programme_loan", "is")}
    assert [(f, op) for f, op in asked if f"{f}_{op}" not in forms and f not in forms] == []
    assert set(get_args(Field)) <= set(words["unknown"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_message_has_short_words_for_all_it_may_say(language: str) -> None:
    words = wording(language)
    spoken = {*words["reasons"], *words["steps"], *words["results"], "no_product_fits"}
    assert set(words["sms"]) == spoken
    assert max(map(len, words["sms"].values())) <= 30


def test_a_code_that_is_not_worded_is_a_fault_and_not_an_empty_sentence() -> None:
    with pytest.raises(KeyError, match="R99"):
        said("reasons", "R99")
