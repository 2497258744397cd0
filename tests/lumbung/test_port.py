"""Who listens on a port beside others gets a share of what comes; strangers are kept away."""

from __future__ import annotations

import contextlib
import select
import socket
from multiprocessing.reduction import ForkingPickler

import pytest

from features.errors import BadInput
from lumbung.port import Port, port_of, taken
from tests.training.cases import refused


def sent(port: Port) -> Port:
    """Return the socket that a worker makes of what it is sent."""
    made = ForkingPickler.loads(ForkingPickler.dumps(port))
    assert isinstance(made, Port)
    return made


def waiting(port: Port) -> int:
    """Take the connections that wait; return how many there were."""
    many = 0
    while select.select([port], [], [], 0.2)[0]:
        port.accept()[0].close()
        many += 1
    return many


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_the_kernel_deals_connections_out_to_those_who_listen_and_not_to_who_sent_them(
    host: str,
) -> None:
    with taken(host, 0) as parent, sent(parent) as one, sent(parent) as other:
        assert one.getsockname() == other.getsockname() == parent.getsockname()
        one.listen(64)
        other.listen(64)
        with contextlib.ExitStack() as opened:
            for _ in range(64):
                opened.enter_context(socket.create_connection((host, parent.getsockname()[1]), 5))
            first, second = waiting(one), waiting(other)
        assert first + second == 64
        assert min(first, second) > 8  # of 64 coins, fewer in 1 of 10^10 runs


def test_a_port_on_which_another_service_listens_is_refused_even_if_it_would_be_shared() -> None:
    with taken("127.0.0.1", 0) as theirs:
        number = theirs.getsockname()[1]
        theirs.listen()
        with pytest.raises(BadInput) as caught:
            port_of("127.0.0.1", number)
    refused(caught, "port-taken")
    assert caught.value.found.startswith(f"127.0.0.1, port {number}: ")
    with port_of("127.0.0.1", number) as ours, port_of("127.0.0.1", 0) as free:
        assert ours.getsockname()[1] == number != free.getsockname()[1]
