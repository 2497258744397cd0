"""Routers, whose routes FastAPI works out when somebody first asks for them.

What 128 routes take and give is the half of what a worker would do before its first answer, and
most workers are never asked for most of them, says decision 0056.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterable
from typing import Any, Final

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import compile_path, get_name

WORKING_OUT: Final = threading.RLock()


class Late(APIRoute):
    """A route that knows its address, and is worked out when it is asked for anything else."""

    def __init__(
        self,
        path: str,
        endpoint: Callable[..., Any],
        *,
        methods: Iterable[str] | None = None,
        name: str | None = None,
        **given: Any,
    ) -> None:
        self.path, self.endpoint = path, endpoint
        self.methods = {method.upper() for method in methods or ["GET"]}
        self.name = name or get_name(endpoint)
        self.path_regex, self.path_format, self.param_convertors = compile_path(path)
        self._given: dict[str, Any] | None = given

    def __getattr__(self, name: str) -> Any:
        """Work it out, as nobody has yet: until then it has none of the rest."""
        with WORKING_OUT:
            given, self._given = self.__dict__.get("_given"), None
            if given is not None:
                super().__init__(
                    self.path, self.endpoint, methods=self.methods, name=self.name, **given
                )
        return self.__getattribute__(name)


def operation(route: APIRoute) -> str:
    """Return by which name clients know a route."""
    return "_".join([*map(str, route.tags), route.name])


Router = functools.partial(APIRouter, route_class=Late, generate_unique_id_function=operation)
"""Makes a router of such routes; those of pages are late too, of a class of their own."""
