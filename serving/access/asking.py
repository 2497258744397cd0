"""Questions to the provider of the settings: brief, over TLS but on loopback, answers bounded.

No redirect is followed and no proxy asked. Where nothing believable comes back the provider is
away, and people sign in by their password.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterable, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc.errors import JoseError

from serving.access.identity import ProviderAway

SECONDS: Final = 8.0
"""For one question, from the name to the end of the answer."""

MOST: Final = 256 * 1024
"""Bytes of an answer."""

UNREADABLE: Final = (ValueError, LookupError, TypeError, AttributeError, JoseError)
"""What comes of an answer, or keys in it, of another form than agreed."""

T = TypeVar("T")


@dataclass(frozen=True)
class Line:
    """How a provider is asked.

    Args:
        client_id: our name there.
        secret: ours, which nobody else knows.
        trusted: who may certify it; the system's own if not given.
        seconds: for one question.
    """

    client_id: str
    secret: str
    trusted: ssl.SSLContext | None = None
    seconds: float = SECONDS

    def ask(
        self, what: Callable[[AsyncOAuth2Client], Awaitable[T]], method: str | None = None
    ) -> T:
        """Ask something, and return what came.

        Args:
            what: the questions, to a client that shows who we are by *method*.
            method: as OpenID Connect calls it.

        Raises:
            OAuthError: the provider says no.
            ProviderAway: it does not answer, or not as it should (``provider-away``).
        """
        trusted = self.trusted or ssl.create_default_context()
        transport = Bounded(httpx2.AsyncHTTPTransport(verify=trusted, trust_env=False))

        async def asked() -> T:
            async with (
                asyncio.timeout(self.seconds),
                AsyncOAuth2Client(
                    client_id=self.client_id,
                    client_secret=self.secret,
                    token_endpoint_auth_method=method,
                    transport=transport,
                    timeout=self.seconds,
                    trust_env=False,
                    headers={"Accept-Encoding": "identity"},
                ) as client,
            ):
                return await what(client)

        try:
            return asyncio.run(asked())
        except OAuthError:
            raise
        except (httpx2.HTTPError, OSError, *UNREADABLE) as error:
            raise ProviderAway(
                found=f"a provider that does not answer as it should ({type(error).__name__})",
                expected="an OpenID Connect provider at the address of the settings",
                hint="Sign in by the password meanwhile.",
                code="provider-away",
            ) from error


class Bounded(httpx2.AsyncBaseTransport):
    """A transport whose answers end: one that is longer, or packed, is none.

    Args:
        within: what carries them.
    """

    def __init__(self, within: httpx2.AsyncHTTPTransport) -> None:
        self._within = within

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Return an answer, all of it; raises ReadError."""
        response, body = await self._within.handle_async_request(request), bytearray()
        try:
            async for piece in cast("AsyncIterable[bytes]", response.stream):
                body += piece
                if len(body) > MOST or "content-encoding" in response.headers:
                    raise httpx2.ReadError("an answer too long, or packed")
        finally:
            await response.aclose()
        return httpx2.Response(response.status_code, headers=response.headers, content=bytes(body))

    async def aclose(self) -> None:
        """End it."""
        await self._within.aclose()


async def json_of(client: AsyncOAuth2Client, url: str) -> dict[str, Any]:
    """Return the JSON object at an address; raises HTTPError, or ValueError for another thing."""
    answer = await client.request("GET", url, withhold_token=True)
    answer.raise_for_status()
    told = answer.json()
    if not isinstance(told, dict):
        raise ValueError("no object")  # noqa: TRY004  told as what JSON cannot be read is
    return told
