"""What every list takes: from where on. `serving.store.cursors` makes its pages."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from serving.reading.rows import Asked


class Listed(Asked):
    """From where on a list is to be read."""

    cursor: Annotated[str, Field(max_length=200)] | None = Field(
        default=None, description="`next_cursor` of the page before; the first page if not given."
    )
