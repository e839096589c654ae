"""Inside a network namespace of its own: a real coturn with the deployed configuration, a media plane, and a client of both.

Prints JSON: which of fifteen addresses the relay grants, and whether a check goes through it to the plane.
"""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time

import aioice.stun
import aioice.turn
from kit.light_peers import offer
from kit.media_peers import Keeper

from server.clock import monotonic_us
from server.media.dtls import Identity
from server.media.plane import MediaConfig, Plane
from server.turn import Relay, Secret

HUB, NEIGHBOUR, SECRET = "10.9.0.1", "10.9.0.2", Secret("a secret of the test, long enough")
ADDRESSES = (
    HUB, NEIGHBOUR, "127.0.0.1", "0.0.0.0", "169.254.169.254", "192.168.1.1", "172.16.0.1", "10.0.0.1", "8.8.8.8", "224.0.0.1",
    "255.255.255.255", "::1", "::ffff:127.0.0.1", "::ffff:10.9.0.2", "fe80::1",
)  # fmt: skip


class Inbox(asyncio.DatagramProtocol):
    def __init__(self):
        self.got = asyncio.Queue()

    def datagram_received(self, data, addr):
        self.got.put_nowait(data)


@contextlib.contextmanager
def coturn(conf, folder, *more, hosts=(HUB,)):
    """The deployed configuration for these addresses of the hub; `more`: TLS, which is off otherwise."""
    command = ["turnserver", "-c", conf, f"--static-auth-secret={str.encode(SECRET).decode()}", *(f"--relay-ip={host}" for host in hosts),
               *(f"--allowed-peer-ip={host}" for host in hosts), *(f"--listening-ip={host}" for host in hosts),
               f"--log-file={folder}/turn.log", "--simple-log", f"--pidfile={folder}/turn.pid", f"--userdb={folder}/turn.db", "--no-dtls",
               *(more or ("--no-tls",))]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


async def allocate(server, inbox):
    deadline = time.monotonic() + 10
    while True:
        try:
            transport, protocol = await aioice.turn.create_turn_endpoint(
                lambda: inbox, server_addr=(HUB, 3478), username=server.username, password=server.credential, transport="tcp"
            )
        except OSError:
            assert time.monotonic() < deadline, "coturn did not start"
            await asyncio.sleep(0.1)
        else:
            return transport, protocol


async def granted(transport, address):
    """Ask for permission to send to an address; a refusal is an error response."""
    inner = transport._TurnTransport__inner_protocol
    request = aioice.stun.Message(aioice.stun.Method.CREATE_PERMISSION, aioice.stun.Class.REQUEST)
    request.attributes["XOR-PEER-ADDRESS"] = (address, 9)
    try:
        await inner.request_with_retry(request)
    except aioice.stun.TransactionError:
        return False
    return True


async def check_through(transport, inbox):
    """Send a binding request through the relay to the plane's port."""
    plane = Plane(MediaConfig(0, (HUB,)), monotonic_us)
    plane.open(asyncio.get_running_loop())
    keeper = Keeper()
    room = plane.room("relay", sink=keeper, news=keeper.news.append)
    answer = room.subscribe("s-x", offer(Identity(), 1, "recvonly"), HUB)
    found = dict(line.split(":", 1) for line in answer.sdp.split("\r\n") if line.startswith(("a=ice-ufrag", "a=ice-pwd")))
    message = aioice.stun.Message(aioice.stun.Method.BINDING, aioice.stun.Class.REQUEST)
    message.attributes["USERNAME"] = found["a=ice-ufrag"] + ":abcd"
    message.attributes["PRIORITY"] = 1
    message.attributes["USE-CANDIDATE"] = None
    message.add_message_integrity(found["a=ice-pwd"].encode())
    transport.sendto(bytes(message), (HUB, plane.port))
    reply = aioice.stun.parse_message(await asyncio.wait_for(inbox.got.get(), 5))
    plane.close()
    return reply.attributes["XOR-MAPPED-ADDRESS"][0]


async def main(conf, folder):
    now = int(time.time())
    relay = Relay((f"turn:{HUB}:3478?transport=tcp",), SECRET)
    with coturn(conf, folder):
        (server,), (late,) = relay.servers("s-x", now), relay.servers("s-x", now - 3_600)
        inbox = Inbox()
        transport, _ = await allocate(server, inbox)
        found = {address: await granted(transport, address) for address in ADDRESSES}
        mapped = await check_through(transport, inbox)
        refused = {}
        for name, wrong in (("expired", late), ("forged", type(server)(server.urls, server.username, "AAAA"))):
            try:
                await allocate(wrong, Inbox())
            except aioice.stun.TransactionError:
                refused[name] = True
        transport.close()
        await asyncio.sleep(0.1)
    return {"granted": [address for address, ok in found.items() if ok], "asked": len(found), "mapped": mapped, "refused": refused}


if __name__ == "__main__":
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for one in (HUB, NEIGHBOUR):
        subprocess.run(["ip", "address", "add", f"{one}/24", "dev", "lo"], check=True)
    print(json.dumps(asyncio.run(main(*sys.argv[1:]))))
    sys.stdout.flush()
    os._exit(0)
