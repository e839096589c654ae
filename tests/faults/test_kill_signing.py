"""`kill -9` at every step of a signing: nothing half-signed, nothing twice, and it goes on to the end (TRUST §8)."""

import glob
import hashlib
import io
import json
import os
import random
import subprocess
import sys
import time

import pytest
from kit.ceremonies import DIGITAL, INK
from kit.pki import pki
from kit.signing_child import keys_of
from pyhanko.pdf_utils.reader import PdfFileReader

from recordings.log import read_log
from recordings.seal import read_seal, seal_good
from recordings.verify import verify
from signaling import ceremony, events
from signaling import events as ev

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
STEPS = ("add", "publish", "begin", "issue", "finish", "finish", "ink", "scan", "minutes", "seal")
KILLS = int(os.environ.get("KILLS", "10"))
pytestmark = pytest.mark.slow


def live(data, keys, kill_at, after_s):
    """Let the hub live until it says that it takes this step; kill it `after_s` later. True when it came to its end."""
    child = subprocess.Popen(
        [sys.executable, "-m", "kit.signing_child", data, keys], cwd=ROOT, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": f"{ROOT}/tests:{ROOT}"},
    )  # fmt: skip
    try:
        for line in child.stdout:
            if line == "done\n":
                return True
            if line == f"step {kill_at}\n":
                time.sleep(after_s)
                return False
        raise AssertionError(f"the hub ended by itself with {child.wait()}")
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def stands(data):
    """What is on disk after a kill: the state of the log, every revision it names whole, chains unbroken."""
    folder = glob.glob(f"{data}/sessions/*")[0]
    log = [(entry.at, events.from_plain(entry.event)) for entry in read_log(folder)]
    state = ceremony.fold(log)
    landed = [event for _, event in log if isinstance(event, ev.SignatureLanded)]
    slots = [(event.document, event.slot) for event in landed]
    assert len(set(slots)) == len(slots), "nothing twice"
    for paper in state.every_paper():
        named = [one for one in (paper.file, *paper.lineage, paper.stamped) if one is not None]
        for sha in named:
            with open(f"{folder}/documents/{sha}.pdf", "rb") as file:
                assert hashlib.sha256(file.read()).hexdigest() == sha, "what the log names is whole"
        if paper.ticket is not None:
            assert os.path.exists(f"{folder}/documents/tickets/{paper.ticket.id}.json"), "a ticket is never without"
        if paper.id == DIGITAL:
            _signed(folder, paper)
    return state, folder


def _signed(folder, paper):
    before = b""
    for n, sha in enumerate([paper.published, *(one.sha256 for one in paper.landed)] if paper.published else []):
        with open(f"{folder}/documents/{sha}.pdf", "rb") as file:
            data = file.read()
        assert data.startswith(before), "each revision is a prefix of the next"
        before = data
        assert len(PdfFileReader(io.BytesIO(data)).embedded_signatures) == n, "none half-signed"


def test_a_hub_killed_at_every_step_signs_everything_once(tmp_path):
    data, keys, dice = str(tmp_path / "data"), str(tmp_path / "keys.json"), random.Random(KILLS)
    with open(keys, "w", encoding="utf-8") as file:
        json.dump(keys_of(pki()), file)
    killed, runs = 0, 0
    while killed < KILLS:
        runs += 1
        here = f"{data}-{runs}"
        for step in STEPS:
            if killed >= KILLS:
                break
            if live(here, keys, step, dice.choice((0.0, 0.01, 0.05, 0.2, 0.5)) * dice.random()):
                break
            killed += 1
            if glob.glob(f"{here}/sessions/*/log.jsonl"):
                stands(here)
        assert live(here, keys, "never", 0), "it goes on to the end"
        state, folder = stands(here)
        assert state.phase == "sealed"
        found = read_seal(folder)[0]
        assert seal_good(found) and found.manifest == state.manifest
        assert verify(folder).ok
        assert state.paper(DIGITAL).state == "completed"
        assert state.paper(INK).state == "completed"
        assert len(state.paper(DIGITAL).landed) == 4
    assert killed == KILLS
