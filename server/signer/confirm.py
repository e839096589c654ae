"""What its holder sees before a key is used: title, hash, pages; and the PIN, asked once for each press of a button.

One thing to sign at a time. The page is the signer's own, on loopback, for pictures cannot be shown in a terminal; the hub's
page is of another origin and can neither read it nor write into it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec

from recordings.pdf import page_image
from recordings.tickets import Ticket
from recordings.tickets_text import groups
from server.signer.messages import Confirm, Decline, Say, Showing, ShowPage, Waiting
from signaling.errors import Refused

PAGE_PX: Final = 1_100
LONGEST_S: Final = 600.0
"""A ticket lives fifteen minutes; five are left for the way back."""

Tell = Callable[[Say | bytes], Awaitable[None]]


class Asking(msgspec.Struct):
    """A ticket that was checked, its PDF, and where the answer goes."""

    ref: str
    ticket: Ticket
    pdf: bytes
    pages: int
    subject: str
    answer: asyncio.Future[str]


class Desk:
    """The table at which one signs."""

    def __init__(self, code: str) -> None:
        """Nothing lies on it; `code` is shown meanwhile."""
        self._code = code
        self._now: Asking | None = None
        self._problem: tuple[str, int] = ("", 2)
        self._pages: list[Tell] = []

    async def join(self, tell: Tell) -> None:
        """Show a page of the signer's own what there is, and everything that follows."""
        self._pages.append(tell)
        await tell(self._shown())

    def leave(self, tell: Tell) -> None:
        """Forget a page."""
        self._pages.remove(tell)

    def take(self, asking: Asking) -> None:
        """Lay something on the table. Raises `Refused("signer-busy")` while something lies there."""
        if self._now is not None:
            raise Refused("signer-busy")
        self._now, self._problem = asking, ("", 2)

    async def pin(self) -> str:
        """Return the PIN of one press of the button. Raises `Refused`: declined, signer-timeout."""
        assert self._now is not None
        await self._tell()
        try:
            async with asyncio.timeout(LONGEST_S):
                return await self._now.answer
        except TimeoutError:
            raise Refused("signer-timeout") from None

    def again(self, problem: str, left: int) -> None:
        """Ask once more, saying why."""
        assert self._now is not None
        self._now.answer = asyncio.get_running_loop().create_future()
        self._problem = problem, left

    async def clear(self) -> None:
        """Take it from the table."""
        self._now = None
        await self._tell()

    def give_up(self, ref: str) -> None:
        """Nobody waits for it any more."""
        if self._now is not None and self._now.ref == ref and not self._now.answer.done():
            self._now.answer.set_exception(Refused("declined"))

    async def hear(self, said: ShowPage | Confirm | Decline, tell: Tell) -> None:
        """Do what the signer's page says about what lies there; what is stale is not heard."""
        now = self._now
        if now is None:
            return
        if isinstance(said, ShowPage):
            if said.page <= now.pages:
                _, png = await asyncio.to_thread(page_image, now.pdf, said.page, PAGE_PX)
                await tell(said.page.to_bytes(4, "big") + png)
        elif said.ref == now.ref and not now.answer.done():
            if isinstance(said, Confirm):
                now.answer.set_result(said.pin)
            else:
                now.answer.set_exception(Refused("declined"))

    def _shown(self) -> Say:
        now = self._now
        if now is None:
            return Waiting(self._code)
        ticket = now.ticket
        return Showing(
            now.ref, ticket.title, ticket.document, ticket.version, ticket.slot, groups(ticket.reviewed_sha256), now.pages,
            now.subject, *self._problem,
        )  # fmt: skip

    async def _tell(self) -> None:
        for tell in list(self._pages):
            await tell(self._shown())
