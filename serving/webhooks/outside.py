"""Posting to addresses that others have named: to the outside only, briefly, and once.

A name is looked up here and the connection made to the address that was looked at, so that it
cannot lead elsewhere in between. No redirect is followed, no proxy asked, and of the answer
nothing but the status is read, all within `SECONDS`.
"""

from __future__ import annotations

import asyncio
import functools
import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import httpx2

from features.errors import BadInput

SECONDS: Final = 10.0
"""For the name, the connection and the answer's head, all together."""

MOST_PORT: Final = 2**16 - 1

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Fault = Literal["name", "address", "tls", "timeout", "connection"]
"""Why no answer came: the name leads nowhere, or inside; the certificate is none that is trusted;
it took too long; or the connection failed."""

TRANSLATED: Final = ipaddress.IPv6Network("64:ff9b::/96")
"""Behind it lies any IPv4 address."""


@dataclass(frozen=True)
class Posted:
    """What came of it.

    Args:
        status: of the answer; None where none came.
        fault: why none came; None where one did.
        milliseconds: that it took.
    """

    status: int | None
    fault: Fault | None
    milliseconds: int

    @property
    def taken(self) -> bool:
        """Return whether it was taken: a redirect is no success."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004  HTTP's own


class Inside(Exception):
    """A name leads to an address that is not public."""


class Outside:
    """What posts.

    Args:
        strict: whether addresses must be public and HTTPS spoken, as in production; else loopback
            will do.
        trusted: who may certify a host; the system's own if not given.
        seconds: that it may take, all in all.
    """

    def __init__(
        self, *, strict: bool, trusted: ssl.SSLContext | None = None, seconds: float = SECONDS
    ) -> None:
        self.strict = strict
        self._seconds = seconds
        self._trusted = trusted or _system()

    def check(self, url: str) -> None:
        """Refuse what could never be posted to; raises BadInput (``bad-webhook-url``)."""
        schemes = ("https",) if self.strict else ("https", "http")
        try:
            parsed = httpx2.URL(url)
            host = parsed.host
            plain = not parsed.userinfo and not parsed.fragment and parsed.scheme in schemes
            plain = plain and (parsed.port is None or 0 < parsed.port <= MOST_PORT)
            inside = self.strict and (_is_inside(host) or "." not in host.strip("."))
        except (httpx2.InvalidURL, ValueError):
            host, plain, inside = "", False, False
        if not host or not plain or inside:
            raise BadInput(
                found="an address that cannot be told of events",
                expected=f"{' or '.join(schemes)}://, a public host, and no name or # in it",
                hint="Give the address of a server of yours that the internet can reach.",
                code="bad-webhook-url",
                where="url",
            )

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Posted:
        """Post to an address that was checked, and return what came of it; raises nothing."""
        begun = time.monotonic()
        status: int | None = None
        fault: Fault | None = None
        try:
            async with asyncio.timeout(self._seconds):
                status = await self._post(httpx2.URL(url), headers, body)
        except (TimeoutError, httpx2.TimeoutException):
            fault = "timeout"
        except Inside:
            fault = "address"
        except socket.gaierror:
            fault = "name"
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
            fault = "tls" if "CERTIFICATE" in str(error) or "SSL" in str(error) else "connection"
        return Posted(status, fault, round((time.monotonic() - begun) * 1000))

    async def _post(self, url: httpx2.URL, headers: Mapping[str, str], body: bytes) -> int:
        address = await self._looked_up(url)
        transport = httpx2.AsyncHTTPTransport(verify=self._trusted, trust_env=False)
        host = url.netloc.decode("ascii")
        async with (
            httpx2.AsyncClient(
                transport=transport, trust_env=False, timeout=self._seconds
            ) as client,
            client.stream(
                "POST",
                url.copy_with(host=str(address)),
                headers={**headers, "Host": host, "Accept-Encoding": "identity"},
                content=body,
                follow_redirects=False,
                extensions={"sni_hostname": url.host},
            ) as response,
        ):
            return response.status_code

    async def _looked_up(self, url: httpx2.URL) -> Address:
        """Return an address of a host; raises `Inside` when any of them is not public."""
        port = url.port or (443 if url.scheme == "https" else 80)
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
        addresses = [ipaddress.ip_address(where[0]) for *_, where in found]
        if self.strict and not all(is_public(one) for one in addresses):
            raise Inside
        return addresses[0]


def is_public(address: Address) -> bool:
    """Return whether an address is one of the internet, and of no network inside another."""
    if isinstance(address, ipaddress.IPv6Address):
        within = address.ipv4_mapped or address.sixtofour
        if within is not None:
            return is_public(within)
        if address in TRANSLATED or address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast


def _is_inside(host: str) -> bool:
    """Return whether a host is written as an address that is not public."""
    try:
        return not is_public(ipaddress.ip_address(host))
    except ValueError:
        return False


@functools.cache
def _system() -> ssl.SSLContext:
    """Return whom the system trusts, read once: its certificates are many."""
    return ssl.create_default_context()
