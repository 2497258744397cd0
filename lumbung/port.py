"""A port on which each worker listens by itself, so that the kernel deals connections out.

From a socket that all share, whichever worker wakes first takes all connections that wait: it would
have what a client opens at once, and the others nothing.
"""

from __future__ import annotations

import socket
from typing import Any, TypeVar

from features.errors import BadInput

S = TypeVar("S", bound=socket.socket)


class Port(socket.socket):
    """An address that is taken; a process that this is sent to gets a socket of its own there.

    It does not listen, so nothing is dealt out to whoever only holds the address.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how another process makes its own."""
        host, number = self.getsockname()[:2]
        return taken, (host, number)


def port_of(host: str, number: int) -> Port:
    """Return the port; any free one for 0.

    Raises:
        BadInput: somebody listens there (``port-taken``). Two services that share a port would not
            notice each other, so it is asked for alone first.
    """
    try:
        with _socket(socket.socket, host, socket.SO_REUSEADDR) as alone:
            alone.bind((host, number))
            number = alone.getsockname()[1]
    except OSError as error:
        raise BadInput(
            found=f"{host}, port {number}: {error.strerror}",
            expected="an address of this machine on which nobody listens",
            hint="Stop the other service, or choose another with --host and --port.",
            code="port-taken",
        ) from error
    return taken(host, number)


def taken(host: str, number: int) -> Port:
    """Return a socket at an address of ours, beside those that other processes of ours have."""
    made = _socket(Port, host, socket.SO_REUSEADDR, socket.SO_REUSEPORT)
    made.bind((host, number))
    return made


def _socket(kind: type[S], host: str, *options: int) -> S:
    made = kind(socket.AF_INET6 if ":" in host else socket.AF_INET)
    for option in options:
        made.setsockopt(socket.SOL_SOCKET, option, 1)
    return made
