"""How the client's requests are sent: with the key, in time, and again where that does no harm."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol, Self

import httpx2

from lumbung.client.problem import problem_of

AGAIN: Final = frozenset({429, 502, 503, 504})
"""Statuses of a request that may be sent again: it was not done, or is done but once."""

FIRST_SECONDS: Final = 0.2
"""About the first wait before a request is sent again."""

MOST_SECONDS: Final = 30.0
"""The longest wait before a request is sent again."""


class Page(Protocol):
    """One of the operations that answer page by page."""

    def __call__(self, *, cursor: str | None = None) -> Mapping[str, Any]:
        """Return the page that a cursor stands for; the first without one."""


class Transport:
    """A connection to the service.

    Args:
        url: where it is, such as ``https://lumbung.example``.
        key: yours, ``lbg_…``.
        seconds: to wait for an answer, for each try.
        tries: how often a request is sent at most; a POST that the service could do twice is sent
            once.
        transport: of httpx2, where another than its own is wanted.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        seconds: float = 30.0,
        tries: int = 4,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self._tries = tries
        self._http = httpx2.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {key}"},
            timeout=seconds,
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def send(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str | None] | None = None,
        *,
        body: Any = None,
        content: bytes | Iterator[bytes] | None = None,
        once: bool = False,
    ) -> httpx2.Response:
        """Send a request and return its answer.

        Args:
            method: of HTTP.
            path: its parts already quoted.
            query: what is None is left out.
            headers: what is None is left out.
            body: to be written as JSON.
            content: to be sent as it is; what comes piece by piece can be sent only once.
            once: whether the service could do it twice, so that it is never sent again.

        Raises:
            Problem: the service refused it, or could not do it in all the tries.
            httpx2.TransportError: there was no answer in all the tries; whether it was done is not
                known, and the same operation with the same `idempotency_key` may be sent again.
        """
        last = 1 if once or isinstance(content, Iterator) else self._tries
        for tried in range(1, last + 1):
            try:
                answer = self._http.request(
                    method,
                    path,
                    params={k: v for k, v in (query or {}).items() if v is not None},
                    headers={k: v for k, v in (headers or {}).items() if v is not None},
                    content=content,
                    json=body,
                )
            except httpx2.TransportError:
                if tried == last:
                    raise
                time.sleep(_pause(tried, None))
                continue
            if answer.is_success:
                return answer
            if tried == last or answer.status_code not in AGAIN:
                raise problem_of(answer)
            time.sleep(_pause(tried, answer.headers.get("retry-after")))
        raise AssertionError  # the last try returns or raises


class Group:
    """A group of operations, sent by a transport."""

    def __init__(self, transport: Transport) -> None:
        self._send = transport.send


def pages(page: Page) -> Iterator[Mapping[str, Any]]:
    """Yield all pages of a list.

    Args:
        page: the operation, such as ``functools.partial(lumbung.cases.queue, state="open")``.
    """
    cursor = None
    while True:
        one = page(cursor=cursor)
        yield one
        cursor = one["next_cursor"]
        if cursor is None:
            return


def new_key() -> str:
    """Return a key by which the service knows a request that is sent again."""
    return str(uuid.uuid4())


def _pause(tried: int, asked: str | None) -> float:
    """Return the seconds to wait: as asked, else twice as long each time, and never all at once."""
    if asked is not None and asked.isdigit():
        return min(float(asked), MOST_SECONDS)
    longest = min(FIRST_SECONDS * 2.0**tried, MOST_SECONDS)
    return random.uniform(longest / 2, longest)  # noqa: S311  no secret
