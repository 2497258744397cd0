"""The section of an audit on data that give a group away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from audit.origins.proxies import Proxy
from serving.pages.demand import Line
from serving.pages.gaps import NONE, bounded, chance, plain
from serving.pages.intervals import Intervals, Row, intervals
from serving.pages.sections import Block, Section
from serving.telling.words import wording

MOST_GROUPS: Final = 4
"""Groups of which it is shown by what they are told; all stand in the JSON."""


def section(found: Sequence[Proxy], error: float, language: str) -> Section:
    """Return the section in the words of a language.

    Args:
        found: of the groups, at least one.
        error: how often at most a group is shown that features do not tell.
        language: of the words.
    """
    words = wording(language)["fairness"]
    attributes = dict.fromkeys(one.attribute for one in found)
    groups = [_groups(name, [o for o in found if o.attribute == name], error, language)
              for name in attributes]  # fmt: skip
    blocks = (*groups, *_features(found, language))
    return Section("proxies", words["proxies"], words["proxies_how"], blocks)


def _groups(attribute: str, found: Sequence[Proxy], error: float, language: str) -> Block:
    """Return how well the groups of an attribute are told."""
    words = wording(language)["fairness"]
    heads = ("group", "proxy_auc", "chance", "p", "verdict")
    rows = [
        Row(one.group, plain(one.auc.value, language), one.auc, _kind(one, error))
        for one in found
        if one.auc is not None
    ]
    return Block(
        attribute,
        _picture(f"proxies-{attribute}", words["proxy_auc"], rows, language),
        tuple(words[name] for name in heads),
        tuple(_line(one, error, language) for one in found),
    )


def _features(found: Sequence[Proxy], language: str) -> Iterator[Block]:
    """Yield by what a group is told, the best told first; of two that are all, the first alone."""
    words, shown = wording(language)["fairness"], list[Proxy]()
    for one in sorted(found, key=lambda one: one.p or 0.0):
        twin = [o for o in found if o.attribute == one.attribute]
        if one.strongest and (len(twin) > 2 or one is twin[0]):  # noqa: PLR2004  two are one
            shown.append(one)
    for at, one in enumerate(shown[:MOST_GROUPS]):
        told = [(of.feature.replace("_", " "), of.auc) for of in one.strongest]
        rows = [Row(name, plain(of.value, language), of, "worse") for name, of in told]
        yield Block(
            words["proxy_by"].format(group=f"{one.attribute}: {one.group}"),
            _picture(f"told{at}", words["proxy_higher"], rows, language),
            (words["proxy_feature"], words["proxy_higher"]),
            tuple(Line(name, (bounded(of, plain, language),)) for name, of in told),
        )


def _picture(name: str, title: str, rows: Sequence[Row], language: str) -> Intervals:
    """Return a picture about the line of chance."""
    ends = (plain(0.0, language), plain(1.0, language))
    return intervals(name, title, rows, (0.0, 1.0), ends, 0.5)


def _kind(one: Proxy, error: float) -> str:
    return "worse" if one.corrected is not None and one.corrected < error else "plain"


def _line(one: Proxy, error: float, language: str) -> Line:
    words = wording(language)["fairness"]
    if one.auc is None or one.by_chance is None:
        return Line(one.group, (NONE, NONE, NONE, words["verdict_insufficient"]))
    told = words["proxy_told" if _kind(one, error) == "worse" else "verdict_not_shown"]
    cells = (
        bounded(one.auc, plain, language),
        plain(one.by_chance, language),
        chance(one.corrected, language),
        told,
    )
    return Line(one.group, cells)
