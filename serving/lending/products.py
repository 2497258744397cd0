"""Products of lenders: proposed, verified by a second person, and in force from then on.

In force on a day is the last verified version whose first day has come, else what the
installation's files say; a version later in force leaves the one before it as it was. All of them
are kept (`serving.lending.versions`). A lender reads and changes its own products only.

For pages: `shelf` is what a lender has, `history` one product's versions, `propose` and `verify`
what its people do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Literal

from sqlalchemy import Engine

from audit.days import wib
from matching import product as terms_of
from matching.product import Product
from serving.access.callers import Caller, Forbidden
from serving.lending import terms, versions
from serving.lending.versions import Named, Version, beside, name_taken
from serving.tables import VersionRow

State = terms_of.State | Literal["waiting", "replaced"]
"""Where a version stands on a day: waiting for a second person, replaced by a newer one, or where
its terms stand."""

OURS: Final = ("product_id", "verified_by", "verified_at", "example")
"""What the service sets in a product."""


@dataclass(frozen=True)
class Shelved:
    """A version of a product, and where it stands.

    Args:
        product: the terms, with who verified them.
        state: on the day asked about.
        version: who proposed and verified it, and when; None of what the files say.
    """

    product: Product
    state: State
    version: Version | None

    @property
    def number(self) -> int:
        """Return the version's number; 0 of what the files say."""
        return 0 if self.version is None else self.version.number


def propose(
    engine: Engine,
    product_id: str,
    sent: terms.Terms,
    by: Caller,
    now: datetime,
    filed: Iterable[Product],
) -> Shelved:
    """Propose terms of a lender's own product, which wait for a second person.

    Args:
        engine: the database.
        product_id: of the product, new or there already.
        sent: the terms, all fields of a `Product` but `OURS`.
        by: who proposes.
        now: the time, UTC.
        filed: the products of the installation's files.

    Raises:
        Faulty: the terms are none (``bad-product``); it tells every fault.
        Forbidden: the terms are another lender's (``other-lender``), or as `versions.propose`.
        Refused: the id is another lender's (``name-taken``), or as `versions.propose`.
    """
    unverified = {"verified_by": None, "verified_at": None, "example": False}
    ours = {"product_id": product_id, **unverified}
    product = terms.read(Product, sent, "bad-product", ours)
    if product.lender.id != by.partner_id:
        raise Forbidden(
            found="a lender that is not yourself",
            expected="your own id",
            hint="Propose your own products only.",
            code="other-lender",
            where="lender/id",
        )
    if any(p.product_id == product_id and p.lender.id != by.partner_id for p in filed):
        raise name_taken()
    record = product.model_dump_json()
    version = versions.propose(engine, Named("product", product_id), record, by, now)
    return Shelved(read(version), "waiting", version)


def verify(engine: Engine, product_id: str, number: int, by: Caller, now: datetime) -> Shelved:
    """Verify terms of a lender's own product; arguments and raises as `versions.verify`."""
    version = versions.verify(engine, Named("product", product_id), number, by, now)
    product = read(version)
    return Shelved(product, product.state(wib(now)), version)


def shelf(engine: Engine, partner_id: str, filed: Iterable[Product], day: date) -> list[Shelved]:
    """Return a lender's products on a day (WIB), by id: all of their versions but the replaced."""
    found = _all(engine, partner_id, filed, day)
    return [one for one in found if one.state != "replaced"]


def history(
    engine: Engine, partner_id: str, product_id: str, filed: Iterable[Product], day: date
) -> list[Shelved]:
    """Return all versions of a lender's own product, the oldest first; none for no such product."""
    found = _all(engine, partner_id, filed, day)
    return [one for one in found if one.product.product_id == product_id]


def in_force(engine: Engine, filed: Iterable[Product], day: date) -> tuple[Product, ...]:
    """Return every lender's product as it stands on a day (WIB), in order of product_id.

    Those that hold no longer are among them: `matching` offers none of these.
    """
    shelved = {product.product_id: product for product in filed}
    for product in map(read, versions.verified(engine, "product")):
        before = shelved.get(product.product_id, product)
        if _begun(product, day) and before.lender.id == product.lender.id:
            shelved[product.product_id] = product
    return tuple(shelved[name] for name in sorted(shelved))


def read(version: Version) -> Product:
    """Return the product of a version, with who verified it and on which day (WIB)."""
    product = Product.model_validate_json(version.record)
    if version.verified_at is None:
        return product
    done = {"verified_by": version.verified_by, "verified_at": wib(version.verified_at)}
    return product.model_copy(update=done)


def _begun(product: Product, day: date) -> bool:
    """Return whether a verified version has been in force by a day."""
    verified_at = product.verified_at
    return verified_at is not None and verified_at <= day and product.effective_from <= day


def _all(engine: Engine, partner_id: str, filed: Iterable[Product], day: date) -> list[Shelved]:
    """Return all versions of a lender's products by id, the oldest of each first."""
    own = versions.kept(engine, "product", VersionRow.partner_id == partner_id)
    rows: list[tuple[Product, Version | None]] = [(read(version), version) for version in own]
    rows += [(product, None) for product in filed if product.lender.id == partner_id]
    found = [Shelved(product, product.state(day), version) for product, version in rows]
    found.sort(key=lambda one: (one.product.product_id, one.number))
    last = {
        one.product.product_id: one.number
        for one in found
        if one.version is None or _begun(one.product, day)
    }
    return [
        replace(one, state=beside(one.version, last.get(one.product.product_id, 0)) or one.state)
        for one in found
    ]
