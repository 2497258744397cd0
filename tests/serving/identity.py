"""A small OpenID Connect provider on loopback: codes that work once, PKCE, and signed ID tokens.

It does what it is told to do wrong: with its claims, its signature, or any answer of its own.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

CLIENT: Final = ("lumbung", "a secret & more")
"""Name and secret of the service there."""

Json = dict[str, Any]
Twist = Callable[[Json], Json]


def straight(said: Json) -> Json:
    """Return what is said, as it is."""
    return said


def encoded(part: Json | bytes) -> str:
    """Return a part of a token."""
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Identity:
    """The provider.

    Args:
        now: its time.
        person: who is signed in there: their claims.
        claims: makes others of those of an ID token.
        sign: makes an ID token of claims.
        metadata: makes others of what it says of itself.
        instead: path → what is answered in place of what should be; the answer is the handler's.
    """

    now: datetime
    url: str = ""
    person: Json = field(default_factory=lambda: {"sub": "s-1"})
    claims: Twist = straight
    metadata: Twist = straight
    sign: Callable[[Identity, Json], str] | None = None
    instead: dict[str, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "one"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def about(self) -> Json:
        """Return what it says of itself."""
        return self.metadata(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "end_session_endpoint": f"{self.url}/leave",
                "response_types_supported": ["code"],
                "id_token_signing_alg_values_supported": ["ES256"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    def authorize(self, asked: dict[str, str]) -> str:
        """Return where the browser goes back to, with a code."""
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert (asked["client_id"], asked["scope"].split()[0]) == (CLIENT[0], "openid")
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"], "iss": self.url}
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def token(self, asked: dict[str, str], shown: str) -> tuple[int, Json]:
        """Return the answer to a code, which works once."""
        name, _, secret = base64.b64decode(shown.removeprefix("Basic ")).decode().partition(":")
        if (name, secret) != CLIENT:
            return 401, {"error": "invalid_client"}
        kept = self.codes.pop(asked.get("code", ""), None)
        hashed = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        if (
            kept is None
            or kept["code_challenge"] != encoded(hashed)
            or kept["redirect_uri"] != asked["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        at = int(self.now.timestamp())
        said = {"iss": self.url, "aud": CLIENT[0], "iat": at, "exp": at + 300}
        claims = self.claims({**said, "nonce": kept["nonce"], **self.person})
        signed = (self.sign or by_key)(self, claims)
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": signed}


def by_key(of: Identity, claims: Json) -> str:
    """Sign as it should be."""
    return jwt.encode({"alg": "ES256", "kid": of.key.kid}, claims, of.key)


def by_nobody(of: Identity, claims: Json) -> str:
    """Do not sign at all."""
    del of
    return f"{encoded({'alg': 'none'})}.{encoded(claims)}."


def by_another(of: Identity, claims: Json) -> str:
    """Sign by a key that is not the provider's, under the name of its own."""
    del of
    return jwt.encode({"alg": "ES256", "kid": "one"}, claims, ECKey.generate_key("P-256"))


def by_what_all_know(of: Identity, claims: Json) -> str:
    """Sign by the public key, as if it were a secret."""
    signed = f"{encoded({'alg': 'HS256', 'kid': 'one'})}.{encoded(claims)}"
    mark = hmac.digest(of.key.as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{encoded(mark)}"


class Handler(BaseHTTPRequestHandler):
    """Speaks HTTP for the provider of its server."""

    def do_GET(self) -> None:
        """Answer a question, or send a browser back."""
        of, path = self._of, urlsplit(self.path).path
        if path in of.instead:
            of.instead[path](self)
        elif path == "/.well-known/openid-configuration":
            self.say(200, of.about())
        elif path == "/keys":
            self.say(200, KeySet([of.key]).as_dict(private=False))
        elif path == "/authorize":
            self.send_response(302)
            self.send_header("Location", of.authorize(_flat(urlsplit(self.path).query)))
            self.end_headers()
        else:
            self.say(404, {})

    def do_POST(self) -> None:
        """Answer to a code."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if "/token" in self._of.instead:
            self._of.instead["/token"](self)
        else:
            self.say(*self._of.token(_flat(body), self.headers.get("Authorization", "")))

    def say(self, status: int, told: Any) -> None:
        """Answer with JSON."""
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    @property
    def _of(self) -> Identity:
        assert isinstance(self.server, Server)
        self.server.of.asked.append(self.path)
        return self.server.of

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its name there
        """Say nothing."""
        del format, args


class Server(ThreadingHTTPServer):
    """Listens for the provider."""

    daemon_threads = True
    of: Identity


def _flat(query: str) -> dict[str, str]:
    return {name: value for name, (value, *_) in parse_qs(query).items()}


@contextlib.contextmanager
def listening(now: datetime) -> Iterator[Identity]:
    """Run a provider."""
    server = Server(("127.0.0.1", 0), Handler)
    server.of = Identity(now, f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.of
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
