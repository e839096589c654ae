"""Every setting, with its reason; one frozen struct made from the command line and the environment."""

from __future__ import annotations

import os
import shlex
import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from recordings.papers_asks import TsaSetting
from signaling.errors import Malformed


class Limits(msgspec.Struct, frozen=True):
    """Rates of TRUST §6. Link and sign-in count failures only: a province may sit behind one address."""

    failures_per_window: int = 100
    window_s: int = 900
    sockets_per_seat: int = 3
    requests_per_s: float = 20.0
    requests_burst: float = 60.0
    strangers_per_s: float = 5.0
    strangers_burst: float = 20.0
    connections_per_address: int = 256
    head_deadline_s: float = 10.0


class Trust(msgspec.Struct, frozen=True):
    """Whom the hub asks for time stamps, and which roots it knows. Nothing is asked of anyone unless it stands here.

    `hosts` may be reached for revocation data and by the authority's address; `roots` is a folder of certificates (DER).
    `p12`: a page may sign with a PKCS#12 file; off, since its code comes from the hub and proves nothing against it.
    """

    tsa: TsaSetting | None = None
    hosts: tuple[str, ...] = ()
    roots: str = ""
    p12: bool = False


class Config(msgspec.Struct, frozen=True):
    """What one server needs to know. `port` serves HTTPS (TCP) and media (UDP); 0 picks a free one (tests)."""

    data: str = "data"
    port: int = 8443
    local_port: int = 8080
    ca_port: int = 8081
    lan: bool = False
    addresses: tuple[str, ...] = ("127.0.0.1",)
    advertise: tuple[str, ...] = ()
    loopback: bool = False
    loudest: int = 3
    """How many microphones are heard at a time, beside hub and floor holder, where the policy opens all of them."""
    mirror: str = ""
    """A folder on another disk or share that every record is copied to while it is written; none when empty."""
    captioner: tuple[str, ...] = ()
    """The command that writes captions of the programme's sound, if the agency has one (`recordings/export/captioning.py`)."""
    limits: Limits = Limits()
    trust: Trust = Trust()
    native: bool = True
    """Forward in C where it was built (`server/media/fastpath/`)."""

    def names(self) -> tuple[str, ...]:
        """Return every name and address this hub is reached by, for its certificate."""
        return tuple(dict.fromkeys(["localhost", *self.addresses, *self.advertise, socket.gethostname().lower()]))


def host_addresses() -> tuple[str, ...]:
    """Return this machine's own IPv4 addresses that others may reach, loopback excluded; may be empty.

    A connected UDP socket sends nothing: it only asks the routing table which address would be used.
    """
    found: dict[str, None] = {}
    for target in ("192.0.2.1", "198.51.100.1", "10.255.255.255", "192.168.255.255"):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((target, 9))
                found[probe.getsockname()[0]] = None
            except OSError:
                continue
    return tuple(address for address in found if not address.startswith(("127.", "0.")))


def from_environment(environ: Mapping[str, str] | None = None) -> Config:
    """Return the configuration of `DIEMCAU_DATA`, `PORT`, `DIEMCAU_LOCAL_PORT`, `DIEMCAU_CA_PORT`,
    `DIEMCAU_MIRROR`, `DIEMCAU_CAPTIONER`, `DIEMCAU_TSA`, `DIEMCAU_TSA_HOSTS`, `DIEMCAU_TRUST`,
    `DIEMCAU_P12`, `DIEMCAU_NATIVE`, `DIEMCAU_LOUDEST`.

    Raises `Malformed` for a port or a number that is none, a captioner that names no sound or output.
    """
    env = os.environ if environ is None else environ
    return Config(
        data=env.get("DIEMCAU_DATA", "data"),
        port=_port(env, "PORT", 8443),
        local_port=_port(env, "DIEMCAU_LOCAL_PORT", 8080),
        ca_port=_port(env, "DIEMCAU_CA_PORT", 8081),
        loudest=_number(env, "DIEMCAU_LOUDEST", 3, 16),
        mirror=env.get("DIEMCAU_MIRROR", ""),
        captioner=captioner_of(env.get("DIEMCAU_CAPTIONER", "")),
        trust=_trust(env),
        native=env.get("DIEMCAU_NATIVE", "1") != "0",
    )


def _trust(env: Mapping[str, str]) -> Trust:
    """Return what `DIEMCAU_TSA` (an address), `DIEMCAU_TSA_HOSTS` (names, spaces between), `DIEMCAU_TRUST` (a folder) and
    `DIEMCAU_P12` (1: a page may sign with a file) say. The authority's own host may always be reached. Raises `Malformed` for an address that is none.
    """
    url, hosts = env.get("DIEMCAU_TSA", ""), tuple(env.get("DIEMCAU_TSA_HOSTS", "").split())
    roots, p12 = env.get("DIEMCAU_TRUST", ""), env.get("DIEMCAU_P12", "") == "1"
    if not url:
        return Trust(None, hosts, roots, p12)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Malformed(f"DIEMCAU_TSA must be an http or https address, not {url[:80]!r}")
    own = parts.netloc.rpartition("@")[2]  # an address with a port of its own is listed with it
    hosts = tuple(dict.fromkeys((own, *hosts)))
    return Trust(TsaSetting(url, hosts), hosts, roots, p12)


def captioner_of(text: str) -> tuple[str, ...]:
    """Return a captioner's command in parts, none for an empty text. Raises `Malformed` unless it names sound and output."""
    try:
        parts = tuple(shlex.split(text))
    except ValueError as error:
        raise Malformed(f"captioner: {error}") from None
    for wanted in ("{sound}", "{out}") if parts else ():
        if not any(wanted in part for part in parts):
            raise Malformed(f"captioner: the command has no {wanted}")
    return parts


def _number(env: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = env.get(name, str(default))
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= most):
        raise Malformed(f"{name} must be a number from 1 to {most}, not {text[:20]!r}")
    return int(text)


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, str(default))
    if not (text.isascii() and text.isdigit() and int(text) < 65_536):
        raise Malformed(f"{name} must be a port number, not {text!r}")
    return int(text)
