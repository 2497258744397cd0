"""Requests without end are refused: what is too large is not held, nor read to the end.

A body is read before anybody asks who sent it, so anyone could fill the memory with one, or the
disk with a file in a form.
"""

from __future__ import annotations

import asyncio
import re
from typing import Final

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.jobs.arriving import PART

MOST: Final = 64 * 2**20
"""Bytes of a body with records: twice what the most of them take that a request may have."""

WITH_RECORDS: Final = re.compile("/v1/(applications|businesses/[^/]+/records|jobs)|/invocations")
"""Where records are sent, or many feature vectors (`serving.model_server`)."""

OF_PARTS: Final = re.compile("/v1/uploads/[^/]+/parts/[^/]+")
"""Where a file of records is sent, part by part."""

MOST_OF_JSON: Final = 2**20
"""Bytes of any other body."""

MOST_OF_FORM: Final = 64 * 2**10
"""Bytes of a form: some times its longest text, however it is written."""

FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


SECONDS: Final = 20.0
"""Between two parts of a body, at most."""


class Bounded:
    """An application whose requests end.

    HTTP 413 once more has come than may, HTTP 408 once a part of a body is late.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = _most(scope)
        came, whole = 0, False

        async def counted() -> Message:
            nonlocal came, whole
            message = await (receive() if whole else _soon(receive))
            whole = not message.get("more_body", False)
            came += len(message.get("body", b""))
            if came > most:
                raise HTTPException(413, f"A body of more than {most} bytes.")
            return message

        await self._app(scope, counted, send)


async def _soon(receive: Receive) -> Message:
    try:
        return await asyncio.wait_for(receive(), SECONDS)
    except TimeoutError as error:
        raise HTTPException(408, f"No more of a body within {SECONDS:g} seconds.") from error


def _most(scope: Scope) -> int:
    if _is_form(Headers(scope=scope)):
        return MOST_OF_FORM
    if OF_PARTS.fullmatch(scope["path"]):
        return PART
    return MOST if WITH_RECORDS.fullmatch(scope["path"]) else MOST_OF_JSON


def _is_form(headers: Headers) -> bool:
    return headers.get("content-type", "").strip().lower().startswith(FORMS)
