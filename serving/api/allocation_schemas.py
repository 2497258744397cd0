"""What the API gives of an allocation: aggregates to an official, its own outcomes to a lender."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, Field

from audit.allocated import FloorUse, LimitUse, Offered, Place, Worth
from matching.allocation.programme import Objective
from matching.allocation.result import Code, Method
from serving.api.schemas import Text


class LimitShown(BaseModel):
    """How far a limit was used, and what it costs; what could point to a few is hidden (None)."""

    use: LimitUse
    text: Text | None = Field(description="What one unit more would do; None where hidden.")


class FloorShown(BaseModel):
    """How far a floor was reached, and what it costs; what could point to a few is hidden."""

    use: FloorUse
    text: Text | None = Field(description="How far it was reached, in words; None where hidden.")


class Beside(BaseModel):
    """Another way to allocate the same, in words."""

    method: Method
    name: Text
    text: Text


class Allocation(BaseModel):
    """An allocation of a programme, as officials see it: aggregates only.

    A number of fewer than ten businesses is None, and so are others by which it could be found.
    """

    programme_id: str
    number: int
    made_at: AwareDatetime
    made_by: str = Field(description="Which person.")
    digest: str = Field(description="SHA-256 of all that it was made of.")
    objective: Objective
    worth: Worth | None = Field(description="What it comes to, and the bound that is proven.")
    proof: Text | None = Field(description="How much more any other could be worth, in words.")
    beside: list[Beside] = Field(description="How other methods compare, in words.")
    products: list[Offered] = Field(description="The columns of the places.")
    places: list[Place] = Field(description="By kecamatan.")
    total: Place
    limits: list[LimitShown]
    floors: list[FloorShown]


class Allocations(BaseModel):
    """The allocations of a programme, the oldest first."""

    allocations: list[Allocation]


class Outcome(BaseModel):
    """What an application of yours got, and why not something else."""

    decision_id: str
    code: Code
    product_id: str | None = Field(description="What is allocated; None where nothing is.")
    text: Text


class Outcomes(BaseModel):
    """A page of the outcomes of what you entered, by decision."""

    outcomes: list[Outcome]
    next_cursor: str | None = Field(description="Ask with it for the next page; None at the end.")
