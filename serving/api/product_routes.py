"""The routes by which a lender keeps its products: one person proposes, another verifies."""

from __future__ import annotations

from audit.days import wib
from serving.access.callers import CallingPartner, Lender, scoped
from serving.api import product_schemas as schemas
from serving.api.idempotency import ONCE
from serving.api.problems import responses
from serving.api.product_schemas import Id, Number
from serving.api.routes import Running
from serving.api.routing import Router
from serving.lending import products
from serving.lending.products import Shelved

v1 = Router(
    prefix="/v1/products",
    tags=["products"],
    dependencies=[scoped("products")],
    responses=responses(401, 403, 422, 503),
)


@v1.get("", summary="List products")
def shelf(partner_id: CallingPartner, service: Running) -> schemas.Products:
    """Return your products by id, each with its versions that no newer one has replaced."""
    filed, day = service.filed(), wib(service.now())
    found = products.shelf(service.engine, partner_id, filed, day)
    return schemas.Products(products=[told(one) for one in found])


@v1.put("/{product_id}", summary="Propose terms", responses=responses(400, 409))
def propose(
    product_id: Id, asked: schemas.Terms, by: Lender, service: Running
) -> schemas.ProductVersion:
    """Propose terms of a product of yours, new or there already.

    They wait for a second person, in the place of others that do. The very same terms proposed
    again by the same person are the version there is.
    """
    filed, now = service.filed(), service.now()
    return told(products.propose(service.engine, product_id, asked, by, now, filed))


@v1.get("/{product_id}/versions", summary="List a product's versions")
def history(product_id: Id, partner_id: CallingPartner, service: Running) -> schemas.Products:
    """Return all versions of a product of yours, the oldest first; none where there is none."""
    filed, day = service.filed(), wib(service.now())
    found = products.history(service.engine, partner_id, product_id, filed, day)
    return schemas.Products(products=[told(one) for one in found])


@v1.post(
    "/{product_id}/versions/{number}/verify",
    summary="Verify terms",
    dependencies=[ONCE],
    responses=responses(404, 409),
)
def verify(product_id: Id, number: Number, by: Lender, service: Running) -> schemas.ProductVersion:
    """Verify terms that a colleague proposed. They hold from now on, or from their first day."""
    return told(products.verify(service.engine, product_id, number, by, service.now()))


def told(one: Shelved) -> schemas.ProductVersion:
    """Return a version of a product as the API gives it."""
    version = one.version
    return schemas.ProductVersion(
        version=one.number,
        state=one.state,
        product=one.product,
        proposed_at=version and version.proposed_at,
        proposed_by=version and version.proposed_by,
        verified_at=version and version.verified_at,
    )
