"""**Niêm phong**: the record is closed for good: clips ended, manifest written and signed, one last event (CEREMONY §11).

In this order each step may be repeated after a crash: until the event stands nothing is sealed, and a manifest without
it is only a manifest. The time stamp may come later; it is asked for again until it is there.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
from typing import TYPE_CHECKING, Any, Final

from recordings import papers_asks as asks
from recordings.export.landing import landing
from recordings.manifest import write_manifest
from recordings.recover import unfinished
from recordings.seal import TOKEN, LogKey, Seal, read_seal
from signaling import commands as do
from signaling.acting import Actor
from signaling.ceremony import decide
from signaling.errors import DiemcauError, Refused

if TYPE_CHECKING:
    from server.rooms import Room

KEY: Final = os.path.join("keys", "log.key")
END_CLIPS_S: Final = 20.0
STAMP_S: Final = 60.0
"""How often a missing time stamp is asked for again."""
log = logging.getLogger("diemcau.sealing")


async def seal(room: Room, key: LogKey, by: Actor) -> Seal:
    """Seal the record of a ceremony and return its seal. Raises `Refused`, `DiemcauError`, `OSError`."""
    session, folder = room.session, room.folder
    decide(session.state, do.SealSession(secrets.token_hex(32)), by, session.now())
    await asyncio.to_thread(room.recorder.stop, END_CLIPS_S)
    left = await asyncio.to_thread(unfinished, folder)
    if left:
        raise Refused("recording-open", count=len(left))
    await asyncio.to_thread(write_manifest, folder)
    made = await asyncio.to_thread(key.seal, folder, session.now())
    await session.ask(do.SealSession(made.manifest, len(left)), by)
    with contextlib.suppress(DiemcauError):
        await stamp(room)
    return made


async def stamp(room: Room) -> bool:
    """Have the seal stamped by the time stamping authority and keep the token; tell whether it is there.

    Without an authority, or one that cannot be reached, it waits (`waiting`). Raises `Refused` as the worker does.
    """
    path = os.path.join(room.folder, TOKEN)
    tsa = room.papers.trust.tsa
    if os.path.exists(path):
        return True
    found = await asyncio.to_thread(read_seal, room.folder)
    if tsa is None or found is None or room.session.state.phase != "sealed":
        return False
    _, parts = await room.papers.work("seal.token", asks.TokenAsk(tsa), [bytes.fromhex(found.sig)], asks.Token)
    await asyncio.to_thread(_keep, path, parts[0])
    return True


def _keep(path: str, data: bytes) -> None:
    with landing(path) as part, open(part, "wb") as file:
        file.write(data)


async def keep_stamping(room: Room) -> None:
    """Ask again for a time stamp that is missing, now and then, until it is there or the task is cancelled."""
    while True:
        await asyncio.sleep(STAMP_S)
        if room.session.state.phase != "sealed":
            continue
        try:
            if await stamp(room):
                return
        except DiemcauError as error:
            log.info("no time stamp for %s yet: %s", room.session.name, error)


def told(room: Room) -> dict[str, Any]:
    """Return what a desk is told of the seal: whether there is one, of which manifest, by which key, since when."""
    found = read_seal(room.folder) if room.session.state.phase == "sealed" else None
    stamped = os.path.exists(os.path.join(room.folder, TOKEN))
    if found is None:
        return {"sealed": False}
    return {
        "sealed": True, "manifest": found.manifest, "key": found.key, "sig": found.sig, "at": found.at,
        "stamp": "there" if stamped else "waiting" if room.papers.trust.tsa is not None else "none",
    }  # fmt: skip
