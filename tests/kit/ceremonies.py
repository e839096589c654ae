"""The first ceremony, a driver that speaks its language, and a small one for random play."""

import hashlib
import importlib.resources

from msgspec.structs import replace

from server.imports import read_yaml
from signaling import ceremony, events
from signaling.agenda import Item, Text
from signaling.commands import SYSTEM, Actor, CreateSession, OpenSession, ReportPresence
from signaling.draft import Document, Draft, Party, Site, Slate, Slot
from signaling.names import source_id

OPERATOR = Actor("p-1-a", "operator")
SECRETARY = Actor("p-2-b", "secretary")
SECOND = 1_000_000


def site_actor(site):
    return Actor(f"s-{site}", "site", site)


def sheet_bytes():
    return importlib.resources.files("server").joinpath("ceremonies/le-ky-ket-2022-02-17.yaml").read_bytes()


def first_ceremony():
    return read_yaml(sheet_bytes())


def text(words):
    return Text(words, words)


def small(policy="on_grant"):
    """Four sites, seven items, one of every behaviour."""
    sites = (Site("hub", "hub", text("hub"), 5), *(Site(s, "district", text(s), 3) for s in ("an", "ba", "chi")))
    items = (
        Item("diem-danh", "roll_call", text("roll"), 60, "grid"),
        Item("nhac", "generic", text("music"), 60, "solo:hub", audio="music", optional=True),
        Item("khai-mac", "speech", text("opening"), 120, "solo:hub", required=True),
        Item("an-noi", "speech", text("an"), 60, "two_shot:hub+an", site="an"),
        Item("trao-doi", "speech", text("open"), 60, "two_shot:hub+holder", open_floor=True),
        Item("ba-noi", "speech", text("ba"), 60, "solo:ba", site="ba", at=1_000 * SECOND),
        Item("be-mac", "closing", text("closing"), 60, "slate", required=True),
    )
    slates = (Slate("mo-dau", "opening", text("opening")),)
    return Draft(text("small"), text("host"), 0, 25_200, sites, items, policy, slates)


INK, DIGITAL = "ct", "ks"
"""The documents of `signing_small`: one signed in ink, one by tickets."""
SLOTS = ("a-ld", "b-ld", "a-dau", "b-dau")


def slots(prefix=""):
    """Both leaders, then both seals."""
    kinds = ("leader", "leader", "seal", "seal")
    return tuple(
        Slot(f"{prefix}{name}", name[0], kind, text(f"office-{name}")) for name, kind in zip(SLOTS, kinds, strict=True)
    )


def signing_small():
    """The small ceremony with two parties, a document in ink and one by tickets, each with its signing item."""
    before = small()
    signing = (
        Item("ky", "signing", text("signing"), 60, f"signing:{INK}", documents=(INK,), step="sign"),
        Item("ky-so", "signing", text("signing"), 60, f"signing:{DIGITAL}", documents=(DIGITAL,), step="sign"),
        Item("trao", "exchange", text("exchange"), 60, "solo:hub", stills=True),
    )
    papers = (
        Document(INK, text("in ink"), file="ct.pdf", signatures=slots()),
        Document(DIGITAL, text("by tickets"), signing="digital", signatures=slots("s-")),
    )
    parties = (Party("a", text("A"), ("KT.", "TL.")), Party("b", text("B"), ("K/T",)))
    return replace(before, items=(before.items[0], *signing, before.items[-1]), documents=papers, parties=parties)


def signatory(slot):
    return Actor(f"g-{slot}", "signatory")


def sha(*what):
    """The SHA-256 of some bytes that are told apart by these words."""
    return hashlib.sha256(repr(what).encode()).hexdigest()


class Play:
    """A ceremony in hand: every command checked to refuse without a trace or to fold to the same state."""

    def __init__(self, draft=None, now=1_700_000_000 * SECOND):
        self.now = now
        self.log = []
        self.state = ceremony.State()
        self.do(CreateSession("play", draft or small()), SYSTEM)

    def do(self, command, by=OPERATOR):
        happened = ceremony.decide(self.state, command, by, self.now)
        for event in happened:
            self.log.append((self.now, event))
            self.state = ceremony.evolve(self.state, event, self.now)
        return [type(event).__name__ for event in happened]

    def wait(self, seconds):
        self.now += int(seconds * SECOND)

    def arrive(self, *sites):
        for site in sites or [one.id for one in self.state.sheet().sites]:
            self.do(ReportPresence(source_id(site, "camera"), "back"), SYSTEM)

    def report(self, source, state):
        return self.do(ReportPresence(source, state), SYSTEM)

    def opened(self):
        self.arrive()
        self.do(OpenSession())
        return self

    def again(self):
        """The state after writing the log out and reading it back."""
        plain = [(at, events.to_plain(event)) for at, event in self.log]
        return ceremony.fold((at, events.from_plain(event)) for at, event in plain)
