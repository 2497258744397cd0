"""How an import joins the data set that is there, or makes a new one."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from features.errors import BadInput
from features.records import TABLES
from training.about import DECLARATION, About, read_about, write_about
from training.importing.mapping import Mapping, TableMapping
from training.importing.pseudonyms import Pseudonyms

REJECTED: Final = "rejected"
"""The folder in a data set for rows that were set aside, with the reason."""


def about(mapping: Mapping, out: Path | None, key: Pseudonyms | None) -> About:
    """Return what the data set will say of itself after the import.

    Raises:
        BadInput: the mapping hashes identifiers and there is no key (``bad-hash-key``), *out* is
            there and no data set (``not-a-dataset``), or one of another currency, time zone,
            basis, target or key, or simulated where this is not (``other-dataset``).
    """
    hashes = any(_hashes(table) for table in mapping.table)
    if hashes and key is None:
        raise BadInput(
            found="identifiers of people, and no key",
            expected="a key for their keyed hash",
            hint="Name a file with a secret by --key; `openssl rand -hex 32 > hash.key` makes one.",
            code="bad-hash-key",
        )
    pseudonyms = key.fingerprint() if hashes and key is not None else None
    said = mapping.dataset.model_copy(update={"pseudonyms": pseudonyms})
    if out is None or not out.exists():
        return said
    if not (out / DECLARATION).exists():
        raise BadInput(
            found="a folder that is no data set",
            expected="a data set, or a folder that does not exist yet",
            hint="Name another with --out.",
            code="not-a-dataset",
            where=out.name,
        )
    return _joined(read_about(out), said, out.name)


def _hashes(table: TableMapping) -> bool:
    declared = TABLES[table.table]
    return any(
        how.hash or (declared.column(name).hashed and not how.plain)
        for name, how in table.columns.items()
    )


def _joined(there: About, new: About, where: str) -> About:
    """Return what a data set says of itself when *new* has joined it."""
    for name in ("currency", "time_zone", "simulated"):
        _refuse_other(name, getattr(there, name), getattr(new, name), where)
    # Records that need consents are not covered by the basis that others were published on.
    _refuse_other("basis", there.basis, new.basis, where)
    if new.target is not None:
        _refuse_other("target", there.target, new.target, where)
    if there.pseudonyms is not None and new.pseudonyms is not None:
        _refuse_other("key of the keyed hash", there.pseudonyms, new.pseudonyms, where)
    return there.model_copy(
        update={
            "source": _both(there.source, new.source),
            "licence": _both(there.licence, new.licence),
            "pseudonyms": there.pseudonyms or new.pseudonyms,
        }
    )


def _both(there: str, new: str) -> str:
    return there if new in there else f"{there}; {new}"


def _refuse_other(what: str, there: object, new: object, where: str) -> None:
    if there == new:
        return
    raise BadInput(
        found=f"another {what.replace('_', ' ')}: {'none' if new is None else new}",
        expected=f"{'none' if there is None else there}, as the data set has it",
        hint="Import into a data set of its own.",
        code="other-dataset",
        where=where,
    )


def install(making: Path, out: Path, said: About) -> None:
    """Move what was made into place: a whole new data set, or its new parts, one after another.

    A part is a folder and appears whole. An import that is ended between two of them is ended
    for good by doing it again: parts that are there are known by their names. What the data set
    says of itself comes first, so that no part is there whose key it does not know.
    """
    write_about(said, making)
    if not out.exists():
        making.chmod(0o755)
        making.rename(out)
        return
    (making / DECLARATION).rename(out / DECLARATION)
    for aside in sorted((making / REJECTED).glob("*/*")):
        _move(aside, making, out)
    for name in TABLES:
        for part in sorted((making / name).glob("*")):
            _move(part, making, out)


def _move(part: Path, making: Path, out: Path) -> None:
    there = out / part.relative_to(making)
    there.parent.mkdir(parents=True, exist_ok=True)
    if not there.exists():
        part.rename(there)
