"""The first ceremony with light guests: what the whole server costs, how fast a command is told, how soon all are back.

Nine publishers of 400 kbit/s and Opus, two microphones open, nine viewers in a two-shot, a console that watches all nine, the
recorder on (RULINGS, "Hub + 8 cost"). The guests live in another process. Prints JSON; `SECONDS` is the length of the mean.
"""

import asyncio
import json
import multiprocessing
import os
import statistics
import sys
import tempfile
import time

import aiohttp
from kit.hubs import Desk, Hub
from kit.light_peers import Light, Stream, offer

from server.media.dtls import Identity
from server.simulation.sites import Device, SimulatedSite

SECONDS = int(os.environ.get("SECONDS", "60"))
COMMANDS = int(os.environ.get("COMMANDS", "300"))
KILLS = int(os.environ.get("KILLS", "5"))
NTP_EPOCH_S = 2_208_988_800


class Guest:
    """In the place of a `Publisher`: one light peer, made anew when its link fails."""

    def __init__(self, slots=0):
        self.slots, self.stream, self.peer, self.failed = slots, Stream(), None, False
        self.identity = Identity()

    def gate(self, **_):
        """Speak always: the server's gate decides."""

    async def publish(self, http, hub, url, token):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/sdp"}
        body = offer(self.identity, self.slots or 1, "recvonly" if self.slots else "sendonly")
        async with http.post(hub + url, data=body, headers=headers) as response:
            answer = await response.text()
            assert response.status == 201, answer
        peer = Light(self.identity, answer)
        asyncio.get_running_loop().add_reader(peer.sock.fileno(), peer.readable)
        peer.check()
        await asyncio.sleep(0.005)
        peer.begin()
        if self.peer is not None:
            asyncio.get_running_loop().remove_reader(self.peer.sock.fileno())
            self.peer.sock.close()
        self.peer = peer

    async def close(self, *_):
        """Nothing to end: the process ends."""


def guests(cards, folder, pipe):
    """The other process: all sites join, publish and watch until told to stop."""

    async def run():
        sites = []
        for card in cards:
            site = SimulatedSite(card["link"], Device(os.path.join(folder, card["site"])), {}, lively=False)
            site.publishers = {"camera": Guest(), "whep": Guest(slots=10)}
            sites.append(site)
        tasks = [asyncio.create_task(site.run()) for site in sites]
        beat = asyncio.create_task(pace([one for site in sites for one in site.publishers.values()]))
        await asyncio.get_running_loop().run_in_executor(None, pipe.recv)
        pipe.send(sum(site.publishers["whep"].peer.count for site in sites))
        for task in (*tasks, beat):
            task.cancel()
        await asyncio.gather(*tasks, beat, return_exceptions=True)

    asyncio.run(run())


async def pace(all_guests):
    """Sound every 20 ms, a picture every 40, checks and reports now and then."""
    began, n = time.monotonic(), 0
    while True:
        for guest in all_guests:
            peer = guest.peer
            if peer is None or not peer.dtls.up:
                continue
            if n % 100 == 0:
                peer.check()
            if guest.slots:
                continue
            peer.send(guest.stream.voice())
            if n % 2 == 0:
                for packet in guest.stream.picture():
                    peer.send(packet)
            if n % 50 == 0:
                ntp = int((time.time() + NTP_EPOCH_S) * 2**32)
                for report in guest.stream.reports(ntp):
                    peer.sock.sendto(peer.dtls.outbound.protect_rtcp(report), peer.to)
        n += 1
        await asyncio.sleep(max(0, began + n / 50 - time.monotonic()))


def cpu_of(pid):
    """Seconds of CPU a process has used."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def watch_all(desk, http):
    """The console's WHEP: sixteen slots, every source."""
    guest = Guest(slots=16)
    await desk.socket.send(json.dumps({"t": "media.ask", "use": "whep"}))
    token = await desk.until(lambda: next((m for m in desk.messages if m["t"] == "media.token"), None))
    await guest.publish(http, desk.hub.url, token["url"], token["token"])
    heights = {f"{site['id']}/camera": 180 for site in desk.view["sites"]["sites"]}
    await desk.socket.send(json.dumps({"t": "wishes", "heights": heights}))
    return guest


async def cost(desk, hub):
    """Share of a core of the whole server process over `SECONDS`, in a two-shot."""
    assert await desk.ask("session.open") == "done"
    assert await desk.take("tham-luan-thai-thuy") == "done"
    assert desk.view["scene"]["program"]["layout"] == "two_shot"
    await asyncio.sleep(3)
    begin, at = cpu_of(hub.process.pid), time.monotonic()
    await asyncio.sleep(SECONDS)
    return (cpu_of(hub.process.pid) - begin) / (time.monotonic() - at)


async def told(desk, cards, folder):
    """Milliseconds from sending a command to the last of nine screens being told, fsync included."""
    async with asyncio.TaskGroup() as group:
        sites = [SimulatedSite(c["link"], Device(os.path.join(folder, c["site"])), {}, lively=False) for c in cards]
        heard = asyncio.Queue()
        for site in sites:
            site._follow = lambda site=site: heard.put_nowait((site.view.get("scene", {}).get("rev"), time.monotonic()))
        tasks = [group.create_task(site.run()) for site in sites]
        await asyncio.gather(*(site.joined.wait() for site in sites))
        took = []
        for n in range(COMMANDS):
            begin, rev = time.monotonic(), desk.view["scene"]["rev"]
            scene = ("solo:hub", "two_shot:hub+thai-thuy")[n % 2]
            assert await desk.ask("scene.prepare", scene=scene) == "done"
            await desk.until(lambda rev=rev: desk.view["scene"]["rev"] > rev)
            last = 0
            while last < len(sites):
                seen, at = await asyncio.wait_for(heard.get(), 5)
                last += seen == rev + 1
            took.append((at - begin) * 1000)
            await asyncio.sleep(0.02)
        for task in tasks:
            task.cancel()
    took.sort()
    return {"p50": round(took[len(took) // 2], 1), "p99": round(took[len(took) * 99 // 100], 1), "max": round(took[-1], 1)}


async def measure():
    with tempfile.TemporaryDirectory() as folder:
        hub = Hub(os.path.join(folder, "data")).start()
        ours, theirs = multiprocessing.get_context("spawn").Pipe()
        cards = list(hub.cards().values())
        process = multiprocessing.get_context("spawn").Process(target=guests, args=(cards, folder, theirs))
        process.start()
        try:
            async with Desk(hub) as desk, aiohttp.ClientSession() as http:
                await (await desk.enter(hub.links["operator"])).connect()
                await desk.until(lambda: len(desk.present()) == 9)
                console = await watch_all(desk, http)
                beat = asyncio.create_task(pace([console]))
                found = {"seconds": SECONDS, "server_core": round(await cost(desk, hub), 3)}
                found["console_packets"] = console.peer.count
                found["command_told_ms"] = await told(desk, cards, folder)
                beat.cancel()
            ours.send("stop")
            found["viewer_packets"] = await asyncio.get_running_loop().run_in_executor(None, ours.recv)
        finally:
            process.terminate()
            process.join()
            hub.stop()
    return found


async def back():
    """Seconds from the start of a new process after `kill -9` to nine whole aiortc participants with media."""
    took = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("DIEMCAU_CLIPS", os.path.join(tempfile.gettempdir(), "diemcau-clips"))
        hub = Hub(os.path.join(folder, "data")).start().simulate("--quiet")
        try:
            async with Desk(hub) as desk:
                await (await desk.enter(hub.links["operator"])).connect()
                await desk.until(lambda: len(desk.present()) == 9, 60)
                assert await desk.ask("session.open") == "done"
                for _ in range(KILLS):
                    await asyncio.sleep(3)
                    hub.kill()
                    desk.view = {}
                    began = time.monotonic()
                    await asyncio.to_thread(hub.start)
                    await desk.until(lambda: "sites" in desk.view and len(desk.present()) == 9, 60)
                    took.append(round(time.monotonic() - began, 2))
        finally:
            hub.stop()
    return {"kills": KILLS, "back_s_median": statistics.median(took), "back_s_worst": max(took)}


if __name__ == "__main__":
    parts = sys.argv[1:] or ["measure", "back"]
    print(json.dumps({k: v for part in parts for k, v in asyncio.run({"measure": measure, "back": back}[part]()).items()}))
