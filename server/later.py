"""What a document still lacks when the network was away: time stamps and proof for later years, asked for again and again."""

from __future__ import annotations

import asyncio
import logging
import os
from typing import TYPE_CHECKING, Final

from recordings import papers_asks as asks
from signaling import commands as do
from signaling.acting import SYSTEM
from signaling.errors import DiemcauError
from signaling.papers import Paper

if TYPE_CHECKING:
    from server.signing import Papers

EVERY_S: Final = 60.0
_LACKING: Final = ("B-B", "B-T")
_PHASES: Final = ("setup", "open", "suspended", "closed")
log = logging.getLogger("diemcau.later")


def lacking(papers: Papers) -> tuple[Paper, ...]:
    """Return the documents that are signed to the end and lack proof this hub could get."""
    if papers.trust.tsa is None or papers.state.phase not in _PHASES:
        return ()
    return tuple(
        paper for paper in papers.state.every_paper()
        if paper.state == "completed" and paper.mode == "digital" and paper.level in _LACKING
    )


async def extend(papers: Papers, paper: Paper) -> None:
    """Add what is lacking to one document: a new revision, and an event of the system. Raises `Refused`, `OSError`."""
    base = paper.head or ""
    data, roots = await asyncio.to_thread(papers.store.read, base), await asyncio.to_thread(roots_of, papers.trust.roots)
    ask = asks.ExtendAsk(papers.trust.tsa, len(roots), hosts=papers.trust.hosts)
    told, parts = await papers.work("paper.extend", ask, [data, *roots], asks.Extended)
    sha256 = await asyncio.to_thread(papers.store.keep, parts[0])
    await papers.session.ask(do.ExtendDocument(paper.id, base, sha256, told.level), SYSTEM)


def roots_of(folder: str) -> list[bytes]:
    """Return the certificates (DER) of the folder of trusted roots, none without one."""
    found = []
    for name in sorted(os.listdir(folder)) if folder and os.path.isdir(folder) else ():
        if name.endswith((".der", ".cer", ".crt")):
            with open(os.path.join(folder, name), "rb") as file:
                found.append(file.read(1 << 16))
    return found


async def keep_extending(papers: Papers) -> None:
    """Ask again, now and then, until cancelled: nothing waits for it, and the ceremony does not notice."""
    while True:
        await asyncio.sleep(EVERY_S)
        for paper in lacking(papers):
            try:
                await extend(papers, paper)
            except (DiemcauError, OSError) as error:
                log.info("%s still lacks proof: %s", paper.id, error)
