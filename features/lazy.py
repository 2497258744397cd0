"""Nothing is computed before it is asked for, and nothing twice.

Ninety features ask much the same of the same rows, and of a few rows kept they read one
column of ten.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar, cast


class Remembers(Protocol):
    """Whatever never changes, and so remembers what was computed of it."""

    @property
    def once(self) -> dict[object, Any]:
        """Return what `shared` has computed of it."""


NOT_YET: Final[Any] = object()
ITSELF: Final[Any] = object()
"""Stands for the thing itself: what remembers itself is not freed when it is let go."""

S = TypeVar("S", bound=Remembers)
P = ParamSpec("P")
R = TypeVar("R")


def shared(function: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Let what several features need of the same thing be computed once.

    The function's further arguments are hashable, and nobody changes what it returns.
    """

    def once(of: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        asked = (function, *args, *kwargs.items()) if args or kwargs else function
        found: Any = of.once.get(asked, NOT_YET)
        if found is NOT_YET:
            found = function(of, *args, **kwargs)
            of.once[asked] = ITSELF if found is of else found
        return cast("R", of if found is ITSELF else found)

    functools.update_wrapper(once, function)
    return once


class Lazy(Mapping[str, R]):
    """Columns that are made when first asked for: of a few rows kept, most are never read."""

    __slots__ = ("_made", "_make", "names")

    def __init__(self, names: Iterable[str], make: Callable[[str], R]) -> None:
        self.names: tuple[str, ...] = names.names if isinstance(names, Lazy) else tuple(names)
        self._make = make
        self._made: dict[str, R] = {}

    def __getitem__(self, name: str) -> R:
        made = self._made.get(name)
        if made is None:
            if name not in self.names:
                raise KeyError(name)
            made = self._made[name] = self._make(name)
        return made

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)
