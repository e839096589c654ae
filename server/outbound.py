"""The only HTTP client of the product: time stamps and revocation data, from hosts that were configured (TRUST §2 SSRF).

Addresses in certificates are foreign text: a host that is not on the list is never reached. No redirect is followed, no
proxy or cookie is used, answers are capped, and the whole exchange has one deadline, the name service included.
"""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Collection
from typing import Final
from urllib.parse import urlsplit

MOST_ANSWER: Final = 20 << 20
"""A revocation list of a national authority is a few megabytes."""
_PORTS: Final = {"http": 80, "https": 443}
_PIECE: Final = 1 << 16


class OutboundRefused(OSError):  # noqa: N818 - a name of the house
    """Not sent: the address is none, or its host is not on the list."""


class OutboundFailed(OSError):  # noqa: N818 - as above
    """Sent, and no answer that counts: nobody there, another status than 200, too long."""


def post(url: str, body: bytes, kind: str, hosts: Collection[str], longest_s: float) -> bytes:
    """Return the answer to a body of a media type. Raises `OutboundRefused`, `OutboundFailed`, `TimeoutError`."""
    return _exchange(url, ("POST", body, {"Content-Type": kind}), hosts, longest_s)


def get(url: str, hosts: Collection[str], longest_s: float) -> bytes:
    """Return what is at an address. Raises as `post`."""
    return _exchange(url, ("GET", None, {}), hosts, longest_s)


def allowed(url: str, hosts: Collection[str]) -> bool:
    """Tell whether an address may be reached: its host, or host and port, is on the list exactly."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return False
    if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None or not url.isascii():
        return False
    if any(letter <= " " or letter == "\x7f" for letter in url):
        return False
    usual = port == _PORTS[parts.scheme]
    return f"{parts.hostname}:{port}" in hosts or (usual and parts.hostname in hosts)


def _exchange(url: str, what: tuple[str, bytes | None, dict[str, str]], hosts: Collection[str], longest_s: float) -> bytes:
    if not allowed(url, hosts):
        raise OutboundRefused("this host is not on the list")
    answers: list[bytes | OSError] = []

    def send() -> None:
        try:
            answers.append(_sent(url, what, time.monotonic() + longest_s))
        except (OSError, http.client.HTTPException) as error:
            answers.append(error if isinstance(error, OSError) else OutboundFailed(type(error).__name__))

    # a thread: looking up a name cannot be interrupted, and the caller has a deadline
    _within(send, longest_s)
    found = answers[0] if answers else TimeoutError("no answer in time")
    if isinstance(found, OSError):
        raise found
    return found


def _within(work: Callable[[], None], longest_s: float) -> None:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(longest_s)


def _sent(url: str, what: tuple[str, bytes | None, dict[str, str]], until: float) -> bytes:
    verb, body, headers = what
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    assert parts.hostname is not None
    connection = kind(parts.hostname, parts.port, timeout=_left(until))
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(verb, path, body, {"User-Agent": "diemcau", "Accept": "*/*", **headers})
        answer = connection.getresponse()
        if answer.status != http.client.OK:
            raise OutboundFailed(f"status {answer.status}")
        return _read(connection, answer, until)
    finally:
        connection.close()


def _read(connection: http.client.HTTPConnection, answer: http.client.HTTPResponse, until: float) -> bytes:
    found = bytearray()
    while True:
        if connection.sock is not None:
            connection.sock.settimeout(_left(until))
        _left(until)
        piece = answer.read1(_PIECE)
        if not piece:
            return bytes(found)
        found += piece
        if len(found) > MOST_ANSWER:
            raise OutboundFailed("too long an answer")


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("no answer in time")
    return left
