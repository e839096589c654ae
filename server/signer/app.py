"""`diemcau signer --hub https://… --module …`: puts the signer together on the signatory's PC."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
import webbrowser
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from server.signer.pairing import Pairing
from signaling.errors import Malformed, Refused

PORT: Final = 18_443
"""Where the hub's page looks for it."""

if TYPE_CHECKING:
    from server.signer.loopback import Loopback


def options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the verb."""
    parser.add_argument("--hub", required=True, help="address of the hub's page, for instance https://hub.example:8443")
    parser.add_argument("--module", required=True, help="the token's PKCS#11 module (.so, .dll, .dylib)")
    parser.add_argument("--port", type=int, default=PORT, help="loopback port the hub's page looks for")
    parser.add_argument("--no-browser", action="store_true", help="print the address instead of opening it")
    parser.set_defaults(verb=run)


def origin_of(address: str) -> str:
    """Return the origin of an address: https, or http on this very machine. Raises `Malformed`."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise Malformed("no address of a hub") from None
    local = parts.hostname in ("localhost", "127.0.0.1")
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and local)):
        raise Malformed("the hub's address begins with https://")
    usual = {"https": 443, "http": 80}[parts.scheme]
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, usual) else "")


def run(args: argparse.Namespace) -> int:
    """Run until stopped."""
    # the command line loads no PDF library for its other verbs, and the extra `token` may be missing
    from server.signer.confirm import Desk  # noqa: PLC0415
    from server.signer.loopback import Loopback  # noqa: PLC0415
    from server.signer.talk import Talk  # noqa: PLC0415

    try:
        from server.signer.usbtoken import Tokens  # noqa: PLC0415
    except ImportError:
        sys.stderr.write("diemcau signer: install the extra first: pip install 'diemcau[token]'\n")
        return 1
    hub = origin_of(args.hub)
    try:
        tokens = Tokens(args.module)
    except Refused:
        sys.stderr.write(f"diemcau signer: no PKCS#11 module there: {args.module}\n")
        return 1
    pairing = Pairing(f"{secrets.randbelow(1_000_000):06d}")
    table = Desk(pairing.code)
    asyncio.run(_serve(Loopback(hub, Talk(tokens, pairing, table), table, args.port), pairing, browser=not args.no_browser))
    return 0


async def _serve(loopback: Loopback, pairing: Pairing, *, browser: bool) -> None:
    async with loopback.running() as port:
        address = f"http://127.0.0.1:{port}/#{loopback.secret}"
        sys.stdout.write(f"code {pairing.code[:3]} {pairing.code[3:]}\n{address}\n")
        sys.stdout.flush()
        if browser:
            await asyncio.to_thread(webbrowser.open, address)
        await asyncio.Event().wait()
