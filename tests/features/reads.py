"""Which sources each feature reads, found by watching it read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from features.catalogue import FEATURES
from features.feature import Feature
from features.rows import Rows
from tests.features.hand_made.everything import FULL


class Watched(Mapping[str, Rows]):
    """Sources that remember which of them were read."""

    def __init__(self, sources: Mapping[str, Rows]) -> None:
        self._sources = sources
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> Rows:
        self.read.add(name)
        return self._sources[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources)

    def __len__(self) -> int:
        return len(self._sources)


def reads(feature: Feature) -> frozenset[str]:
    """Return the names of the sources a feature reads."""
    known = FULL.known()
    watched = Watched(known.sources)
    feature(replace(known, sources=watched))
    return frozenset(watched.read)


READS = {feature.name: reads(feature) for feature in FEATURES}
"""Name of a feature → the sources it reads."""
