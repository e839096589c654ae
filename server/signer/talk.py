"""The conversation with the hub's page: pair, list certificates, sign. Every answer is one message."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from typing import Any, Final, Protocol

import msgspec
from websockets.asyncio.server import ServerConnection

from recordings.pdf_check import MOST_PAGES
from recordings.ticket import check, pages_of, read
from recordings.tickets import Ticket
from server.signer.confirm import Asking, Desk
from server.signer.messages import (
    Asked,
    Cancel,
    Certificates,
    FromHub,
    ListCertificates,
    No,
    OneCertificate,
    Pair,
    Paired,
    Resume,
    Say,
    Sign,
    Signed,
)
from server.signer.pairing import Pairing
from signaling.errors import Malformed, Refused

FILE_S: Final = 60.0
"""The two files come from the same machine."""


class Held(Protocol):
    """A certificate on a token."""

    id: str
    der: bytes
    token: str
    subject: str
    issuer: str
    until_us: int


class Tokens(Protocol):
    """Where the keys are."""

    def certificates(self) -> list[Any]:
        """Return what can sign."""

    def sign(self, certificate: bytes, pin: str, data: bytes) -> bytes:
        """Return a signature; uses the PIN once."""


class Talk:
    """Talks with pages of the hub, one after the other or at once; one signature at a time."""

    def __init__(self, tokens: Tokens, pairing: Pairing, table: Desk) -> None:
        """Sign with these tokens what is confirmed at this table."""
        self._tokens, self._pairing, self._table = tokens, pairing, table

    async def with_hub(self, socket: ServerConnection) -> None:
        """Talk until the page goes; raises what the socket raises then."""
        paired = False
        signing: asyncio.Task[None] | None = None
        ref = ""
        try:
            while True:
                said = _heard(await socket.recv())
                if isinstance(said, Pair | Resume):
                    paired = await self._pair(socket, said) or paired
                elif not paired:
                    await _say(socket, No("not-paired"))
                elif isinstance(said, ListCertificates):
                    await self._list(socket)
                elif isinstance(said, Cancel):
                    self._table.give_up(said.ref)
                elif isinstance(said, Sign):
                    files = await _files(socket)
                    if signing is not None and not signing.done():
                        await _say(socket, No("signer-busy", said.ref))
                        continue
                    ref = said.ref
                    signing = asyncio.create_task(self._sign(socket, said, files))
                else:
                    await _say(socket, No("malformed"))
        finally:
            self._table.give_up(ref)
            if signing is not None:
                await asyncio.gather(signing, return_exceptions=True)

    async def _pair(self, socket: ServerConnection, said: Pair | Resume) -> bool:
        if isinstance(said, Resume):
            if not self._pairing.knows(said.key):
                await _say(socket, No("not-paired"))
                return False
            await _say(socket, Paired(said.key))
            return True
        try:
            key = self._pairing.pair(said.code, secrets.token_urlsafe(24))
        except Refused as error:
            await _say(socket, No(error.code))
            return False
        await _say(socket, Paired(key))
        return True

    async def _list(self, socket: ServerConnection) -> None:
        try:
            found = await asyncio.to_thread(self._tokens.certificates)
        except Refused as error:
            await _say(socket, No(error.code))
            return
        await _say(socket, Certificates([
            OneCertificate(one.id, one.der, one.token, one.subject, one.issuer, one.until_us) for one in found
        ]))  # fmt: skip

    async def _sign(self, socket: ServerConnection, said: Sign, files: tuple[bytes, bytes]) -> None:
        """Check, show, ask, sign; whatever goes wrong is said, and nothing is signed."""
        try:
            ticket = read(bytes(said.ticket))
            held = await self._holding(said.certificate)
            data = await asyncio.to_thread(check, ticket, *files, held.der)
            value = await self._confirmed(socket, said.ref, (ticket, files[0]), (held, data))
        except Malformed:
            await _say(socket, No("malformed", said.ref))
        except Refused as error:
            await _say(socket, No(error.code, said.ref, dict(error.detail)))
        else:
            await _say(socket, Signed(said.ref, value))

    async def _holding(self, wanted: str) -> Held:
        held: list[Held] = await asyncio.to_thread(self._tokens.certificates)
        found = next((one for one in held if one.id == wanted), None)
        if found is None or hashlib.sha256(found.der).hexdigest() != wanted:
            raise Refused("token-missing")
        return found

    async def _confirmed(self, socket: ServerConnection, ref: str, paper: tuple[Ticket, bytes], use: tuple[Held, bytes]) -> bytes:
        ticket, pdf = paper
        held, data = use
        count = await asyncio.to_thread(pages_of, pdf)
        if count > MOST_PAGES:
            raise Refused("document-too-many-pages", most=MOST_PAGES)
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._table.take(Asking(ref, ticket, pdf, count, held.subject, answer))
        try:
            await _say(socket, Asked(ref))
            while True:
                pin = await self._table.pin()
                try:
                    return await asyncio.to_thread(self._tokens.sign, held.der, pin, data)
                except Refused as error:
                    # the holder types it again, or does not: the program never does
                    if error.code != "pin-wrong" or int(error.detail["left"]) < 1:
                        raise
                    self._table.again(error.code, int(error.detail["left"]))
                finally:
                    del pin
        finally:
            await self._table.clear()


def _heard(text: Any) -> FromHub | None:
    try:
        found: FromHub = msgspec.json.decode(text, type=FromHub)
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError):
        return None
    return found


async def _files(socket: ServerConnection) -> tuple[bytes, bytes]:
    async with asyncio.timeout(FILE_S):
        pdf, reviewed = await socket.recv(), await socket.recv()
    return (pdf if isinstance(pdf, bytes) else b""), (reviewed if isinstance(reviewed, bytes) else b"")


async def _say(socket: ServerConnection, what: Say) -> None:
    await socket.send(msgspec.json.encode(what).decode())
