"""A provider is believed to the letter, asked briefly, and away where it does not answer well."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest

from features.errors import BadInput
from serving.access.asking import MOST, Line
from serving.access.callers import NotAuthenticated
from serving.access.identity import Claim, Identity, ProviderAway
from serving.access.provider import KNOWN, LEEWAY, Provider
from serving.access.trip import Trip
from serving.settings import Settings
from tests.audit.cases import NOW
from tests.serving import identity
from tests.serving.identity import CLIENT, Json, encoded, listening
from tests.training.cases import refused

BACK = "http://testserver/account/provider/back"
TRIP = Trip("id-" + "t" * 43)
AT = int(NOW.timestamp())


@pytest.fixture
def there() -> Iterator[identity.Identity]:
    """Return a provider that listens."""
    with listening(NOW) as made:
        yield made


def provider_of(there: identity.Identity, claim: Claim = "sub", seconds: float = 8) -> Provider:
    """Return the service's side of it."""
    return Provider(there.url, claim, Line(*CLIENT, seconds=seconds))


def gone(provider: Provider, trip: Trip = TRIP) -> dict[str, str]:
    """Go to the provider with a browser; return what comes back in the address."""
    answer = httpx2.get(provider.way(trip, BACK))
    back = urlsplit(answer.headers["location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == BACK
    return dict(parse_qsl(back.query))


def unbelieved(provider: Provider, answer: dict[str, str], trip: Trip = TRIP) -> None:
    """Assert that nobody came back, in words that do not tell why."""
    with pytest.raises(NotAuthenticated) as caught:
        provider.came(trip, BACK, answer, NOW)
    refused(caught, "bad-provider-answer")
    assert "s-1" not in str(caught.value)


def away(provider: Provider) -> None:
    """Assert that the provider is away."""
    with pytest.raises(ProviderAway) as caught:
        provider.way(TRIP, BACK)
    refused(caught, "provider-away")


def test_who_comes_back_with_a_code_is_who_the_provider_says(there: identity.Identity) -> None:
    provider = provider_of(there)
    answer = gone(provider)
    assert provider.came(TRIP, BACK, answer, NOW) == Identity(there.url, "s-1", "s-1")


def test_a_verified_address_is_what_an_account_may_be_bound_by(there: identity.Identity) -> None:
    provider = provider_of(there, "email")
    there.person = {"sub": "s-1", "email": "siti@granary.example", "email_verified": True}
    came = provider.came(TRIP, BACK, gone(provider), NOW)
    assert came == Identity(there.url, "s-1", "siti@granary.example")
    for changed in ({"email_verified": False}, {"email_verified": "true"}, {"email": ""}):
        there.claims = lambda said, changed=changed: {**said, **changed}  # type: ignore[misc]
        unbelieved(provider, gone(provider))
    there.claims = lambda said: {k: v for k, v in said.items() if k != "email_verified"}
    unbelieved(provider, gone(provider))


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "http://another.example"},
        {"aud": "another"},
        {"aud": ["lumbung", "another"], "azp": "another"},
        {"nonce": Trip("id-another").nonce},
        {"nonce": None},
        {"exp": AT - LEEWAY - 1},
        {"iat": AT + LEEWAY + 1},
        {"nbf": AT + LEEWAY + 1},
        {"sub": ""},
        {"sub": 7},
        {"at_hash": encoded(b"another")},
    ],
    ids=str,
)
def test_a_token_that_says_anything_else_is_not_believed(
    there: identity.Identity, changed: Json
) -> None:
    provider = provider_of(there)
    there.claims = lambda said: {**said, **changed}
    unbelieved(provider, gone(provider))


@pytest.mark.parametrize("lacking", ["iss", "sub", "aud", "exp", "iat", "nonce"])
def test_a_token_that_lacks_anything_is_not_believed(
    there: identity.Identity, lacking: str
) -> None:
    provider = provider_of(there)
    there.claims = lambda said: {name: one for name, one in said.items() if name != lacking}
    unbelieved(provider, gone(provider))


@pytest.mark.parametrize(
    "sign",
    [
        identity.by_nobody,
        identity.by_another,
        identity.by_what_all_know,
        lambda *_: "x",
        lambda *_: "",
    ],
    ids=["none", "another key", "a key that all know", "no token", "nothing"],
)
def test_a_token_that_the_provider_did_not_sign_is_not_believed(
    there: identity.Identity, sign: Callable[[identity.Identity, Json], str]
) -> None:
    provider = provider_of(there)
    there.sign = sign
    unbelieved(provider, gone(provider))


@pytest.mark.parametrize(
    "changed", [{"state": "x"}, {"state": ""}, {"iss": "http://another.example"}, {"code": ""}]
)
def test_what_comes_back_must_be_what_was_sent_there(
    there: identity.Identity, changed: dict[str, str]
) -> None:
    provider = provider_of(there)
    answer = gone(provider)
    unbelieved(provider, {**answer, **changed})
    assert provider.came(TRIP, BACK, answer, NOW).subject == "s-1"


def test_the_answer_to_one_browser_is_of_no_use_in_another(there: identity.Identity) -> None:
    """Neither with its own state, nor with that of the other: the code is bound to the verifier."""
    provider, other = provider_of(there), Trip("id-other")
    unbelieved(provider, gone(provider), other)
    unbelieved(provider, {**gone(provider), "state": other.state}, other)


def test_a_code_is_believed_once(there: identity.Identity) -> None:
    provider = provider_of(there)
    answer = gone(provider)
    provider.came(TRIP, BACK, answer, NOW)
    unbelieved(provider, answer)


def test_keys_that_changed_are_asked_for_once_more(there: identity.Identity) -> None:
    provider = provider_of(there)
    provider.came(TRIP, BACK, gone(provider), NOW)
    there.key = type(there.key).generate_key("P-256", {"kid": "two"})
    assert provider.came(TRIP, BACK, gone(provider), NOW).subject == "s-1"
    assert there.asked.count("/keys") == 2


def test_what_it_is_like_is_asked_once_an_hour(there: identity.Identity) -> None:
    provider = provider_of(there)
    for _ in range(3):
        provider.way(TRIP, BACK)
    assert KNOWN == 3600
    assert there.asked.count("/keys") == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "http://another.example"},
        {"token_endpoint": "http://another.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": None},
    ],
    ids=str,
)
def test_a_provider_that_calls_itself_another_or_leads_out_without_tls_is_away(
    there: identity.Identity, changed: Json
) -> None:
    there.metadata = lambda said: {**said, **changed}
    away(provider_of(there))


def long(handler: BaseHTTPRequestHandler) -> None:
    """Answer with more than is read."""
    assert isinstance(handler, identity.Handler)
    handler.say(200, {"x": "x" * MOST})


def packed(handler: BaseHTTPRequestHandler) -> None:
    """Answer with something packed."""
    handler.send_response(200)
    handler.send_header("Content-Encoding", "gzip")
    handler.send_header("Content-Length", "2")
    handler.end_headers()
    handler.wfile.write(b"{}")


def elsewhere(handler: BaseHTTPRequestHandler) -> None:
    """Send the question elsewhere."""
    handler.send_response(302)
    handler.send_header("Location", "/keys")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def listed(handler: BaseHTTPRequestHandler) -> None:
    """Answer with what is no object."""
    assert isinstance(handler, identity.Handler)
    handler.say(200, [])


@pytest.mark.parametrize("instead", [long, packed, elsewhere, listed])
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys"])
def test_an_answer_that_is_none_is_not_waited_for_nor_followed(
    there: identity.Identity, path: str, instead: Callable[[BaseHTTPRequestHandler], None]
) -> None:
    there.instead[path] = instead
    away(provider_of(there))


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"keys": None},
        {"keys": [{"kty": ["RSA"]}]},
        {"keys": [{"kty": "EC", "crv": "P-0", "x": "a", "y": "b"}]},
    ],
    ids=str,
)
def test_keys_that_cannot_be_read_are_those_of_no_provider(
    there: identity.Identity, keys: Json
) -> None:
    def odd(handler: BaseHTTPRequestHandler) -> None:
        assert isinstance(handler, identity.Handler)
        handler.say(200, keys)

    there.instead["/keys"] = odd
    away(provider_of(there))


def test_a_provider_that_does_not_say_how_it_is_shown_a_secret_is_shown_it_as_is_usual(
    there: identity.Identity,
) -> None:
    there.metadata = lambda said: {**said, "token_endpoint_auth_methods_supported": None}
    provider = provider_of(there)
    assert provider.came(TRIP, BACK, gone(provider), NOW).subject == "s-1"


@pytest.mark.parametrize("told", [[], 7, {"access_token": "a", "id_token": 7}], ids=str)
def test_an_answer_to_a_code_that_is_none_lets_nobody_in(
    there: identity.Identity, told: object
) -> None:
    provider = provider_of(there)
    answer = gone(provider)

    def odd(handler: BaseHTTPRequestHandler) -> None:
        assert isinstance(handler, identity.Handler)
        handler.say(200, told)

    there.instead["/token"] = odd
    with pytest.raises((NotAuthenticated, ProviderAway)):
        provider.came(TRIP, BACK, answer, NOW)


def test_a_provider_that_never_answers_is_away_when_the_time_is_over(
    there: identity.Identity,
) -> None:
    over = threading.Event()

    def late(_: BaseHTTPRequestHandler) -> None:
        over.wait()

    there.instead["/keys"] = late
    away(provider_of(there, seconds=0.2))
    over.set()


def test_a_provider_that_does_not_listen_is_away() -> None:
    with listening(NOW) as there:
        pass
    away(provider_of(there))


def test_a_fault_of_the_provider_at_the_code_is_its_being_away(there: identity.Identity) -> None:
    provider = provider_of(there)
    answer = gone(provider)

    def broken(handler: BaseHTTPRequestHandler) -> None:
        assert isinstance(handler, identity.Handler)
        handler.say(500, {})

    there.instead["/token"] = broken
    with pytest.raises(ProviderAway) as caught:
        provider.came(TRIP, BACK, answer, NOW)
    refused(caught, "provider-away")


def test_a_secret_that_the_provider_does_not_know_lets_nobody_in(
    there: identity.Identity,
) -> None:
    provider = Provider(there.url, "sub", replace(Line(*CLIENT), secret="another"))
    unbelieved(provider, gone(provider))


@pytest.mark.parametrize("written", [None, b"", b" \n", b"\xff"])
def test_a_service_without_its_secret_does_not_start(tmp_path: Path, written: bytes | None) -> None:
    file = tmp_path / "oidc"
    if written is not None:
        file.write_bytes(written)
    told = {"oidc_client_id": "lumbung", "oidc_secret_file": file}
    settings = Settings(oidc_issuer="https://id.example", **told)  # type: ignore[arg-type]
    with pytest.raises(BadInput) as caught:
        Provider.of(settings)
    refused(caught, "no-provider-secret")


def test_where_one_signs_out_is_known_once_it_was_asked(there: identity.Identity) -> None:
    provider = provider_of(there)
    assert provider.leave(BACK) is None
    provider.way(TRIP, BACK)
    assert str(provider.leave("http://testserver")).startswith(f"{there.url}/leave?client_id=")
