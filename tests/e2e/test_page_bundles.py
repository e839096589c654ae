"""The page answers the five questions about a sealed record as `diemcau verify` does, from the same bytes."""


import msgspec
import pytest
from kit import papers
from kit.forgery import revised, rewrite
from kit.mutations import relisted
from kit.page_judge import running
from kit.pki import Pki, pki
from kit.sealed_record import bundled, revisions, sealed

from recordings.seal import checkpoint, log_key
from recordings.timestamps import token
from recordings.verify_answers import QUESTIONS
from recordings.verify_bundle import verify_bundle
from recordings.verify_papers import Outside


@pytest.fixture(scope="module")
def judge(tmp_path_factory):
    with running(tmp_path_factory.mktemp("page")) as found:
        yield found


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """(record, bundle)."""
    place = tmp_path_factory.mktemp("whole")
    record = sealed(place)
    return record, bundled(record, place / "a.zip")


def agree(judge, path, roots=(), keys=(), points=()):
    found = verify_bundle(str(path), Outside(tuple(roots), tuple(keys), tuple(points)))
    told = {name: getattr(found, name).verdict for name in QUESTIONS}
    page = judge.bundle(path, roots, keys, [point.decode() for point in points])
    assert {name: page[name][0] for name in QUESTIONS} == told, (page, found.lines())
    return told


def test_all_five_with_what_whoever_checks_brings_along(judge, whole):
    record, path = whole
    point = msgspec.json.encode(record.point)
    assert agree(judge, path, (pki().root,), (record.key,), (point,)) == dict.fromkeys(QUESTIONS, "valid")
    told = agree(judge, path)
    assert told == {"integrity": "valid", "signer": "unknown", "trust": "unknown", "time": "unknown", "completeness": "valid"}
    assert agree(judge, path, (Pki(mark="other").root,), ("ab" * 32,))["trust"] == "unknown"
    assert agree(judge, path, (pki().root,))["time"] == "valid"


def test_checkpoints_kept_elsewhere(judge, whole, tmp_path):
    record, path = whole
    one = record.point
    later = checkpoint(log_key(str(tmp_path / "k")), msgspec.structs.replace(one, seq=one.seq + 5))
    for keys in ((), (record.key,)):
        for text in (b"{}", msgspec.json.encode(later), msgspec.json.encode(msgspec.structs.replace(one, hash="00" * 32))):
            assert agree(judge, path, (), keys, (text,))["integrity"] == "invalid"


FORGERIES = {
    "seal": lambda name, data: data.replace(b'"epoch":1', b'"epoch":2') if name == "sealed/seal.json" else data,
    "no seal": lambda name, data: None if name == "sealed/seal.json" else data,
    "no token": lambda name, data: None if name == "sealed/seal.tsr" else data,
    "token cut": lambda name, data: data[:-9] if name == "sealed/seal.tsr" else data,
    "token swapped": lambda name, data: token(b"other", pki().stamper().response)[0] if name == "sealed/seal.tsr" else data,
    "token of another": lambda name, data: data if name != "sealed/seal.tsr" else b"",
    "manifest": lambda name, data: data.replace(b'"software":"', b'"software":"x') if name == "manifest.json" else data,
    "log cut": lambda name, data: data[: data.rindex(b"\n", 0, -1) + 1] if name == "log.jsonl" else data,
    "document byte": lambda name, data: data[:900] + bytes([data[900] ^ 1]) + data[901:] if name.startswith("documents/") and len(data) > 100_000 else data,
    "documents gone": lambda name, data: None if name.startswith("documents/") else data,
    "last document gone": lambda name, data: None if name.startswith("documents/") and len(data) > 125_000 else data,
}  # fmt: skip


@pytest.mark.parametrize("what", FORGERIES)
def test_forgeries_of_the_bundle(judge, whole, tmp_path, what):
    record, path = whole
    into = relisted(path, tmp_path / "b.zip", FORGERIES[what])
    told = agree(judge, into, (pki().root,), (record.key,))
    assert set(told.values()) != {"valid"}
    agree(judge, into)


def test_a_record_whose_hub_rewrote_a_page_and_sealed_that(judge, tmp_path):
    heads = revisions()
    record = sealed(tmp_path, [*heads, revised(heads[-1], rewrite)])
    told = agree(judge, bundled(record, tmp_path / "a.zip"), (pki().root,), (record.key,))
    assert told["integrity"] == "invalid"


def test_a_record_that_was_sealed_without_a_stamp(judge, tmp_path):
    record = sealed(tmp_path, stamped_seal=False)
    assert agree(judge, bundled(record, tmp_path / "a.zip"), (pki().root,), (record.key,))["time"] == "unknown"


def test_a_record_with_open_slots_and_unstamped_signatures(judge, tmp_path):
    heads = [papers.signed(n, stamped=False) for n in range(3)]
    record = sealed(tmp_path, heads, landed=papers.ORDER[:2])
    assert agree(judge, bundled(record, tmp_path / "a.zip"), (pki().root,), (record.key,))["integrity"] == "valid"


@pytest.mark.parametrize("data", [b"", b"PK" * 900, b"no bundle"])
def test_what_is_no_bundle(judge, tmp_path, data):
    (tmp_path / "a.zip").write_bytes(data)
    told = agree(judge, tmp_path / "a.zip")
    assert told["integrity"] == "invalid"
    assert told["trust"] == "unknown"
