"""**Lập biên bản**: the minutes are rendered from the log as it stands, become a document and are published (CEREMONY §11).

The log goes on afterwards; what is embedded in the minutes is the prefix they were made from.
"""

from __future__ import annotations

import asyncio
import os
from typing import Final

from recordings import papers_asks as asks
from recordings.logfiles import MIRROR
from server.catalogue import say
from server.signing import Papers
from signaling import commands as do
from signaling.acting import Actor
from signaling.agenda import Text
from signaling.draft import SigningMode, Slot, SlotKind
from signaling.errors import Refused
from signaling.papers import MINUTES

SLOTS: Final[tuple[tuple[str, SlotKind], ...]] = (("bb-thu-ky", "secretary"), ("bb-chu-toa", "chair"), ("bb-con-dau", "seal"))
"""Who signs minutes, in order, where the renderer names nobody else."""
FILE: Final = "bien-ban.pdf"


async def make(papers: Papers, ask: asks.MinutesAsk, mode: SigningMode, by: Actor) -> str:
    """Render the minutes, hand them in and publish them; return the published SHA-256. Raises `Refused`."""
    if papers.state.phase != "closed":
        raise Refused("not-closed")
    told, parts = await _rendered(papers, "minutes.pdf", ask)
    sha256 = await asyncio.to_thread(papers.store.keep, parts[0])
    slots = tuple(_slot(name, kind, ask) for name, kind in ([(one.slot, one.kind) for one in told.fields] or SLOTS))
    title = Text(say("vi", "doc.minutes.title"), say("en", "doc.minutes.title"))
    added = do.AddDocument(MINUTES, sha256, told.pages, FILE, "minutes", title, mode, slots)
    await papers.session.ask(added, by)
    return await papers.publish(MINUTES, papers.paper(MINUTES).rev, by, told.fields)


async def draft(papers: Papers, ask: asks.MinutesAsk) -> bytes:
    """Return the minutes as DOCX, to be written on elsewhere; one way. Raises `Refused`."""
    return (await _rendered(papers, "minutes.docx", ask))[1][0]


async def facts(papers: Papers, ask: asks.MinutesAsk) -> bytes:
    """Return what the minutes would say, as JSON. Raises `Refused`."""
    return (await _rendered(papers, "minutes.facts", ask))[1][0]


async def _rendered(papers: Papers, job: str, ask: asks.MinutesAsk) -> tuple[asks.MinutesMade, list[bytes]]:
    lines = await asyncio.to_thread(_prefix, os.path.dirname(papers.store.folder), papers.state.seq)
    return await papers.work(job, ask, [lines, b""], asks.MinutesMade)


def _prefix(folder: str, seq: int) -> bytes:
    """Return the first `seq` lines of the log's mirror: those in force now, not one that is being written."""
    with open(os.path.join(folder, MIRROR), "rb") as file:
        return b"".join(line for _, line in zip(range(seq), file, strict=False))


def _slot(name: str, kind: SlotKind, ask: asks.MinutesAsk) -> Slot:
    del ask
    return Slot(name, "", kind, Text(say("vi", f"doc.minutes.{kind}"), say("en", f"doc.minutes.{kind}")))
