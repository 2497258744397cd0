"""The words an applicant reads, in every language; written in ``wording/``.

One file holds a language whole, so that who translates it meets no code: a sentence for each
reason and each strength, by code, and a short label for each feature, by its name.
"""

from __future__ import annotations

import functools
import importlib.resources
import tomllib
from typing import Final, Literal

LANGUAGES: Final = ("id", "en")

Part = Literal["reasons", "strengths", "features"]


@functools.cache
def wording(language: str) -> dict[str, dict[str, str]]:
    """Return a language's words: part → code of a reason, or name of a feature → words."""
    file = importlib.resources.files("serving") / "wording" / f"{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def said(part: Part, code: str) -> dict[str, str]:
    """Return what is said for a code, or a feature's name: language → words."""
    return {language: wording(language)[part][code] for language in LANGUAGES}
