"""docs/reasons.md has every reason code, in both languages, with what it comes of."""

from __future__ import annotations

import re

from features.catalogue import FEATURES
from lumbung import reason_page
from serving.telling.words import LANGUAGES, wording


def chapters() -> dict[str, str]:
    """Return code → its chapter."""
    parts = re.split(r"^## (R\d\d)\n", reason_page.page(), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_every_code_has_its_sentence_in_every_language() -> None:
    found = chapters()
    for language in LANGUAGES:
        assert set(found) == set(wording(language)["reasons"])
        for code, sentence in wording(language)["reasons"].items():
            assert sentence in found[code]


def test_every_feature_stands_with_its_reason_and_no_other() -> None:
    for code, chapter in chapters().items():
        listed = re.search(r"^\[Features\]\(features.md\): (.+)\.$", chapter, re.MULTILINE)
        told = re.findall(r"`(\w+)`", listed[1]) if listed else []
        assert told == [one.name for one in FEATURES if one.reason == code]


def test_a_code_of_a_rule_names_its_products_and_has_no_strength() -> None:
    chapter = chapters()["R45"]
    assert "[Products](products.md) with a rule of it: `" in chapter
    assert "strength" not in chapter
