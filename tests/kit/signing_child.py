"""A hub that signs a document from the first byte to the sealed record, in a process made to be killed at any moment.

    python -m kit.signing_child <folder> <keys.json>

It goes on from whatever the log says, tells each step before it is taken (`step issue`), and ends with `done`.
"""

import asyncio
import base64
import json
import sys

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding
from kit import pdfs
from kit.ceremonies import DIGITAL, INK, signing_small

from recordings.papers_asks import MinutesAsk
from server import minutes, sealing
from server.app import App
from server.config import Config
from signaling import commands as do
from signaling.acting import SYSTEM, Actor
from signaling.papers import MINUTES

OPERATOR, SECRETARY = Actor("p-1-a", "operator"), Actor("p-2-b", "secretary")
WHO = {"s-a-ld": "a", "s-b-ld": "b", "s-a-dau": "seal-a", "s-b-dau": "seal-b"}


def keys_of(pki):
    """The keys and certificates of a PKI as a file for this program."""
    told = {"chain": [base64.b64encode(one).decode() for one in pki.chain]}
    for who in (*WHO.values(), "clerk"):
        pem = pki.keys[who].private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        told[who] = [pem.decode(), base64.b64encode(pki.cert(who)).decode()]
    return told


class Child:
    """One life of the hub."""

    def __init__(self, app, room, keys):
        self.app, self.room, self.keys = app, room, keys

    @property
    def state(self):
        return self.room.session.state

    def say(self, step):
        print(f"step {step}", flush=True)

    async def ask(self, command, by=OPERATOR):
        await self.room.session.ask(command, by)

    def sign(self, who, data):
        key = serialization.load_pem_private_key(self.keys[who][0].encode(), None)
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return key.sign(data, ec.ECDSA(hashes.SHA256()))
        return key.sign(data, padding.PKCS1v15(), hashes.SHA256())

    async def run(self):
        while await self.step():
            pass
        print("done", flush=True)

    async def step(self):
        """Take the next step of the ceremony; False when there is none."""
        if self.state.phase in ("closed", "sealed"):
            return await self.afterwards()
        for document in (DIGITAL, INK):
            paper = self.state.paper(document)
            if paper.state == "draft":
                return await self.prepare(paper)
        if self.state.phase == "setup":
            self.room.session.ready_to_record = lambda: True
            await self.ask(do.ReportPresence("hub/camera", "back"), SYSTEM)
            self.say("open")
            await self.ask(do.OpenSession("because"))
            return True
        for document, item in ((DIGITAL, "ky-so"), (INK, "ky")):
            paper = self.state.paper(document)
            if paper.state != "completed" and not (document == INK and paper.rite_done()):
                if self.state.live != item:
                    if self.state.next != item:
                        await self.ask(do.SetNext(item, self.state.agenda_rev))
                    await self.ask(do.TakeItem(item, self.state.agenda_rev, "because"))
                return await self.sign_on(paper)
        if self.state.paper(INK).state != "completed":
            self.say("scan")
            await self.room.papers.scan(INK, pdfs.plain(text="scan"), {}, OPERATOR)
            return True
        self.say("close")
        await self.ask(do.CloseSession("because"))
        return True

    async def prepare(self, paper):
        if paper.file is None:
            self.say("add")
            await self.room.papers.add(paper.id, "a.pdf", pdfs.plain(pages=2, text=paper.id), SECRETARY)
        else:
            self.say("publish")
            await self.room.papers.publish(paper.id, paper.rev, OPERATOR)
        return True

    async def sign_on(self, paper):
        if paper.state in ("published", "interrupted"):
            self.say("begin")
            await self.ask(do.BeginSigning(paper.id, paper.rev, "because"))
            return True
        slot = paper.turn().slot
        if slot not in paper.assigned:
            await self.ask(do.AssignSlot(paper.id, slot, "Nguyễn Văn Ổn"))
        elif paper.mode == "wet_ink":
            await self.ink(paper, slot)
        elif paper.ticket is None:
            self.say("issue")
            chain = [base64.b64decode(one) for one in self.keys["chain"]]
            certificate = base64.b64decode(self.keys[WHO[slot]][1])
            await self.room.papers.issue(paper.id, slot, certificate, chain, Actor(f"g-{slot}", "signatory"))
        else:
            self.say("finish")
            ticket, _ = self.room.papers._ticket(paper.ticket.id)
            await self.room.papers.finish(ticket.id, self.sign(WHO[slot], ticket.attrs), Actor(f"g-{slot}", "signatory"))
        return True

    async def ink(self, paper, slot):
        self.say("ink")
        if paper.pen is None:
            await self.ask(do.LowerPen(paper.id, slot))
        if self.state.paper(paper.id).pen.up is None:
            await self.ask(do.RaisePen(paper.id, slot))
        await self.ask(do.WitnessInk(paper.id, slot), SECRETARY)

    async def afterwards(self):
        """Minutes on paper, then the seal."""
        paper = self.state.paper(MINUTES)
        if self.state.phase == "sealed":
            return False
        if paper is None or paper.state == "draft":
            self.say("minutes")
            await minutes.make(self.room.papers, MinutesAsk(secretary="Trần Thị Nghĩa"), "wet_ink", SECRETARY)
        elif paper.state == "published":
            self.say("signed minutes")
            names = {slot.slot: "Trần Thị Nghĩa" for slot in paper.slots if slot.kind != "seal"}
            await self.room.papers.scan(MINUTES, pdfs.plain(text="signed minutes"), names, SECRETARY)
        else:
            self.say("seal")
            await sealing.seal(self.room, self.app.log_key(), SECRETARY)
        return True


async def main(folder, keys):
    with open(keys, encoding="utf-8") as file:
        held = json.load(file)
    config = Config(data=folder, port=0, local_port=0, loopback=True)
    async with App(config).running() as app:
        room = next(iter(app.gate.rooms.values()), None) or await app.create(signing_small())
        await Child(app, room, held).run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
