"""Suppliers' invoices to the simulated businesses: each payment to a supplier settles one."""

from __future__ import annotations

from typing import Final

import numpy as np

from features.rows import DAY
from training.simulated.businesses import Businesses
from training.simulated.chunk import Chunk
from training.simulated.columns import HOUR, NONE, Parts, stacked, taken
from training.simulated.flows import SUPPLIER, of_kind
from training.simulated.punctuality import paid_at
from training.simulated.sales import SUPPLIERS

SENT: Final = 0.6
"""Share of businesses whose suppliers write invoices."""

TERMS: Final = (7, 14, 30)
DISPUTED: Final = 0.01
IN_PART: Final = (0.02, 0.6, 0.95)
"""Share of invoices paid in part, and the part paid, from … to."""


def invoiced(world: Businesses, flow: Parts, chunk: Chunk) -> Parts:
    """Return the invoices issued on record.

    A payment to a supplier is given; the invoice lies before it by the supplier's term and by how
    late the business pays. Half of those disputed are not paid.
    """
    random = chunk.stream("invoices")
    sent = random.random(world.n) < SENT
    bought = taken(flow, of_kind(flow, "supplier") & sent[flow["owner"]])
    owner, paid = bought["owner"], bought["occurred_at"]
    m = owner.size
    term = random.choice(TERMS, (world.n, SUPPLIERS))[owner, bought["counterparty"] - SUPPLIER]
    late = paid_at(world, owner, paid, 3, random) - paid
    issued = (paid - late) // DAY - term
    disputed = random.random(m) < DISPUTED
    unpaid = disputed & (random.random(m) < 1 / 2)
    share, least, most = IN_PART
    part = np.where(random.random(m) < share, random.uniform(least, most, m), 1.0)
    invoices = {
        "owner": owner,
        "occurred_at": issued * DAY + 9 * HOUR,
        "known_at": (issued + random.integers(0, 3, m)) * DAY + 10 * HOUR,
        "supplier": bought["counterparty"],
        "amount": np.rint(bought["amount"] / part).astype(np.int64),
        "due_at": (issued + term + 1) * DAY - 1,
        "paid_at": np.where(unpaid, NONE, paid),
        "paid": np.where(unpaid, NONE, bought["amount"]),
        "disputed": disputed.astype(np.int64),
    }
    return stacked([taken(invoices, issued >= world.first[owner])])
