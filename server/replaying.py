"""`diemcau replay`: a ceremony's folder in a browser of this machine, without the hub."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal


def options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the verb."""
    parser.add_argument("folder", help="the folder of a ceremony, or an unpacked bundle")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: any free one)")
    parser.set_defaults(verb=run)


def run(args: argparse.Namespace) -> int:
    """Serve one folder until stopped. Raises `Malformed` for a folder that holds no ceremony, or a damaged log."""
    from server.history import session_of, timeline_of  # noqa: PLC0415 - only this verb needs it
    from signaling.names import Micros  # noqa: PLC0415

    folder = os.path.abspath(args.folder)
    session = session_of(folder)
    timeline_of(folder, session, Micros(0))  # a damaged log is said here, not in the page
    asyncio.run(_until_stopped(folder, session, args.port))
    return 0


async def _until_stopped(folder: str, session: str, port: int) -> None:
    from server.web.offline import listening, offline  # noqa: PLC0415

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    runner, there = await listening(offline(folder, session), port)
    print(f"http://127.0.0.1:{there}/replay?s={session}", flush=True)
    try:
        await stop.wait()
    finally:
        await runner.cleanup()
