"""Many simulated sites in one process, as `diemcau simulate` starts them."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import multiprocessing
import os
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import msgspec

from server.simulation.clips import Clip, clip
from server.simulation.sites import Device, SimulatedSite, only_loopback

log = logging.getLogger("diemcau.simulate")


class SiteCard(msgspec.Struct, frozen=True):
    """One line of the links file: the site, its names, its join link."""

    site: str
    vi: str
    en: str
    link: str


def options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--hub", default="", help="address of the hub (https://…); the links' own when omitted")
    parser.add_argument("--sites", type=int, default=9, metavar="N", help="how many of the links to use (default 9)")
    parser.add_argument("--links", default="data/links.json", help="file of join links, as `diemcau run` writes it")
    parser.add_argument("--folder", default="data", help="where clips and device keys are kept")
    parser.add_argument("--only", default="", metavar="A,B", help="only these sites, by identifier")
    parser.add_argument("--quiet", action="store_true", help="publish only: no answers, no raised hands")


def cards(path: str) -> list[SiteCard]:
    """Read the links file. Raises `SystemExit` with a sentence."""
    try:
        with open(path, "rb") as file:
            return msgspec.json.decode(file.read(), type=list[SiteCard])
    except (OSError, msgspec.DecodeError) as error:
        raise SystemExit(f"no usable links in {path}: {error}") from None


def sources(card: SiteCard, folder: str) -> dict[str, Clip]:
    """Return a site's clips: `camera` for all, `table` for the hub as well."""
    line = "● mô phỏng · simulated"
    found = {"camera": clip(folder, f"{card.site}/camera", card.vi, line, voice=True)}
    if card.site == "hub":
        found["table"] = clip(folder, "hub/table", card.vi, "table · " + line, voice=False)
    return found


async def run(args: Any) -> None:
    """Run the sites until interrupted."""
    only = set(args.only.split(",")) - {""}
    chosen = [card for card in cards(args.links) if not only or card.site in only][: args.sites]
    folder = os.path.join(args.folder, "clips")
    # processes, not threads: ten encoders under one interpreter lock take ten times as long
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=context) as pool:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_one(card, folder, pool, args)) for card in chosen]
            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM):
                with contextlib.suppress(NotImplementedError):
                    loop.add_signal_handler(number, _cancel, tasks)
            print(f"{len(chosen)} simulated sites", flush=True)


def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()


async def _one(card: SiteCard, folder: str, pool: ProcessPoolExecutor, args: Any) -> None:
    """Join one site as soon as its clips are there."""
    found = await asyncio.get_running_loop().run_in_executor(pool, sources, card, folder)
    link = card.link if not args.hub else f"{args.hub}/join#{urlsplit(card.link).fragment}"
    if urlsplit(link).hostname in ("localhost", "127.0.0.1"):
        only_loopback()
    device = Device(os.path.join(args.folder, "simulated", f"{card.site}.pem"))
    await SimulatedSite(link, device, found, lively=not args.quiet).run()


def main(argv: list[str] | None = None) -> None:
    """Run `diemcau simulate`."""
    parser = argparse.ArgumentParser("diemcau simulate", description="join simulated sites to a hub over WebRTC")
    options(parser)
    args = parser.parse_args(argv)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(name)s: %(message)s")
    with contextlib.suppress(asyncio.CancelledError, KeyboardInterrupt):
        asyncio.run(run(args))
