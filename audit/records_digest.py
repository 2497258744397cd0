"""The digest of what counted of a business's records: the same records give the same, always.

A request that carries its records has a digest of its own. Of records that are kept and may grow,
this tells years later whether those that are there now are those that counted then.
"""

from __future__ import annotations

import hashlib

import numpy as np

from features.known import READABLE, Known
from features.rows import Floats, Rows, numbered
from features.sources import SOURCES


def records_digest(known: Known) -> str:
    """Return SHA-256 of the rows that counted, with every value a feature may read."""
    digest = hashlib.sha256()
    for source, table in SOURCES.items():
        rows = known.sources[source]
        digest.update(f"{source}:{rows.size};".encode())
        if rows.any:
            digest.update(np.ascontiguousarray(rows.age, dtype="<i8").data)
            for name in READABLE[source]:
                kind = table.column(name).kind
                values = _places(rows, name) if kind == "text" else rows[name]
                digest.update(np.ascontiguousarray(values, dtype="<f8").data)
    return digest.hexdigest()


def _places(rows: Rows, name: str) -> Floats:
    """Return (m,) the place of each text among those there are; NaN where none is."""
    values = rows[name]
    told = ~np.isnan(values)
    codes = values[told].astype(np.int64)
    places = np.full(values.size, np.nan)
    places[told] = numbered(codes, int(codes.max(initial=-1)) + 1)[1]
    return places
