"""A known unfairness, for the audit to find: thinner data and noisier measurement for a group.

The third kind, denial at the same risk, is in `training.simulated.selection`.
All three are zero unless the scenario says otherwise, and then leave every other
draw as it was.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from features.rows import Flags
from training.simulated.chunk import Chunk
from training.simulated.columns import NONE, Parts, spread, taken

TREATED: Final = {
    "payments": ("amount",),
    "orders": ("gross", "fees", "net"),
    "bills": ("amount", "paid"),
    "books": ("amount",),
    "invoices": ("amount", "paid"),
}
"""Source → the amounts of a row; all of one row are off by the same factor."""


def treated(name: str, parts: Parts, members: Flags, chunk: Chunk) -> Parts:
    """Return a source as it was collected, with the group's records thinned and blurred.

    Args:
        name: of the source.
        parts: its rows.
        members: (n,) who belongs to the group.
        chunk: whose scenario says how much.
    """
    wrong = chunk.scenario
    if name not in TREATED or not (wrong.unfair_thinness or wrong.unfair_noise):
        return parts
    random = chunk.stream(f"unfairness in {name}")
    m = parts["owner"].size
    struck = members[parts["owner"]]
    lost = random.random(m) < wrong.unfair_thinness
    factor = np.where(struck, spread(wrong.unfair_noise, m, random), 1.0)
    blurred = {
        amount: np.where(
            parts[amount] == NONE,
            NONE,
            np.maximum(np.rint(parts[amount] * factor), 0).astype(np.int64),
        )
        for amount in TREATED[name]
    }
    return taken({**parts, **blurred}, ~(struck & lost))
