"""A simulated site: joins by its link, publishes over WHIP, follows its cues, and comes back for ever.

It speaks HTTP, WebSocket and WebRTC like a stranger: whole aiortc peers, the `websockets` client, aiohttp.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import logging
import os
import random
import time
import zlib
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
import aioice.ice
import msgspec
import websockets
from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from server.simulation.clips import Clip
from server.simulation.tracks import ClipTrack

STEPS_S: Final = (0.0, 0.3, 1.0, 2.0)
"""Pauses between tries, × random(0.5–1); the last for ever (RULINGS, Loss and return)."""
BEAT_S: Final = 2.0
REFUSED_S: Final = 60.0
log = logging.getLogger("diemcau.simulate")


class Refusal(Exception):  # noqa: N818 - what the hub said
    """The hub said no."""


def only_loopback() -> None:
    """Have aiortc gather 127.0.0.1 only: for a hub on this machine nothing else is needed, and nothing else used."""
    aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"]  # noqa: ARG005


class Device:
    """The P-256 key that binds a link to this "device", kept on disk."""

    def __init__(self, path: str) -> None:
        """Load the key, or make it."""
        try:
            with open(path, "rb") as file:
                key = serialization.load_pem_private_key(file.read(), None)
            assert isinstance(key, ec.EllipticCurvePrivateKey)
        except (OSError, ValueError):
            key = ec.generate_private_key(ec.SECP256R1())
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            pem = key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(fd, "wb") as file:
                file.write(pem)
        self._key = key
        spki = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.public = _text(spki)

    def sign(self, nonce: str) -> str:
        """Return the signature the hello wants: r‖s over `diemcau-hello:<nonce>`."""
        der = self._key.sign(f"diemcau-hello:{nonce}".encode(), ec.ECDSA(hashes.SHA256()))
        r, s = decode_dss_signature(der)
        return _text(r.to_bytes(32) + s.to_bytes(32))


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Publisher:
    """One source of a simulated site: a peer connection made anew whenever it fails."""

    def __init__(self, name: str, clip: Clip) -> None:
        """Publish `clip` as source `name`."""
        self.name = name
        self.clip = clip
        self.open = False
        self.connected = False
        self._peer: RTCPeerConnection | None = None
        self._audio: ClipTrack | None = None
        self._where: tuple[str, str] | None = None

    def gate(self, *, is_open: bool) -> None:
        """Speak, or be silent."""
        self.open = is_open
        if self._audio is not None:
            self._audio.open = is_open

    async def publish(self, http: aiohttp.ClientSession, hub: str, url: str, token: str) -> None:
        """POST a new generation; the one before it is closed once this one stands. Raises `Refusal`."""
        peer = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        begin = time.monotonic()
        if self.clip.audio:
            self._audio = ClipTrack("audio", self.clip, begin)
            self._audio.open = self.open
            peer.addTrack(self._audio)
        peer.addTrack(ClipTrack("video", self.clip, begin))
        try:
            await peer.setLocalDescription(await peer.createOffer())
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/sdp"}
            async with http.post(hub + url, data=peer.localDescription.sdp, headers=headers) as response:
                text = await response.text()
                if response.status != 201:
                    raise Refusal(f"WHIP {response.status}: {text[:200]}")
                where = response.headers["Location"]
            await peer.setRemoteDescription(RTCSessionDescription(text, "answer"))
        except BaseException:
            await peer.close()
            raise
        old, self._peer = self._peer, peer
        self._where = (where, token)
        peer.on("connectionstatechange", lambda: self._moved(peer))
        if old is not None:
            await old.close()

    def _moved(self, peer: RTCPeerConnection) -> None:
        if peer is self._peer:
            self.connected = peer.connectionState == "connected"

    @property
    def failed(self) -> bool:
        """Tell whether the connection has ended and wants a new generation."""
        return self._peer is not None and self._peer.connectionState in ("failed", "closed")

    async def close(self, http: aiohttp.ClientSession | None = None, hub: str = "") -> None:
        """End the connection, and its resource at the hub if it can be told."""
        peer, self._peer = self._peer, None
        if peer is not None:
            await peer.close()
        if http is not None and self._where is not None:
            where, token = self._where
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                await http.delete(hub + where, headers={"Authorization": f"Bearer {token}"})
        self._where = None


class SimulatedSite:
    """One site from its link on. `run` never returns by itself."""

    def __init__(self, link: str, device: Device, clips: dict[str, Clip], *, lively: bool = True) -> None:
        """Use `link` (`https://hub/join#token`) from `device`, publishing `clips` by source name."""
        parts = urlsplit(link)
        self.hub = f"{parts.scheme}://{parts.netloc}"
        self.token = parts.fragment
        self.device = device
        self.publishers = {name: Publisher(name, clip) for name, clip in clips.items()}
        self.lively = lively
        self.view: dict[str, Any] = {}
        self.said: list[dict[str, Any]] = []
        self.joined = asyncio.Event()
        self._cookies: dict[str, str] = {}
        self._seat: dict[str, str] = {}
        self._socket: Any = None
        self._ref = 0
        self._answered: set[str] = set()
        self._chores: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Join, publish, follow; after any loss start again, until cancelled."""
        tries = 0
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(5)) as http:
            try:
                while True:
                    try:
                        if not self._seat:
                            await self._join(http)
                        await self._attend(http)
                        tries = 0
                    except Refusal as error:
                        log.warning("%s: %s", self._seat.get("site", "?"), error)
                        tries = max(tries, 2)
                        if not self._seat or error.args[0] == "not-signed-in":
                            # a revoked link stays revoked: asking often would use up the tries of a whole address
                            self._seat = {}
                            await asyncio.sleep(REFUSED_S)
                    except (OSError, TimeoutError, aiohttp.ClientError, websockets.WebSocketException):
                        pass
                    step = STEPS_S[min(tries, len(STEPS_S) - 1)]
                    tries += 1
                    await asyncio.sleep(step * random.uniform(0.5, 1))  # noqa: S311 - spreading, not secrecy
            finally:
                for chore in tuple(self._chores):
                    chore.cancel()
                for publisher in self.publishers.values():
                    await publisher.close(http, self.hub)

    async def _join(self, http: aiohttp.ClientSession) -> None:
        headers = {"Origin": self.hub, "X-Diemcau": "1"}
        asked = {"token": self.token, "key": self.device.public}
        async with http.post(f"{self.hub}/api/join", json=asked, headers=headers, ssl=False) as response:
            answer = await response.json()
            if response.status != 200:
                raise Refusal(f"join: {answer.get('code')}")
            self._cookies = {name: morsel.value for name, morsel in response.cookies.items()}
        self._seat = answer

    async def _attend(self, http: aiohttp.ClientSession) -> None:
        where = f"{self.hub.replace('http', 'ws', 1)}/api/sessions/{self._seat['session']}/socket"
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        async with websockets.connect(
            where, origin=websockets.Origin(self.hub), additional_headers={"Cookie": cookie}, open_timeout=5,
            ping_interval=BEAT_S, ping_timeout=5, max_size=1 << 20,
        ) as socket:  # fmt: skip
            challenge = msgspec.json.decode(await socket.recv())
            hello = {
                "t": "hello", "seat": self._seat["seat"], "build": challenge["build"],
                "key": self.device.public, "sig": self.device.sign(challenge["nonce"]),
            }  # fmt: skip
            await socket.send(msgspec.json.encode(hello).decode())
            self._socket = socket
            beat = asyncio.create_task(self._beat())
            try:
                for name in self.publishers:
                    await self._say({"t": "media.ask", "use": name})
                async for text in socket:
                    await self._hear(http, msgspec.json.decode(text))
            finally:
                self._socket = None
                beat.cancel()
                await asyncio.gather(beat, return_exceptions=True)

    async def _beat(self) -> None:
        """Replace publishers that failed, for as long as the socket lives."""
        while True:
            await asyncio.sleep(1)
            for name, publisher in self.publishers.items():
                if publisher.failed:
                    await publisher.close()
                    await self._say({"t": "media.ask", "use": name})

    async def _hear(self, http: aiohttp.ClientSession, message: dict[str, Any]) -> None:
        match message["t"]:
            case "welcome" | "show":
                self.view |= message["view"]
                self._follow()
                self.joined.set()
            case "media.token":
                await self.publishers[message["use"]].publish(http, self.hub, message["url"], message["token"])
            case "stalled":
                await self._say({"t": "media.ask", "use": message["use"]})
            case "follow":
                # a rehearsal began or ended: the same seat, in the other session
                self._seat = {**self._seat, "session": message["session"]}
                self._answered.clear()
                await self._socket.close()
            case "fault":
                raise Refusal(message["code"])
            case "done" | "refused":
                self.said.append(message)

    def _follow(self) -> None:
        cue = self.view.get("cue", {})
        mic = cue.get("mic", "closed")
        self.publishers["camera"].gate(is_open=mic in ("open", "pre"))
        live = self.view.get("agenda", {}).get("live")
        if not self.lively or live is None or live in self._answered:
            return
        self._answered.add(live)
        item = next((one for one in self.view["agenda"]["items"] if one["id"] == live), None)
        if item is not None:
            chore = asyncio.create_task(self._act(item, cue))
            self._chores.add(chore)
            chore.add_done_callback(self._chores.discard)

    async def _act(self, item: dict[str, Any], cue: dict[str, Any]) -> None:
        """Do what the run sheet asks of a site, after a human pause. Nothing here advances the ceremony."""
        pause = random.uniform(2, 12)  # noqa: S311
        site = self._seat["site"]
        if item["kind"] == "roll_call":
            await asyncio.sleep(pause)
            present = max(0, int(cue.get("expected", 10)) - random.choice((0, 0, 0, 1)))  # noqa: S311
            await self.command({"do": "rollcall.answer", "site": site, "present": present})
        elif item.get("open_floor") and site != "hub" and zlib.crc32(site.encode()) % 3 == 0:
            await asyncio.sleep(pause)
            await self.command({"do": "floor.ask"})

    async def command(self, command: dict[str, Any]) -> None:
        """Send one command; its answer lands in `said`."""
        self._ref += 1
        await self._say({"t": "do", "ref": f"sim-{self._ref}-{random.getrandbits(32):x}", "command": command})

    async def _say(self, message: dict[str, Any]) -> None:
        if self._socket is not None:
            with contextlib.suppress(websockets.ConnectionClosed):
                await self._socket.send(msgspec.json.encode(message).decode())
