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

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from recordings import papers_asks as asks
from recordings import seal as seals
from recordings.manifest import write_manifest
from recordings.recover import unfinished
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


def log_key(data: str) -> Ed25519PrivateKey:
    """Return the hub's key, made in its data folder at first need. Raises `Malformed`, `OSError`."""
    path = os.path.join(data, KEY)
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    return seals.log_key(path)


async def seal(room: Room, key: Ed25519PrivateKey, by: Actor) -> seals.Seal:
    """Seal the record of a ceremony and return its seal. Raises `Refused`, `DiemcauError`, `OSError`."""
    session, folder = room.session, room.folder
    decide(session.state, do.SealSession(secrets.token_hex(32)), by, session.now())
    await asyncio.to_thread(room.recorder.stop, END_CLIPS_S)
    left = await asyncio.to_thread(unfinished, folder)
    if left:
        raise Refused("recording-open", count=len(left))
    held = session.state.control
    moment = (session.now(), 0 if held is None else held.epoch)
    made = await asyncio.to_thread(_written, folder, key, session.name, moment)
    await session.ask(do.SealSession(made.manifest, len(left)), by)
    with contextlib.suppress(DiemcauError):
        await stamp(room)
    return made


def _written(folder: str, key: Ed25519PrivateKey, session: str, moment: tuple[int, int]) -> seals.Seal:
    write_manifest(folder)
    made = seals.seal(folder, key, session, moment)
    seals.write_seal(folder, made)
    return made


async def stamp(room: Room) -> bool:
    """Have the seal stamped by the time stamping authority and keep the token; tell whether it is there.

    Without an authority, or one that cannot be reached, it waits (`waiting`). Raises `Refused` as the worker does.
    """
    found, tsa = await asyncio.to_thread(seals.read_seal, room.folder), room.papers.trust.tsa
    if found is None or room.session.state.phase != "sealed":
        return False
    if found[1] is not None or tsa is None:
        return found[1] is not None
    _, parts = await room.papers.work("seal.token", asks.TokenAsk(tsa), [seals.stamped(found[0])], asks.Token)
    await asyncio.to_thread(seals.write_seal, room.folder, found[0], parts[0])
    return True


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
    found = seals.read_seal(room.folder) if room.session.state.phase == "sealed" else None
    if found is None:
        return {"sealed": False}
    one, token = found
    waiting = "waiting" if room.papers.trust.tsa is not None else "none"
    return {
        "sealed": True, "manifest": one.manifest, "key": one.key, "sig": one.sig, "at": one.at_us,
        "documents": len(one.documents), "stamp": waiting if token is None else "there",
    }  # fmt: skip
