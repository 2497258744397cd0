"""What officials are told of what decided: which versions, and the card of the last of them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Final

from audit.editions.sections import Gate, Model, Named, Tried
from audit.gathered import Gathered
from serving.rules.registry import ALTERNATIVES, GATES

Reported = tuple[dict[str, str], dict[str, str]]
"""The parameters of a run, and file → text."""

FIGURES: Final = ("auc", "loss", "loss_error", "gap", "gained", "gained_error")
"""Of a recipe."""

MOST: Final = 60
"""Recipes that are told of."""


def model(decided: Gathered, used: tuple[Named, ...], report: Callable[[str], Reported]) -> Model:
    """Return what decided.

    Args:
        decided: the decisions of the period, at least one.
        used: version → of how many.
        report: finds what the run of a version says (`serving.rules.registry.report`).
    """
    by_champion = decided.model[decided.scorer == "champion"]
    version = str(by_champion[-1]) if by_champion.size else ""
    params, texts = report(version) if version else ({}, {})
    return Model(
        used=used,
        version=version,
        trained_on=params.get("data_set", ""),
        simulated=params.get("simulated", "") == "True",
        gates=tuple(_gates(texts.get(GATES, "{}"))),
        tried=tuple(_tried(texts.get(ALTERNATIVES, "")))[:MOST],
    )


def _gates(text: str) -> Iterator[Gate]:
    for one in json.loads(text).values():
        yield Gate(**one)


def _tried(text: str) -> Iterator[Tried]:
    for row in csv.DictReader(io.StringIO(text)):
        yield Tried(
            name=row["name"],
            chosen=row["chosen"].lower() == "true",
            front=row["front"].lower() == "true",
            **{name: float(row[name]) for name in FIGURES},
        )
