"""A record with signed documents and a seal: five questions, answered apart."""

import os
import random
import shutil

import msgspec
import pytest
from kit import papers
from kit.forgery import sha
from kit.pki import pki
from kit.sealed_record import sealed

from recordings.export.bundle import write
from recordings.seal import checkpoint, log_key, seal, write_seal
from recordings.timestamps import token
from recordings.verify import verify
from recordings.verify_answers import QUESTIONS
from recordings.verify_bundle import verify_bundle
from recordings.verify_papers import Outside
from server.cli import main


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """(folder, key, checkpoint) of a sealed record with a document of four signatures and long-term proof."""
    found = sealed(tmp_path_factory.mktemp("place"))
    return found.folder, found.key, found.point


@pytest.fixture
def copy(made, tmp_path):
    place = tmp_path / "copy"
    shutil.copytree(made[0], place)
    return place


def verdicts(found):
    return {name: getattr(found, name).verdict for name in QUESTIONS}


def test_with_roots_and_key_from_outside_all_five_are_good(made):
    found = verify(made[0], outside=Outside((pki().root,), (made[1],), (msgspec.json.encode(made[2]),)))
    assert verdicts(found) == dict.fromkeys(QUESTIONS, "valid"), found.lines()
    assert found.ok


def test_alone_it_is_whole_but_signer_trust_and_time_stay_open(made):
    found = verify(made[0])
    assert verdicts(found) == {"integrity": "valid", "signer": "unknown", "trust": "unknown", "time": "unknown", "completeness": "valid"}
    assert found.ok
    lines = "\n".join(found.lines())
    assert "integrity: good / Toàn vẹn: Hợp lệ" in lines
    assert "trust: not determined / Độ tin cậy: Chưa xác định" in lines
    assert "Không chứng minh" in lines
    assert "Not proven" in lines
    assert "doc.proof" not in lines


def test_a_bundle_says_the_same(made, tmp_path):
    write(made[0], str(tmp_path / "a.zip"), lambda fraction: None)
    found = verify_bundle(str(tmp_path / "a.zip"), Outside((pki().root,), (made[1],)))
    assert verdicts(found) == dict.fromkeys(QUESTIONS, "valid"), found.lines()


def test_a_missing_document_is_incomplete(copy):
    os.unlink(copy / "documents" / f"{sha(papers.signed(2))}.pdf")
    assert verdicts(verify(str(copy)))["completeness"] == "invalid"


def test_without_the_last_revision_nobody_is_its_signer(copy):
    last = max((copy / "documents").iterdir(), key=lambda one: one.stat().st_size)
    os.unlink(last)
    found = verdicts(verify(str(copy), outside=Outside((pki().root,))))
    assert (found["completeness"], found["signer"], found["trust"], found["time"]) == ("invalid", "unknown", "unknown", "unknown")


@pytest.mark.parametrize("change", [lambda data: data.replace(b'"epoch":1', b'"epoch":2'), lambda data: b" " + data, lambda data: b"{}"])
def test_a_broken_seal_has_no_signer(copy, made, change):
    path = copy / "sealed/seal.json"
    path.write_bytes(change(path.read_bytes()))
    found = verdicts(verify(str(copy), outside=Outside((pki().root,), (made[1],))))
    assert (found["integrity"], found["signer"]) == ("invalid", "invalid")
    assert found["time"] == "unknown"


def test_any_change_of_documents_or_seal_is_found(copy):
    dice = random.Random(4)
    paths = [*sorted((copy / "documents").iterdir()), copy / "sealed/seal.json", copy / "manifest.json"]
    for _ in range(min(12, int(os.environ.get("MUTATIONS", "12")))):
        path = dice.choice(paths)
        data = path.read_bytes()
        at = dice.randrange(len(data))
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        assert "invalid" in verdicts(verify(str(copy))).values(), (path.name, at)
        path.write_bytes(data)


def test_a_token_that_is_cut_or_over_something_else_is_found(copy):
    """Single bytes of it may belong to certificates nobody needs: those are not what it proves."""
    path = copy / "sealed/seal.tsr"
    for data in (path.read_bytes()[:-9], b"", token(b"other", pki().stamper().response)[0]):
        path.write_bytes(data)
        assert verdicts(verify(str(copy)))["time"] == "invalid"


def test_a_forged_seal_with_another_key_is_not_the_known_one(copy, made, tmp_path):
    one = seal(str(copy), log_key(str(tmp_path / "own.key")), "s", (1, 1))
    write_seal(str(copy), one)
    found = verify(str(copy), outside=Outside((), (made[1],)))
    assert found.signer.verdict == "unknown"
    assert "sealed" in {said.code for said in found.signer.told}


def test_a_log_cut_short_shows_against_a_checkpoint_kept_elsewhere(copy, made, tmp_path):
    point = msgspec.structs.replace(made[2], seq=made[2].seq + 5)
    for text in (msgspec.json.encode(point), b"{}", msgspec.json.encode(msgspec.structs.replace(made[2], hash="00" * 32))):
        assert verify(str(copy), outside=Outside(checkpoints=(text,))).integrity.verdict == "invalid"
    later = checkpoint(log_key(str(tmp_path / "k")), point)
    assert "kept elsewhere" in "\n".join(verify(str(copy), outside=Outside(checkpoints=(msgspec.json.encode(later),))).lines())


def test_the_command_line_takes_roots_key_and_checkpoints(made, tmp_path, capsys):
    (tmp_path / "roots").mkdir()
    (tmp_path / "roots" / "a.der").write_bytes(pki().root)
    (tmp_path / "points").write_bytes(msgspec.json.encode(made[2]) + b"\n")
    with pytest.raises(SystemExit) as ended:
        main(["verify", made[0], "--roots", str(tmp_path / "roots"), "--key", made[1], "--checkpoints", str(tmp_path / "points")])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert all(f"{name}: good" in said for name in QUESTIONS)
    (tmp_path / "roots" / "b.crt").write_bytes(b"no certificate")
    with pytest.raises(SystemExit) as ended:
        main(["verify", made[0], "--roots", str(tmp_path / "roots")])
    assert ended.value.code == 1
