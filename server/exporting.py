"""`diemcau export`: the same exports from a folder, without a server."""

from __future__ import annotations

import argparse
import os
import sys
import time

from signaling.errors import DiemcauError

# named here because the real lists load PyAV; a test holds them to those
KINDS = ("programme", "site", "clip", "audio", "still", "bundle", "captions")
FORMATS = ("mp4", "webm", "mp3", "opus", "jpeg", "png", "zip", "vtt")


def options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the verb."""
    parser.add_argument("folder", help="the folder of a ceremony")
    parser.add_argument("--kind", choices=KINDS, default="programme")
    parser.add_argument("--format", choices=FORMATS, help="default: the first that fits the kind")
    parser.add_argument("--source", default="", metavar="SITE/SOURCE", help="one source, for example vu-thu/camera")
    parser.add_argument("--from", dest="begin", type=_ms, metavar="TIME", help="h:mm:ss, m:ss or seconds; also a still's moment")
    parser.add_argument("--to", dest="end", type=_ms, metavar="TIME")
    parser.add_argument("--size", choices=("720", "1080"), default="720")
    parser.add_argument("--tiles", choices=("keys", "full"), default="keys", help="small pictures of a grid: stills, or moving")
    parser.add_argument("--caption", action="store_true", help="unit, time and hash under a still")
    parser.add_argument("--lang", choices=("vi", "en"), default="vi")
    parser.add_argument(
        "--captioner", default="", help="command that writes captions, with {sound} {out} {lang} (DIEMCAU_CAPTIONER); without one: those the record has",
    )
    parser.add_argument("--out", metavar="FILE", help="default: <folder's name>-<kind> here")
    parser.set_defaults(verb=run)


def _ms(text: str) -> int:
    """Return a time in ms. Raises `ValueError`, which argparse says in words."""
    parts = text.split(":")
    if not 1 <= len(parts) <= 3 or not all(part.replace(".", "", 1).isdigit() and part.isascii() for part in parts):
        raise ValueError(text)
    seconds = 0.0
    for part in parts:
        seconds = seconds * 60 + float(part)
    return round(seconds * 1000)


def run(args: argparse.Namespace) -> int:
    """Make one export; a line of progress goes to standard error."""
    from recordings.export.asks import Ask  # noqa: PLC0415
    from recordings.export.jobs import Meter  # noqa: PLC0415 - PyAV loads slowly
    from server.config import captioner_of, from_environment  # noqa: PLC0415
    from server.export_job import carry_out, humble  # noqa: PLC0415
    from server.export_orders import Order  # noqa: PLC0415
    from server.web.pages import PLAYER  # noqa: PLC0415

    if not os.path.isdir(args.folder):
        raise DiemcauError(f"no folder {args.folder}")
    ask = Ask(args.kind, args.format, args.source, args.begin, args.end, args.size, args.tiles, args.caption, args.lang)
    ask = ask.settled()
    name = os.path.basename(os.path.abspath(args.folder))
    path = os.path.abspath(args.out or f"{name}-{args.kind}.{ask.format}")
    humble()
    begin = time.monotonic()
    player = PLAYER if os.path.isdir(PLAYER) else None
    captioner = captioner_of(args.captioner) or from_environment().captioner
    made = carry_out(Order(args.folder, path, ask, player=player, captioner=captioner), Meter(_say))
    sys.stderr.write(f"\r100 %  {time.monotonic() - begin:.0f} s      \n")
    sys.stdout.write(f"{made.sha}  {path}\n")
    return 0


def _say(fraction: float, left_s: float | None) -> None:
    left = "" if left_s is None else f"  {left_s:.0f} s left"
    sys.stderr.write(f"\r{fraction * 100:3.0f} %{left}      ")
    sys.stderr.flush()
