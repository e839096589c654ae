"""A sealed record with a signed document, whole or with something done to it before it is sealed."""

import msgspec
from kit import papers
from kit.ceremonies import first_ceremony
from kit.forgery import sha
from kit.pki import pki

from recordings.export.bundle import write
from recordings.log import EventLog
from recordings.manifest import write_manifest
from recordings.pades_ltv import Trust, extend
from recordings.seal import Checkpoint, checkpoint, log_key, public_of, seal, stamped, write_seal
from recordings.timestamps import token
from signaling import events

NAME = "chuong-trinh-phoi-hop"


class Record(msgspec.Struct):
    folder: str
    key: str
    point: Checkpoint


def revisions(certs=None):
    """The agreement from its publication to four signatures and all their proof."""
    certs = certs or pki()
    heads = [papers.signed(n) for n in range(5)]
    return [*heads, extend(heads[-1], Trust((certs.root,), crls=tuple(certs.crls())), certs.stamper().response)[0]]


def sealed(place, heads=None, *, landed=papers.ORDER, post=None, stamped_seal=True, spoil=None):
    """Write a record under `place`. `heads`: its revisions, the published one first; `spoil(folder)` comes before the seal."""
    heads = heads or revisions()
    folder = place / "record"
    folder.mkdir()
    log = EventLog.open(str(folder), "s", create=True)
    log.append([({"seat": "p", "role": "operator"}, event) for event in told(heads, landed)], 1_700_000_000_000_000)
    (folder / "documents").mkdir()
    (folder / "tracks").mkdir()
    for head in heads:
        (folder / "documents" / f"{sha(head)}.pdf").write_bytes(head)
    if spoil is not None:
        spoil(folder)
    write_manifest(str(folder))
    key = log_key(str(place / "log.key"))
    one = seal(str(folder), key, "s", (1_700_000_100_000_000, 1))
    post = post or pki().stamper().response
    write_seal(str(folder), one, token(stamped(one), post)[0] if stamped_seal else None)
    point = checkpoint(key, Checkpoint("s", *log.head, {}, 1, 5, ""))
    log.close()
    return Record(str(folder), public_of(key), point)


def told(heads, landed):
    """The events of such a ceremony."""
    plain = events.to_plain(events.SessionCreated("s", first_ceremony()))
    plain["draft"]["documents"] = [{"id": NAME, "title": {"vi": "a", "en": "a"}, "signing": "digital", "signatures": [{"slot": one} for one in papers.ORDER]}]
    found = [plain, {"is": "document.published", "document": NAME, "version": 1, "file": sha(heads[0]), "sha256": sha(heads[0])}]
    for slot, before, after in zip(landed, heads, heads[1:], strict=False):
        found.append({"is": "signature.landed", "document": NAME, "slot": slot, "how": "digital", "base": sha(before), "sha256": sha(after), "person": "x"})
    for before, after in zip(heads[len(landed) :], heads[len(landed) + 1 :], strict=False):
        found.append({"is": "document.extended", "document": NAME, "base": sha(before), "sha256": sha(after), "level": "B-LTA"})
    return found


def bundled(record, path):
    """Write the record's bundle to a path and return it."""
    write(record.folder, str(path), lambda fraction: None)
    return path
