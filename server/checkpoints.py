"""Signed checkpoints of a running log, handed to the desks' screens: what was cut off later shows against them (TRUST §8)."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from recordings import seal as seals
from signaling import events, messages
from signaling.errors import Malformed
from signaling.state import State
from signaling.views import DESK

if TYPE_CHECKING:
    from server.rooms import Room

EVERY_S: Final = 10.0
log = logging.getLogger("diemcau.checkpoints")


class Checkpoints:
    """The checkpoints of one ceremony: every ten seconds in which something happened, and at each item."""

    def __init__(self, room: Room, key: Callable[[], Ed25519PrivateKey]) -> None:
        """`key` gives the hub's key, made at first need."""
        self._room, self._key = room, key
        self._heads: dict[str, str] = {}
        self._now = asyncio.Event()
        self.last: messages.Checkpoint | None = None

    def moved(self, _state: State, happened: list[events.AnyEvent]) -> None:
        """Take note of clips' heads, and of an item that began."""
        for event in happened:
            if isinstance(event, events.RecorderChanged) and event.kind == "heads":
                for clip, _, head in event.detail.get("heads", ()):
                    self._heads[str(clip)] = str(head)
            elif isinstance(event, events.RecorderChanged) and event.kind == "closed" and event.clip is not None:
                self._heads.pop(event.clip, None)
            elif isinstance(event, events.ItemTaken | events.SessionClosed | events.SessionSealed):
                self._now.set()

    async def run(self) -> None:
        """Make them until cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._now.wait(), EVERY_S)
            self._now.clear()
            head = self._room.session.last_line()
            if head[0] and (self.last is None or self.last.seq != head[0]):
                await self._make(head)

    async def _make(self, head: tuple[int, str]) -> None:
        room, control = self._room, self._room.session.state.control
        try:
            key = await asyncio.to_thread(self._key)
        except (OSError, Malformed) as error:
            log.error("no checkpoint: %s", error)  # noqa: TRY400 - the reason says it all
            return
        epoch = 0 if control is None else control.epoch
        at = room.session.now()
        made = seals.checkpoint(key, seals.Checkpoint(room.session.name, *head, dict(self._heads), epoch, at, ""))
        self.last = messages.Checkpoint(made.session, *head, made.heads, epoch, at, made.key, made.sig, made.v)
        for socket in room.sockets:
            if socket.actor.role in DESK:
                socket.tell(self.last)
