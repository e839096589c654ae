"""`diemcau certificate`: install the agency's own certificate, show what is installed."""

from __future__ import annotations

import argparse
import datetime as dt
import sys

from server import certificate
from server.config import Config, from_environment, host_addresses
from signaling.errors import Malformed


def options(parser: argparse.ArgumentParser) -> None:
    """Add the command's own verbs."""
    verbs = parser.add_subparsers(required=True, metavar="act")
    install = verbs.add_parser("install", help="check a certificate and put it in place; a running server takes it up")
    install.add_argument("file", help="PEM (chain, with or without the key) or PFX")
    install.add_argument("--key", help="PEM file of the private key")
    install.add_argument("--password-file", help="file whose first line is the password of the key or PFX")
    install.add_argument("--address", action="append", default=[], help="address halls reach this hub at (repeatable)")
    install.set_defaults(verb=_install)
    show = verbs.add_parser("show", help="say what is installed and when it ends")
    show.set_defaults(verb=_show)
    for one in (install, show):
        one.add_argument("--data", default=from_environment().data, help="data folder (DIEMCAU_DATA)")


def _read(path: str | None) -> bytes | None:
    if path is None:
        return None
    with open(path, "rb") as file:
        return file.read(1 << 20)


def _install(args: argparse.Namespace) -> int:
    names = tuple(args.address) or Config(addresses=host_addresses()).names()
    try:
        data, password = _read(args.file), _read(args.password_file)
        assert data is not None
        secret = None if password is None else password.splitlines()[0]
        chain, key = certificate.read(data, _read(args.key), secret)
        said = certificate.check(chain[0], names if args.address else (), dt.datetime.now(dt.UTC))
        certificate.install(args.data, chain, key)
    except (Malformed, OSError) as error:
        print(f"not installed: {error}", file=sys.stderr)
        return 1
    _say(said)
    for name in certificate.said_of(chain[0], names).uncovered:
        print(f"note: it does not cover {name}; browsers that open this address will warn")
    return 0


def _show(args: argparse.Namespace) -> int:
    said = certificate.present(args.data)
    if said is None:
        print("no certificate of the agency is installed: the hub's own CA is used")
        return 1
    _say(said)
    return 0


def _say(said: certificate.Installed) -> None:
    left = (said.not_after - dt.datetime.now(dt.UTC)).days
    print(f"for {', '.join(said.names)}\nby {said.issuer}\nuntil {said.not_after:%Y-%m-%d} ({left} days left)")
