"""Terms as a person writes them: YAML, and whatever is wrong with it told by its line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import yaml

from matching import strict_yaml
from matching.product import Product
from serving.lending.products import OURS
from serving.pages.versioned import as_yaml
from serving.reading.faults import Fault, Faulty
from serving.telling.words import wording


@dataclass(frozen=True)
class Draft:
    """Terms as somebody wrote them.

    Args:
        name: the product's identifier.
        text: what was written.
        faults: what is wrong with it, each with its line; empty where nothing is, or not yet.
    """

    name: str
    text: str
    faults: tuple[str, ...] = ()


def draft_of(product: Product) -> Draft:
    """Return terms to begin from: those of a product, without what the service sets."""
    whole = product.model_dump(mode="json")
    text = as_yaml({name: one for name, one in whole.items() if name not in OURS})
    return Draft(product.product_id, text)


def faults_of(
    draft: Draft, send: Callable[[dict[str, Any]], object], language: str
) -> tuple[str, ...]:
    """Send what was written, and return what is wrong with it; empty where it was taken.

    Args:
        draft: the terms.
        send: takes the fields that were written; raises Faulty where they are no terms.
        language: of the answer.
    """
    words = wording(language)["portal"]
    try:
        written = strict_yaml.parse(draft.text)
    except yaml.YAMLError as wrong:
        line, problem = strict_yaml.line_of(wrong) or 1, getattr(wrong, "problem", None) or ""
        return (words["no_yaml"].format(line=line, problem=problem).strip(),)
    if not isinstance(written, dict):
        return (words["no_yaml"].format(line=1, problem="").strip(),)
    try:
        send(written)
    except Faulty as wrong:
        lines = strict_yaml.Lines(draft.text)
        return tuple(_told(fault, lines, words["fault_line"]) for fault in wrong.faults)
    return ()


def _told(fault: Fault, lines: strict_yaml.Lines, form: str) -> str:
    place = [int(step) if step.isdigit() else step for step in fault.where.split("/")]
    return form.format(
        line=lines.of(place),
        field=".".join(map(str, place)),
        found=fault.found,
        expected=fault.expected,
    )
