"""Bodies with records, from their bytes to what `serving.reading.columns` reads."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from pydantic_core import from_json

from serving.api.routing import Late


class WithRecords(Late):
    """A route that thousands of records may be sent to.

    Their JSON is read by pydantic's parser, in some two thirds of the time of Python's. What that
    does not take Python's is asked about as ever: it knows some forms more, and tells what is wrong
    with the rest.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        handle = super().get_route_handler()

        async def answered(request: Request) -> Response:
            return await handle(_Read(request.scope, request.receive))

        return answered


class _Read(Request):
    """A request whose JSON is read so."""

    async def json(self) -> Any:
        """Return its body as Python has it."""
        try:
            # Of texts only the names of fields are remembered: what stands there is somebody's.
            return from_json(await self.body(), cache_strings="keys")
        except ValueError:
            return await super().json()
