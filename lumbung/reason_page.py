"""docs/reasons.md: each reason code with its group, its words in both languages, its features.

All of it is read from where it stands: the words of the applicant, the catalogue, the products.
"""

from __future__ import annotations

from typing import Final

from features.catalogue import FEATURES
from matching.shelf import load_products
from serving.telling.words import LANGUAGES, Part, wording

TOP: Final = """\
# Reasons

A code stands for one reason, in answers, notices and audits alike. The sentence is what the
applicant reads; one with their own number leads it where a feature has one
([why](decisions/0025-words-with-own-numbers.md)). A strength is the same code with points above
zero. The points of all codes and the base are the score
([why](decisions/0004-points-that-add-up.md)). A code without a feature comes of a rule, a signal or
a result, and moves no point.

"""

NAMES: Final = {"id": "Bahasa Indonesia", "en": "English"}
"""Language → its own name."""


def page() -> str:
    """Return the page."""
    return TOP + "\n".join(_section(code) for code in sorted(wording(LANGUAGES[0])["reasons"]))


def _section(code: str) -> str:
    rows = [
        ("group", _worded("groups", code)),
        ("reason", _worded("reasons", code)),
        ("strength", _worded("strengths", code)),
    ]
    table = "".join(
        f"| {name} | {' | '.join(words)} |\n" for name, words in rows if words is not None
    )
    heads = " | ".join(NAMES[language] for language in LANGUAGES)
    return f"## {code}\n\n| | {heads} |\n|{'---|' * (1 + len(LANGUAGES))}\n{table}\n{_from(code)}"


def _worded(part: Part, code: str) -> list[str] | None:
    """Return the words of a code in each language, None where it has none of the part."""
    words = [wording(language)[part].get(code) for language in LANGUAGES]
    return [word for word in words if word] or None


def _from(code: str) -> str:
    """Return what a code comes of: its features, the products whose rules name it, or neither."""
    features = [f"`{one.name}`" for one in FEATURES if one.reason == code]
    products = sorted(
        f"`{one.product_id}`"
        for one in load_products()
        if any(rule.reason_code == code for rule in one.eligibility)
    )
    said = []
    if features:
        said.append(f"[Features](features.md): {', '.join(features)}.\n")
    if products:
        said.append(f"[Products](products.md) with a rule of it: {', '.join(products)}.\n")
    return "\n".join(said) or "Neither a feature nor an example product has it.\n"
