"""What the API takes and gives of products, as their lender sees them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path
from pydantic import AwareDatetime, BaseModel, Field, WithJsonSchema

from matching.product import Product
from serving.lending import terms
from serving.lending.products import OURS, State

Id = Annotated[str, Path(max_length=64, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
"""An identifier in an address."""

Number = Annotated[int, Path(ge=1, le=10**6)]
"""The number of a version in an address."""

Terms = Annotated[dict[str, Any], WithJsonSchema(terms.schema(Product, OURS))]
"""The terms of a product, as they are proposed."""


class ProductVersion(BaseModel):
    """A version of a product, and where it stands today."""

    version: int = Field(description="1, 2, …; 0 of terms that came with the installation.")
    state: State = Field(
        description="`waiting` for a second person, `replaced` by a newer version; else where its "
        "terms stand: `offered`, only an `example`, `unverified`, `not_yet_in_force`, `expired`."
    )
    product: Product
    proposed_at: AwareDatetime | None = Field(description="None of version 0.")
    proposed_by: str | None = Field(description="Which person. None of version 0.")
    verified_at: AwareDatetime | None = Field(
        description="By a second person. None while nobody has, and of version 0."
    )


class Products(BaseModel):
    """Versions of products."""

    products: list[ProductVersion]
