"""A signer in this process, with tokens in software, and pages that talk to it."""

import asyncio
import contextlib

import msgspec
from kit import papers
from kit.forgery import sha
from kit.pki import pki
from websockets.asyncio.client import connect

from server.signer.confirm import Desk
from server.signer.loopback import Loopback
from server.signer.pairing import Pairing
from server.signer.talk import Talk
from server.signer.usbtoken import Tokens

HUB = "https://hub.test:8443"


class Running:
    def __init__(self, loopback, port):
        self.loopback, self.port = loopback, port

    def socket(self, path="/", origin=HUB, **more):
        return connect(f"ws://127.0.0.1:{self.port}{path}", origin=origin, max_size=1 << 27, proxy=None, **more)

    @contextlib.asynccontextmanager
    async def hub(self):
        async with self.socket() as socket:
            assert (await ask(socket, do="pair", code="123456"))["is"] == "paired"
            yield socket

    @contextlib.asynccontextmanager
    async def desk(self, first="waiting"):
        async with self.socket("/desk", f"http://127.0.0.1:{self.port}") as socket:
            assert (await ask(socket, do="desk", secret=self.loopback.secret))["is"] == first
            yield socket


async def ask(socket, **message):
    await socket.send(msgspec.json.encode(message).decode())
    return await told(socket)


async def told(socket):
    async with asyncio.timeout(20):
        return msgspec.json.decode(await socket.recv())


async def sign(socket, ticket, pdf, reviewed=None, who="a", ref="r"):
    await socket.send(msgspec.json.encode({"do": "sign", "ref": ref, "certificate": sha(pki().cert(who)), "ticket": ticket}).decode())
    await socket.send(pdf)
    await socket.send(papers.published() if reviewed is None else reviewed)
    return await told(socket)


@contextlib.asynccontextmanager
async def signer(softhsm):
    pairing = Pairing("123456")
    table = Desk(pairing.code)
    loopback = Loopback(HUB, Talk(Tokens(softhsm), pairing, table), table, 0)
    async with loopback.running() as port:
        yield Running(loopback, port)


