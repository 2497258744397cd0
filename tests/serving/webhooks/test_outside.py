"""What is posted goes to the outside only, briefly, once, and to nobody who is not who they say."""

from __future__ import annotations

import asyncio
import ssl
import threading
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from pathlib import Path

import pytest

from features.errors import BadInput
from serving.webhooks.outside import Outside, Posted, is_public
from tests.serving.receiver import Receiver, certified, receiving, says
from tests.training.cases import refused

LOOSE = Outside(strict=False, seconds=20)
STRICT = Outside(strict=True, seconds=20)


def post(outside: Outside, url: str) -> Posted:
    return asyncio.run(outside.post(url, {"X-Rice": "white"}, b"{}"))


def test_a_message_arrives_as_it_was_given_at_the_address_its_name_leads_to() -> None:
    with receiving() as at:
        posted = post(LOOSE, at.url)
    (got,) = at.got
    assert (posted.status, posted.fault, posted.taken) == (204, None, True)
    assert (got.path, got.body, got.headers["x-rice"]) == ("/told?by=lumbung", b"{}", "white")
    assert got.headers["host"] == at.url.split("/")[2]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed_and_is_no_success(status: int) -> None:
    with receiving() as at, receiving() as elsewhere:
        at.answer = says(status, Location=elsewhere.url)
        posted = post(LOOSE, at.url)
    assert (posted.status, posted.taken) == (status, False)
    assert (len(at.got), elsewhere.got) == (1, [])


def test_one_that_does_not_answer_is_not_waited_for() -> None:
    end = threading.Event()

    def never(handler: BaseHTTPRequestHandler) -> None:
        del handler
        end.wait(60)

    with receiving() as at:
        at.answer = never
        posted = post(Outside(strict=False, seconds=0.3), at.url)
        end.set()
    assert (posted.status, posted.fault) == (None, "timeout")


def test_one_that_answers_a_byte_at_a_time_is_not_waited_for_either() -> None:
    """Each byte comes in time; all together they do not."""
    end = threading.Event()

    def drop_by_drop(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Drops: ")
        while not end.wait(0.02):
            handler.wfile.write(b".")
            handler.wfile.flush()

    with receiving() as at:
        at.answer = drop_by_drop
        posted = post(Outside(strict=False, seconds=0.5), at.url)
        end.set()
    assert (posted.status, posted.fault) == (None, "timeout")


def test_of_an_answer_without_end_nothing_but_its_status_is_read() -> None:
    ended = threading.Event()

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"rice" * 4096)
        finally:
            ended.set()

    with receiving() as at:
        at.answer = endless
        assert post(LOOSE, at.url).taken
        assert ended.wait(30)


def test_one_that_hangs_up_is_told_again_later() -> None:
    with receiving() as at:
        at.answer = lambda handler: handler.connection.close()
        posted = post(LOOSE, at.url)
    assert (posted.status, posted.fault) == (None, "connection")


def test_where_nobody_listens_nothing_arrives() -> None:
    with receiving() as at:
        url = at.url
    assert post(LOOSE, url).fault == "connection"


def test_a_name_that_leads_nowhere_is_told_as_such() -> None:
    assert post(LOOSE, "http://nowhere.invalid/").fault == "name"


@pytest.fixture
def sealed(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    return certified(tmp_path)


def test_a_host_that_nobody_trusted_certifies_is_told_nothing(
    sealed: tuple[ssl.SSLContext, Path],
) -> None:
    with receiving(sealed[0]) as at:
        posted = post(LOOSE, at.url)
    assert (posted.status, posted.fault, at.got) == (None, "tls", [])


def test_a_host_is_certified_by_its_name_though_the_address_is_dialled(
    sealed: tuple[ssl.SSLContext, Path],
) -> None:
    trusting = Outside(strict=False, trusted=ssl.create_default_context(cafile=sealed[1]))
    with receiving(sealed[0]) as at:
        assert post(trusting, at.url).status == 204
        other = at.url.replace("localhost", "127.0.0.1")
        assert post(trusting, other).fault == "tls"


def test_what_leads_inside_is_told_nothing() -> None:
    def inside(at: Receiver) -> Posted:
        return post(STRICT, at.url)

    with receiving() as at:
        posted = inside(at)
    assert (posted.status, posted.fault, at.got) == (None, "address", [])


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),  # noqa: S104  none is listened on
        *("100.64.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1"),
        *("::1", "::", "fe80::1", "fc00::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1"),
        *("::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::a00:1", "2001:0:1::1"),
    ],
)
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "103.28.12.1", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        *("http://lender.example/", "ftp://lender.example/", "https:///told", "lender.example"),
        *("https://user@lender.example/", "https://user:secret@lender.example/", "https://"),
        *("https://lender.example/#part", "https://localhost/", "https://intranet/told"),
        *("https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/", "https://169.254.169.254/"),
        *("https://lender.example:99999/", "https://[::1", "javascript:alert(1)"),
    ],
)
def test_an_address_that_could_never_be_told_is_refused_when_it_is_named(url: str) -> None:
    with pytest.raises(BadInput) as caught:
        STRICT.check(url)
    refused(caught, "bad-webhook-url")


@pytest.mark.parametrize("url", ["https://lender.example/told?x=1", "https://8.8.8.8:8443/"])
def test_a_public_one_is_not(url: str) -> None:
    STRICT.check(url)


def test_for_a_trial_loopback_will_do() -> None:
    LOOSE.check("http://localhost:9000/told")
