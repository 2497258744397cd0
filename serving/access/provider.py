"""An institution's own way to sign in: the OpenID Connect provider that the operator names.

Who is sent there comes back with a code, for which the provider says, signed, who they are
(authorization code with PKCE, by Authlib). It tells no more than who it is: what they may do
stands with the account. `serving.access.asking` puts the questions.
"""

from __future__ import annotations

import contextlib
import hmac
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Self, cast
from urllib.parse import urlencode, urlsplit

from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError
from joserfc.jwk import KeySet

from features.errors import BadInput
from serving.access.asking import UNREADABLE, Line, json_of
from serving.access.identity import Claim, Identity, unbelieved
from serving.access.trip import Trip
from serving.settings import Settings

ALGORITHMS: Final = ("RS256", "PS256", "ES256")
"""Of signatures that are believed: none by a secret that others have too, and never none."""

KNOWN: Final = 3600.0
"""Seconds after which the provider is asked anew what it is like."""

LEEWAY: Final = 60
"""Seconds by which its clock may differ."""

ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")

BASIC: Final = "client_secret_basic"


class Provider:
    """A provider.

    Args:
        issuer: its address.
        claim: by which accounts are bound.
        line: by which it is asked.
    """

    def __init__(self, issuer: str, claim: Claim, line: Line) -> None:
        self.issuer, self.claim, self._line = issuer, claim, line
        self._known: dict[str, Any] = {}
        self._keys: KeySet | None = None
        self._known_at = -KNOWN

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """Return the provider of settings; None where there is none.

        Raises:
            BadInput: the file of our secret holds none (``no-provider-secret``).
        """
        file, secret = settings.oidc_secret_file, ""
        if not settings.oidc_issuer or file is None:
            return None
        with contextlib.suppress(OSError, UnicodeError):
            secret = file.read_text(encoding="utf-8").strip()
        if not secret:
            raise BadInput(
                found="no secret in the file, or no file that can be read",
                expected="the service's secret at the provider",
                hint="Write it there, for the service alone to read.",
                code="no-provider-secret",
                where="LUMBUNG_OIDC_SECRET_FILE",
            )
        line = Line(settings.oidc_client_id, secret)
        return cls(settings.oidc_issuer, settings.oidc_claim, line)

    @property
    def host(self) -> str:
        """Return where it is, as people read it."""
        return urlsplit(self.issuer).netloc

    def way(self, trip: Trip, back: str) -> str:
        """Return where a browser is sent, to come back to an address of ours.

        Raises:
            ProviderAway: the provider is away (``provider-away``).
        """
        known = self._metadata()
        asked = OAuth2Client(
            session=None,
            client_id=self._line.client_id,
            scope="openid email" if self.claim == "email" else "openid",
            redirect_uri=back,
            code_challenge_method="S256",
        ).create_authorization_url(
            known["authorization_endpoint"],
            state=trip.state,
            code_verifier=trip.verifier,
            nonce=trip.nonce,
        )
        return cast("str", asked[0])

    def came(self, trip: Trip, back: str, answer: Mapping[str, str], now: datetime) -> Identity:
        """Return who came back with a code.

        Args:
            trip: on which they were.
            back: to which address.
            answer: what came in it.
            now: the time, UTC.

        Raises:
            NotAuthenticated: nobody that can be believed (``bad-provider-answer``).
            ProviderAway: the provider is away (``provider-away``).
        """
        ours = hmac.compare_digest(answer.get("state", "").encode(), trip.state.encode())
        if not ours or answer.get("iss", self.issuer) != self.issuer or not answer.get("code"):
            raise unbelieved()
        known = self._metadata()
        offered = known.get("token_endpoint_auth_methods_supported") or [BASIC]

        async def exchange(client: AsyncOAuth2Client) -> dict[str, Any]:
            told = await client.fetch_token(
                known["token_endpoint"],
                code=answer["code"],
                code_verifier=trip.verifier,
                redirect_uri=back,
                grant_type="authorization_code",
            )
            return dict(told)

        method = BASIC if BASIC in offered else "client_secret_post"
        try:
            told = self._line.ask(exchange, method)
            return self._identity(self._believed(told, trip, now))
        except (OAuthError, *UNREADABLE) as error:
            raise unbelieved() from error

    def leave(self, back: str) -> str | None:
        """Return where one signs out there too; None where it is not known."""
        end = self._known.get("end_session_endpoint")
        if not isinstance(end, str) or not self._is_safe(end):
            return None
        said = {"client_id": self._line.client_id, "post_logout_redirect_uri": back}
        return f"{end}{'&' if '?' in end else '?'}{urlencode(said)}"

    def _believed(self, told: dict[str, Any], trip: Trip, now: datetime) -> Mapping[str, Any]:
        """Return the claims of an ID token, all that they must be."""
        try:
            token = jwt.decode(told["id_token"], self._key_set(), algorithms=ALGORITHMS)
        except InvalidKeyIdError:
            self._known_at = -KNOWN  # its keys may be others since
            token = jwt.decode(told["id_token"], self._key_set(), algorithms=ALGORITHMS)
        must = {"iss": self.issuer, "aud": self._line.client_id, "nonce": trip.nonce}
        options = {name: {"essential": True, "value": value} for name, value in must.items()}
        params = {"client_id": self._line.client_id, "nonce": trip.nonce}
        params["access_token"] = told.get("access_token", "")
        claims = CodeIDToken(token.claims, token.header, options, params)
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
        return dict(claims)

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        subject, known = claims["sub"], claims[self.claim]
        if self.claim == "email" and claims.get("email_verified") is not True:
            raise unbelieved()
        if not isinstance(subject, str) or not isinstance(known, str) or not (subject and known):
            raise unbelieved()
        return Identity(self.issuer, subject, known)

    def _metadata(self) -> dict[str, Any]:
        """Return what the provider says of itself, an hour old at most; raises ProviderAway."""
        if time.monotonic() - self._known_at >= KNOWN:
            known, keys = self._line.ask(self._discover)
            self._known, self._keys, self._known_at = known, keys, time.monotonic()
        return self._known

    def _key_set(self) -> KeySet:
        self._metadata()
        assert self._keys is not None  # noqa: S101  they come with it
        return self._keys

    async def _discover(self, client: AsyncOAuth2Client) -> tuple[dict[str, Any], KeySet]:
        known = await json_of(client, get_well_known_url(self.issuer, external=True))
        if known.get("issuer") != self.issuer:
            raise ValueError("it calls itself another")
        if not all(self._is_safe(known.get(name)) for name in ENDPOINTS):
            raise ValueError("an endpoint without TLS")
        return known, KeySet.import_key_set(cast("Any", await json_of(client, known["jwks_uri"])))

    def _is_safe(self, url: object) -> bool:
        """Return whether an address may be asked: over TLS, or on loopback as the provider is."""
        if not isinstance(url, str):
            return False
        parts, ours = urlsplit(url), urlsplit(self.issuer)
        plain = ours.scheme == "http" and parts.scheme == "http" and parts.hostname in LOOPBACK
        return (parts.scheme == "https" or plain) and parts.hostname is not None
