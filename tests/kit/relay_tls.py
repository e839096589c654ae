"""Inside a network namespace of its own: coturn with TLS on 443 as the only way to the hub, in IPv4 and IPv6.

A publisher and a viewer (aiortc) that may use nothing but the relay bring a picture through it; then an allocation of each family
asks for addresses. Prints JSON.
"""

import asyncio
import datetime as dt
import ipaddress
import json
import os
import subprocess
import sys
import time

import aioice.stun
import aioice.turn
import psutil
from aiortc import RTCBundlePolicy, RTCConfiguration, RTCIceServer, RTCIceTransportPolicy
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from kit import media_peers
from kit.relay_house import HUB, NEIGHBOUR, SECRET, Inbox, coturn, granted

from server.clock import monotonic_us
from server.media.plane import MediaConfig, Plane
from server.turn import Relay

HUB6, NEIGHBOUR6 = "fd09::1", "fd09::2"
ASKED = {4: (HUB, NEIGHBOUR, "127.0.0.1", "10.0.0.1", "8.8.8.8"), 6: (HUB6, NEIGHBOUR6, "::1", "fe80::1", "2001:db8::1")}
FAMILY = (0x0017, "REQUESTED-ADDRESS-FAMILY", lambda value: bytes([value, 0, 0, 0]), lambda data: data[0])
"""RFC 8656 section 18.6, which aioice does not know."""


def certificate(folder):
    """A certificate for both addresses, its own authority; returns its file and its key's."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "relay")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(now - dt.timedelta(hours=1)).not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host)) for host in (HUB, HUB6)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    paths = os.path.join(folder, "relay.pem"), os.path.join(folder, "relay.key")
    with open(paths[0], "wb") as file:
        file.write(made.public_bytes(serialization.Encoding.PEM))
    with open(paths[1], "wb") as file:
        file.write(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return paths


async def listening(host):
    deadline = time.monotonic() + 10
    while True:
        try:
            _, writer = await asyncio.open_connection(host, 443)
        except OSError:
            assert time.monotonic() < deadline, "coturn did not start"
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return


async def picture(server, folder):
    """Publish and watch through the relay alone; returns what was seen and which ways were taken."""
    ice = [RTCIceServer(urls=list(server.urls), username=server.username, credential=server.credential)]
    media_peers.CONFIG = RTCConfiguration(iceServers=ice, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE, iceTransportPolicy=RTCIceTransportPolicy.RELAY)
    plane = Plane(MediaConfig(0, (HUB, "127.0.0.1")), monotonic_us)
    plane.open(asyncio.get_running_loop())
    keeper = media_peers.Keeper()
    room = plane.room("relay", sink=keeper, news=keeper.news.append)
    began = time.monotonic()
    peer, _ = await media_peers.publish(room, "an/camera", folder, via=HUB)
    watcher = media_peers.Watcher("s-x", 1)
    room.apply(media_peers.cast({"s-x": ["an/camera"]}, {"an/camera": "open"}))
    await watcher.join(room, via=HUB)
    await media_peers.until(lambda: watcher.counts.get(0, 0) > 20, 25)
    seconds = time.monotonic() - began
    ways = {one.path.host for one in room._peers() if one.path is not None}
    # what this process holds open towards the relay; the plane's own socket talks to the relay, never to the peers
    remote = {link.raddr.port for link in psutil.Process().net_connections("tcp") if link.raddr}
    await watcher.close()
    await peer.close()
    plane.close()
    return {"seen": watcher.counts[0], "seconds": seconds, "ways": sorted(ways), "tcp": sorted(remote)}


async def reaches(server, family):
    """Which addresses an allocation of a family may send to."""
    aioice.stun.ATTRIBUTES_BY_NAME[FAMILY[1]] = aioice.stun.ATTRIBUTES_BY_TYPE[FAMILY[0]] = FAMILY
    ask = aioice.turn.TurnClientMixin.request_with_retry

    async def with_family(self, request):
        if request.message_method == aioice.stun.Method.ALLOCATE:
            request.attributes[FAMILY[1]] = {4: 1, 6: 2}[family]
        return await ask(self, request)

    aioice.turn.TurnClientMixin.request_with_retry = with_family
    try:
        transport, _ = await aioice.turn.create_turn_endpoint(
            Inbox, server_addr=({4: HUB, 6: HUB6}[family], 443), username=server.username, password=server.credential, ssl=True,
            transport="tcp",
        )  # fmt: skip
        relayed = transport.get_extra_info("sockname")[0]
        found = [address for address in ASKED[family] if await granted(transport, address)]
        transport.close()
    finally:
        aioice.turn.TurnClientMixin.request_with_retry = ask
    return {"relayed": relayed, "granted": found}


async def main(conf, folder):
    cert, key = certificate(folder)
    os.environ["SSL_CERT_FILE"] = cert  # the only authority this process trusts
    (server,) = Relay((f"turns:{HUB}:443?transport=tcp",), SECRET).servers("s-x", int(time.time()))
    with coturn(conf, folder, "--tls-listening-port=443", f"--cert={cert}", f"--pkey={key}", hosts=(HUB, HUB6)):
        await listening(HUB)
        return {"media": await picture(server, folder), "4": await reaches(server, 4), "6": await reaches(server, 6)}


if __name__ == "__main__":
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for one in (f"{HUB}/24", f"{NEIGHBOUR}/24", f"{HUB6}/64", f"{NEIGHBOUR6}/64"):
        subprocess.run(["ip", "address", "add", one, "dev", "lo", *(["nodad"] if ":" in one else [])], check=True)
    print(json.dumps(asyncio.run(main(*sys.argv[1:]))))
    sys.stdout.flush()
    os._exit(0)
