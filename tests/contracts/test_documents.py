"""What the docs say of the code is what the code says."""

from __future__ import annotations

import re

import click
import pytest

from features.catalogue import FEATURES
from lumbung import cli
from lumbung.documents import PAGES
from lumbung.feature_page import PICTURES
from matching.shelf import load_products
from serving.telling.words import LANGUAGES, wording
from tests.conftest import ROOT
from tests.contracts.test_layout import MODULES
from training.gates import __doc__ as gates_doc


@pytest.mark.parametrize("page", PAGES)
def test_a_generated_page_is_up_to_date(page: str) -> None:
    """`make docs` writes it; a change of docs/openapi.json is a decision (docs/decisions)."""
    assert (ROOT / page).read_text(encoding="utf-8") == PAGES[page]()


def test_every_picture_is_of_a_feature_that_there_is() -> None:
    pictures = {file.relative_to(ROOT) for file in (ROOT / "docs" / PICTURES).iterdir()}
    assert {str(picture) for picture in pictures} <= set(PAGES)


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/architecture.md", "docs/allocation.md"])
def test_every_file_a_page_sends_the_reader_to_is_there(page: str) -> None:
    named = re.findall(r"`([a-z][\w./-]*/[\w./-]*)`", (ROOT / page).read_text(encoding="utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []
    assert len(named) > 10


def test_every_error_code_is_explained() -> None:
    used = {
        code
        for module in MODULES
        for code in re.findall(r'(?:code="|, ")([a-z]+(?:-[a-z]+)+)"', module.read_text("utf-8"))
        if "\n" not in code
    }
    used |= {
        code
        for module in MODULES
        for code in re.findall(r'f?"([a-z]+-[a-z-]+): ', module.read_text("utf-8"))
    }
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^### `(.+)`$", page, re.MULTILINE))
    assert used - explained == set()


def test_every_gate_is_explained() -> None:
    codes = set(re.findall(r"G\d\d", str(gates_doc)))
    page = (ROOT / "docs/gates.md").read_text(encoding="utf-8")
    assert codes == set(re.findall(r"^## (G\d\d)", page, re.MULTILINE))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_is_worded(language: str) -> None:
    of_features = {feature.reason for feature in FEATURES}
    of_rules = {rule.reason_code for product in load_products() for rule in product.eligibility}
    words = wording(language)
    assert of_features | of_rules | {"R01", "R02", "R23", "R25"} <= set(words["reasons"])
    assert of_features <= set(words["strengths"])


@pytest.mark.parametrize("part", ["reasons", "strengths"])
def test_the_languages_word_the_same_codes_briefly(part: str) -> None:
    """At most 15 words a sentence: the reader may have left school early."""
    worded = [wording(language)[part] for language in LANGUAGES]
    assert set(worded[0]) == set(worded[1])
    for words in worded:
        assert all(len(sentence.split()) <= 15 for sentence in words.values())


def test_every_command_is_there_and_says_what_it_does() -> None:
    for name in cli.COMMANDS:
        command = cli.program.get_command(click.Context(cli.program), name)
        assert command is not None
        assert command.help
