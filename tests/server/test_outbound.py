"""The only way out: listed hosts, one deadline, no redirects."""

import socket
import threading
import time

import pytest
from kit.pki import web

from server import outbound
from server.outbound import OutboundFailed, OutboundRefused, allowed, get, post


def host(address):
    return (address.removeprefix("http://"),)


def test_a_listed_host_is_asked():
    with web(lambda path, body: (0, 200, path.encode() + body, "x/y")) as address:
        assert post(address + "/tsa?a=1", b"body", "application/timestamp-query", host(address), 5) == b"/tsa?a=1body"
        assert get(address + "/a.crl", host(address), 5) == b"/a.crl"


@pytest.mark.parametrize("url", [
    "http://other.example/a", "ftp://tsa.example/a", "file:///etc/passwd", "http://tsa.example:81/", "http://x@tsa.example/",
    "http://tsa.example.evil.example/", "http://evil.example/tsa.example", "tsa.example", "", "http://", "http://tsa.example:99999/",
    "http://tsa.example/\r\nX: 1", "http://tsa.example/ b", "http://[::1", "http://tsạ.example/",
])  # fmt: skip
def test_everything_else_is_never_reached(url):
    assert not allowed(url, ("tsa.example",))
    with pytest.raises(OutboundRefused):
        get(url, ("tsa.example",), 5)


def test_a_host_may_be_listed_with_its_port():
    assert allowed("https://tsa.example/a", ("tsa.example",))
    assert allowed("http://tsa.example:3161/a", ("tsa.example:3161",))
    assert not allowed("http://tsa.example:3161/a", ("tsa.example",))


def test_a_redirect_is_not_followed():
    with web(lambda path, body: (0, 302, b"http://127.0.0.1:9/", "x/y")) as address, pytest.raises(OutboundFailed):
        get(address, host(address), 5)


@pytest.mark.parametrize("status", [204, 403, 500])
def test_only_200_is_an_answer(status):
    with web(lambda path, body: (0, status, b"", "x/y")) as address, pytest.raises(OutboundFailed):
        get(address, host(address), 5)


def test_nobody_there_is_told_at_once():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(OSError):
        get(f"http://127.0.0.1:{port}/", (f"127.0.0.1:{port}",), 5)


def test_a_slow_answer_ends_at_the_deadline():
    began = time.monotonic()
    with web(lambda path, body: (3, 200, b"", "x/y")) as address, pytest.raises(TimeoutError):
        get(address, host(address), 0.3)
    assert time.monotonic() - began < 3.5


def test_one_byte_at_a_time_ends_at_the_deadline_too():
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"

        def drip():
            peer, _ = server.accept()
            with peer:
                try:
                    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
                    for _ in range(200):
                        peer.sendall(b"x")
                        time.sleep(0.02)
                except OSError:
                    return

        threading.Thread(target=drip, daemon=True).start()
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            get(f"http://{address}/", (address,), 0.5)
        assert time.monotonic() - began < 2


def test_an_endless_answer_is_cut(monkeypatch):
    monkeypatch.setattr(outbound, "MOST_ANSWER", 1000)
    with web(lambda path, body: (0, 200, b"x" * 5000, "x/y")) as address, pytest.raises(OutboundFailed):
        get(address, host(address), 5)
