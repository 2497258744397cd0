"""The words: whole in every language, and the same in what they leave open."""

from __future__ import annotations

import string
from typing import get_args

import pytest

from features.catalogue import NAMES
from serving.words import LANGUAGES, Part, said, wording

PARTS: tuple[Part, ...] = get_args(Part)
SENTENCES: tuple[Part, ...] = ("reasons", "strengths")
LABEL = 60
"""The most characters a label of a feature may have."""

WORDED = [(part, code) for part in PARTS for code in wording(LANGUAGES[0])[part]]


def gaps(sentence: str) -> list[str]:
    """Return the names of what a sentence leaves to be filled in."""
    return sorted(name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None)


def test_there_are_indonesian_and_english() -> None:
    assert LANGUAGES == ("id", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_all_parts_and_no_other(language: str) -> None:
    assert set(wording(language)) == set(PARTS)


def test_the_languages_word_the_same_codes() -> None:
    for part in PARTS:
        assert len({frozenset(wording(language)[part]) for language in LANGUAGES}) == 1


@pytest.mark.parametrize(("part", "code"), WORDED)
def test_a_code_has_words_of_its_own_in_each_language(part: Part, code: str) -> None:
    """Reasons and strengths are whole sentences, labels are not."""
    worded = said(part, code)
    assert set(worded) == set(LANGUAGES)
    assert len(set(worded.values())) == len(LANGUAGES)
    for language, words in worded.items():
        assert words[0].isupper()
        assert words.endswith(".") == (part in SENTENCES)
        assert list(wording(language)[part].values()).count(words) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_feature_has_a_short_label_in_the_order_of_the_catalogue(language: str) -> None:
    labels = wording(language)["features"]
    assert tuple(labels) == NAMES
    assert [label for label in labels.values() if not 4 <= len(label) <= LABEL] == []


@pytest.mark.parametrize(("part", "code"), WORDED)
def test_what_a_sentence_leaves_open_is_the_same_in_each_language(part: Part, code: str) -> None:
    assert len({tuple(gaps(sentence)) for sentence in said(part, code).values()}) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_strength_is_the_other_side_of_a_reason(language: str) -> None:
    words = wording(language)
    for code, sentence in words["strengths"].items():
        assert words["reasons"][code] != sentence


def test_a_code_that_is_not_worded_is_a_fault_and_not_an_empty_sentence() -> None:
    with pytest.raises(KeyError, match="R99"):
        said("reasons", "R99")
