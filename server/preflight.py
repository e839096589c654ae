"""What this machine has and lacks, in words: `diemcau check`."""

from __future__ import annotations

import ctypes
import os
import shutil
import socket
import ssl
import sys

from server.config import from_environment, host_addresses
from server.web.pages import build_id


def report() -> list[tuple[str, bool, str]]:
    """Return (what, is it there, what to do) for each need of a hub."""
    config = from_environment()
    version = ".".join(str(n) for n in sys.version_info[:3])
    free = shutil.disk_usage(os.path.dirname(os.path.abspath(config.data))).free / 1e9
    rows = [
        (f"Python {version}", sys.version_info >= (3, 11), "install Python 3.11 or newer"),
        (f"OpenSSL {ssl.OPENSSL_VERSION.split()[1]}", ssl.HAS_TLSv1_3, "use a Python built with OpenSSL 1.1.1+"),
        (f"pages built ({build_id()})", build_id() != "none", "python client/build.py"),
        (
            "Pango (minutes and visible signatures)",
            all(_library(name) for name in ("libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")),
            "apt install libpangoft2-1.0-0 libharfbuzz-subset0",
        ),
        (f"{free:.0f} GB free", free > 20, "nine sites record about 5 GB an hour"),
        (
            f"network address {', '.join(host_addresses()) or 'none'}",
            bool(host_addresses()),
            "connect a network: without an address browsers cannot join, not even on this machine",
        ),
    ]
    for name, port, kind in (
        ("HTTPS", config.port, socket.SOCK_STREAM),
        ("media", config.port, socket.SOCK_DGRAM),
        ("localhost", config.local_port, socket.SOCK_STREAM),
    ):
        rows.append((f"{name} port {port} free", _free(port, kind), "stop the other program or set PORT="))
    return rows


def _library(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _free(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind is socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
