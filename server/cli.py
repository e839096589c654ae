"""The `diemcau` command: serve, run, simulate, verify, export, replay, signer, check."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence

import msgspec

from server import certificates, demo, exporting, replaying
from server.app import VERSION, App
from server.config import Config, captioner_of, from_environment, host_addresses
from server.logs import JsonLines
from server.signer.app import options as signing_options
from signaling.errors import DiemcauError


def main(argv: Sequence[str] | None = None) -> None:
    """Run one verb; exit codes: 0 done, 1 refused or found wrong, 2 wrong usage."""
    os.umask(0o077)
    try:
        args = _parser().parse_args(argv)
        verb: Callable[[argparse.Namespace], int] = args.verb
        raise SystemExit(verb(args))
    except DiemcauError as error:
        print(f"diemcau: {error}", file=sys.stderr)
        raise SystemExit(1) from None
    except OSError as error:
        # a folder that cannot be made, read or written; a port says so itself
        print(f"diemcau: {error.strerror}: {error.filename or ''}", file=sys.stderr)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("diemcau", description="one ceremony, a hub and its sites")
    parser.add_argument("--version", action="version", version=f"diemcau {VERSION}")
    verbs = parser.add_subparsers(required=True, metavar="verb")
    serve = verbs.add_parser("serve", help="run the hub's server")
    _server_options(serve)
    serve.set_defaults(verb=_serve)
    run = verbs.add_parser("run", help="run the hub with the first ceremony and nine simulated participants")
    _server_options(run)
    run.add_argument("--quiet", action="store_true", help="simulated sites publish only")
    run.set_defaults(verb=demo.supervise)
    simulate = verbs.add_parser("simulate", help="join simulated sites to a hub over WebRTC")
    _simulate_options(simulate)
    verify = verbs.add_parser("verify", help="check a ceremony's folder or bundle: log and recordings, without the server")
    verify.add_argument("folder", help="the folder of a ceremony, or an exported bundle (.zip)")
    verify.add_argument("--roots", metavar="DIR", help="folder of certificates (DER, PEM) whose signatures are trusted")
    verify.add_argument("--key", action="append", default=[], help="public key of a hub's log, known from elsewhere (hex, repeatable)")
    verify.add_argument("--checkpoints", metavar="FILE", help="checkpoints kept elsewhere, one a line")
    verify.add_argument("--json", action="store_true", help="machine-readable answer")
    verify.set_defaults(verb=_verify)
    export = verbs.add_parser("export", help="make a film, sound, a still or a bundle from a ceremony's folder")
    exporting.options(export)
    kept = verbs.add_parser("certificate", help="use the agency's own certificate, or show the one in use")
    certificates.options(kept)
    replay = verbs.add_parser("replay", help="open a ceremony's folder in a browser of this machine, without the hub")
    replaying.options(replay)
    signer = verbs.add_parser("signer", help="sign with a token on this PC what the hub's page asks for (extra: token)")
    signing_options(signer)
    check = verbs.add_parser("check", help="say what this machine has and lacks")
    check.set_defaults(verb=_check)
    return parser


def _server_options(parser: argparse.ArgumentParser) -> None:
    found = from_environment()
    parser.add_argument("--data", default=found.data, help="data folder (DIEMCAU_DATA)")
    parser.add_argument("--port", type=int, default=found.port, help="HTTPS and media port (PORT)")
    parser.add_argument("--local-port", type=int, default=found.local_port, help="port of http://localhost")
    parser.add_argument("--ca-port", type=int, default=found.ca_port, help="port of the certificate page with --lan")
    parser.add_argument("--lan", action="store_true", help="let other machines in: listen on every address")
    parser.add_argument("--address", action="append", default=[], help="address halls reach this hub at (repeatable)")
    parser.add_argument("--mirror", default=found.mirror, help="folder for a second copy of every record (DIEMCAU_MIRROR)")
    parser.add_argument("--captioner", default="", help="command that writes captions, with {sound} {out} {lang} (DIEMCAU_CAPTIONER)")
    parser.add_argument("--loopback", action="store_true", help="announce 127.0.0.1 only (tests)")
    parser.add_argument("--demo", action="store_true", help=argparse.SUPPRESS)


def config_of(args: argparse.Namespace) -> Config:
    """Return the configuration of parsed options."""
    own = () if args.loopback else tuple(args.address) or host_addresses()
    local = tuple(address for address in own if address in host_addresses())
    return Config(
        data=args.data, port=args.port, local_port=args.local_port, ca_port=args.ca_port, lan=args.lan,
        addresses=("127.0.0.1", *local), advertise=own, loopback=args.loopback, mirror=args.mirror,
        trust=from_environment().trust,
        captioner=captioner_of(args.captioner) or from_environment().captioner,
    )  # fmt: skip


def _serve(args: argparse.Namespace) -> int:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("aioice").setLevel(logging.WARNING)
    asyncio.run(_until_stopped(config_of(args), demonstration=args.demo))
    return 0


async def _until_stopped(config: Config, *, demonstration: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    async with App(config).running() as app:
        if demonstration:
            await demo.prepare(app)
        else:
            await _greet(app)
        await stop.wait()


async def _greet(app: App) -> None:
    print(f"Điểm Cầu {VERSION}: {app.local_url()}" + (f" · {' '.join(app.urls())}" if app.config.lan else ""))
    if app.config.lan:
        print(f"CA: http://<address>:{app.config.ca_port}  SHA-256 {app.authority.fingerprint()}")
    if not await app.identity.has_people():
        token = await app.identity.person_token(None, app.clock.now())
        url = f"{app.local_url()}/setup#{token}"
        path = os.path.join(app.config.data, "setup-link")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(url + "\n")
        print(f"First run, open once: {url}")
    sys.stdout.flush()


def _simulate_options(parser: argparse.ArgumentParser) -> None:
    from server.simulation import fleet  # noqa: PLC0415 - aiortc loads slowly, and a hub does not need it whole

    fleet.options(parser)

    def simulate(args: argparse.Namespace) -> int:
        logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(fleet.run(args))
        return 0

    parser.set_defaults(verb=simulate)


def _verify(args: argparse.Namespace) -> int:
    from recordings.verify import verify  # noqa: PLC0415 - only this verb needs it
    from recordings.verify_bundle import verify_bundle  # noqa: PLC0415
    from server.verifying import outside_of  # noqa: PLC0415

    outside = outside_of(args.roots, args.key, args.checkpoints)
    verdict = verify_bundle(args.folder, outside) if os.path.isfile(args.folder) else verify(args.folder, outside=outside)
    if args.json:
        print(msgspec.json.encode(verdict).decode())
    else:
        for line in verdict.lines():
            print(line)
    return 0 if verdict.ok else 1


def _check(args: argparse.Namespace) -> int:
    del args
    from server.preflight import report  # noqa: PLC0415

    missing = False
    for name, found, advice in report():
        print(f"{'ok ' if found else '-- '}{name}" + ("" if found else f": {advice}"))
        missing = missing or not found
    return 1 if missing else 0


if __name__ == "__main__":
    main()
