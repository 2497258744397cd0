"""Nothing is computed before it is asked for, and nothing twice.

Ninety features ask much the same of the same rows, and of a few rows kept they read one
column of ten.
"""

from __future__ import annotations

import functools
import inspect
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
        asked = (function, args, *kwargs.items()) if kwargs else (function, args)
        found: Any = of.once.get(asked, NOT_YET)
        if found is NOT_YET:
            found = function(of, *args, **kwargs)
            of.once[asked] = ITSELF if found is of else found
        itself: Any = of
        answer: R = itself if found is ITSELF else found
        return answer

    only = cast("Callable[[S], R]", function)

    def once_alone(of: S) -> R:  # what is asked most, with nothing to pack
        found: Any = of.once.get(function, NOT_YET)
        if found is NOT_YET:
            found = only(of)
            of.once[function] = ITSELF if found is of else found
        itself: Any = of
        answer: R = itself if found is ITSELF else found
        return answer

    alone = len(inspect.signature(function).parameters) == 1
    chosen = cast("Callable[Concatenate[S, P], R]", once_alone if alone else once)
    functools.update_wrapper(chosen, function)
    return chosen


class Made(dict[str, R]):
    """What is made when it is first asked for."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[str], R]) -> None:
        self._make = make

    def __missing__(self, name: str) -> R:
        """Make what is asked for, and keep it."""
        made = self[name] = self._make(name)
        return made


class Lazy(Mapping[str, R]):
    """Columns that are made when first asked for: of a few rows kept, most are never read."""

    __slots__ = ("_made", "_make", "names")

    def __init__(self, names: Iterable[str], make: Callable[[str], R]) -> None:
        self.names: tuple[str, ...] = names.names if isinstance(names, Lazy) else tuple(names)
        self._make = make
        self._made: dict[str, R] = {}

    def __getitem__(self, name: str) -> R:
        try:
            return self._made[name]
        except KeyError:
            if name not in self.names:
                raise
        made = self._made[name] = self._make(name)
        return made

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)
