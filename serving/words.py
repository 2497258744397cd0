"""The sentences an applicant reads, by code and language; written in ``wording/``."""

from __future__ import annotations

import functools
import importlib.resources
import tomllib
from typing import Final, Literal

LANGUAGES: Final = ("id", "en")

Part = Literal["reasons", "strengths"]


@functools.cache
def sentences(language: str) -> dict[str, dict[str, str]]:
    """Return a language's sentences: part → code → sentence."""
    file = importlib.resources.files("serving") / "wording" / f"{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def said(part: Part, code: str) -> dict[str, str]:
    """Return the sentence for a code in every language: language → sentence."""
    return {language: sentences(language)[part][code] for language in LANGUAGES}
