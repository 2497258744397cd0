"""What only the audit may see of the simulated owners, drawn apart from risk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from features.records import PROTECTED
from features.rows import Flags, Ints
from training.simulated.businesses import Businesses
from training.simulated.chunk import Chunk
from training.simulated.columns import NONE, Parts, code

BORN: Final = (1956, 2004)
"""Years of birth, from … to before."""

YOUNG: Final = 1991
"""The young were born in this year or later."""

DISABLED: Final = 0.02
NOT_TOLD: Final = 0.02


@dataclass(frozen=True)
class Owners:
    """The owners as they are, told or not, (n,) each: gender code, year of birth, disability."""

    gender: Ints
    born: Ints
    disabled: Flags


def owners(world: Businesses, chunk: Chunk) -> Owners:
    """Draw the owners, apart from everything else and from each other.

    Those of a twin world are the same but for the group: some are what they are not.
    """
    random = chunk.stream("owners")
    gender = random.integers(0, 2, world.n)
    born = random.integers(*BORN, world.n)
    drawn = Owners(gender, born, random.random(world.n) < DISABLED)
    swapped = chunk.stream("twins").random(world.n) < chunk.scenario.swapped
    return _twins(drawn, swapped, chunk.scenario.group)


def _twins(people: Owners, swapped: Flags, name: str) -> Owners:
    """Return the owners, some of them the other of the group's attribute; years are mirrored."""
    if name == "women":
        return replace(people, gender=np.where(swapped, 1 - people.gender, people.gender))
    if name == "young":
        return replace(people, born=np.where(swapped, sum(BORN) - 1 - people.born, people.born))
    return replace(people, disabled=people.disabled ^ swapped)


def group(people: Owners, name: str) -> Flags:
    """Return (n,) who belongs to a group of the scenario: women, young or disabled."""
    members = {
        "women": people.gender == code(PROTECTED, "gender", "female"),
        "young": people.born >= YOUNG,
        "disabled": people.disabled,
    }
    return np.asarray(members[name], dtype=np.bool_)


def told(world: Businesses, people: Owners, chunk: Chunk) -> Parts:
    """Return what the owners told; a few leave each question out, whatever the answer."""
    silent = chunk.stream("not told").random((3, world.n)) < NOT_TOLD
    owner = np.arange(world.n)
    return {
        "owner": owner,
        "gender": np.where(silent[0], NONE, people.gender),
        "birth_year": np.where(silent[1], NONE, people.born),
        "disability": np.where(silent[2], NONE, people.disabled.astype(np.int64)),
        "kecamatan": world.kecamatan,
    }
