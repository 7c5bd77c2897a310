"""Ports on loopback: whether one is free, some that are, and a clear word when one is not."""

import random
import socket
from collections.abc import Iterator

from scrapers.errors import UserError

LOOPBACK = "127.0.0.1"
_OURS = range(15_000, 30_000)
"""Below the ports that the system gives to clients: nobody's connection takes a server's while it is restarted."""


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Return whether this process could listen on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> list[int]:
    """Return ports that were free a moment ago; somebody may take one before you use it."""
    held: list[socket.socket] = []
    try:
        for port in _shuffled():
            one = socket.socket()
            held.append(one)
            try:
                one.bind((LOOPBACK, port))
            except OSError:
                held.pop().close()
            if len(held) == count:
                break
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()


def _shuffled() -> Iterator[int]:
    drawn = random.SystemRandom()
    while True:
        yield drawn.choice(_OURS)


def require_free(port: int, what: str, fix: str, host: str = LOOPBACK) -> None:
    """Raise UserError naming the port and the fix when something listens on it."""
    if not is_free(port, host):
        raise UserError(
            f"{what}: port {port} on {host} is in use. Stop what listens there "
            f"(`ss -ltnp 'sport = :{port}'` shows it), or {fix}."
        )
