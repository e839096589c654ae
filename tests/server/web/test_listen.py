"""One TCP port for pages and media, told apart by the first byte."""

import asyncio
import contextlib
import ssl
import struct

import aioice.stun
import pytest
from kit.light_peers import offer
from kit.web_app import running

from server.media.dtls import Identity
from server.web import listen


def check(answer):
    found = dict(line.split(":", 1) for line in answer.sdp.split("\r\n") if line.startswith(("a=ice-ufrag", "a=ice-pwd")))
    message = aioice.stun.Message(aioice.stun.Method.BINDING, aioice.stun.Class.REQUEST)
    message.attributes["USERNAME"] = found["a=ice-ufrag"] + ":abcd"
    message.attributes["PRIORITY"] = 1
    message.attributes["USE-CANDIDATE"] = None
    message.add_message_integrity(found["a=ice-pwd"].encode())
    return bytes(message)


async def test_pages_and_media_share_the_port(tmp_path):
    async with running(tmp_path) as there:
        port = there.app.https_port
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        assert (await asyncio.wait_for(reader.read(), 5)).startswith(b"HTTP/1.1 200")
        writer.close()

        answer = there.room.media.subscribe("s-x", offer(Identity(), 1, "recvonly"), "127.0.0.1")
        assert f"127.0.0.1 {port} typ host tcptype passive" in answer.sdp
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        request = check(answer)
        writer.write(struct.pack("!H", len(request)) + request)
        size = int.from_bytes(await asyncio.wait_for(reader.readexactly(2), 5))
        reply = aioice.stun.parse_message(await reader.readexactly(size))
        assert reply.attributes["XOR-MAPPED-ADDRESS"] == writer.get_extra_info("sockname")
        writer.close()


@pytest.mark.parametrize("said", [b"GET / HTTP/1.1\r\n\r\n", b"\xff", b"", b"\x16\x03\x01 no hello at all"])
async def test_whatever_is_neither_is_closed(tmp_path, monkeypatch, said):
    monkeypatch.setattr(listen, "FIRST_BYTE_S", 0.3)
    async with running(tmp_path) as there:
        reader, writer = await asyncio.open_connection("127.0.0.1", there.app.https_port)
        writer.write(said)
        with contextlib.suppress(ConnectionError):
            await asyncio.wait_for(reader.read(), 3)
        assert reader.at_eof() or reader.exception() is not None
        writer.close()


async def test_the_port_closes_with_the_house(tmp_path):
    async with running(tmp_path) as there:
        port = there.app.https_port
        _reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with pytest.raises(ConnectionError):
        await asyncio.open_connection("127.0.0.1", port)
    writer.close()
