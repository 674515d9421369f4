"""Ports of this machine that nobody listens on."""

import socket

PASSING_PORTS = range(20_000, 30_000, 10)
"""Below those that the system gives to outgoing connections."""


def free_ports(first: int, count: int) -> list[int]:
    """Ports of the loopback device that nobody listens on, from ``first`` on."""
    found: list[int] = []
    port = first
    while len(found) < count:
        if is_free(port):
            found.append(port)
        port += 1
    return found


def is_free(port: int) -> bool:
    """Whether nobody listens on a port of the loopback device."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
