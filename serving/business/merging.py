"""Records that come beside those that are kept: what is new, what is said again, what differs.

A record is there once, by its key. What is known later, such as that a bill was paid, may be
added to it; other than that a record stays what it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from features.table import Table
from serving.business import columnar


@dataclass(frozen=True)
class Merged:
    """Rows as they came, sorted out.

    Args:
        changed: those that are new, or say more than was known.
        added, completed, same: how many are new, were known and say more, say nothing more.
        differing: key of each that was kept with other content → the first column that differs.
    """

    changed: pa.Table
    added: int
    completed: int
    same: int
    differing: dict[str, str]


def merge(old: pa.Table, new: pa.Table, table: Table) -> Merged:
    """Return what rows come to beside those kept.

    Args:
        old: rows kept.
        new: rows that came, each key once.
        table: the declaration of both.
    """
    import pyarrow.compute as pc

    there = pc.index_in(new[table.key], value_set=old[table.key].combine_chunks())
    again = new.filter(pc.is_valid(there)).to_pylist()
    fresh = new.filter(pc.is_null(there))
    before = old.take(pc.drop_null(there)).to_pylist()
    more: list[dict[str, Any]] = []
    differing = {}
    for was, says in zip(before, again, strict=True):
        fused, differs = _fused(was, says, table)
        if differs is not None:
            differing[was[table.key]] = differs
        elif fused != was:
            more.append(fused)
    return Merged(
        changed=pa.concat_tables([fresh, pa.Table.from_pylist(more, schema=new.schema)]),
        added=fresh.num_rows,
        completed=len(more),
        same=len(again) - len(more) - len(differing),
        differing=differing,
    )


def whole(old: pa.Table, changed: pa.Table, table: Table) -> pa.Table:
    """Return the rows kept, those that changed in their place, in order."""
    import pyarrow.compute as pc

    stays = pc.invert(pc.is_in(old[table.key], value_set=changed[table.key].combine_chunks()))
    both = pa.concat_tables([old.filter(stays), changed]).unify_dictionaries()
    return columnar.in_order(both.combine_chunks(), table)


def _fused(
    was: dict[str, Any], says: dict[str, Any], table: Table
) -> tuple[dict[str, Any], str | None]:
    """Return a record with what is said of it again, and the first column that differs."""
    row = dict(was)
    for name, value in says.items():
        if value == was[name]:
            continue
        later = table.column(name).known_with is not None
        if not later or (value is not None and was[name] is not None):
            return was, name
        row[name] = was[name] if value is None else value
    return row, None
