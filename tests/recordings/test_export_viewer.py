"""The viewer of a bundle: the same bytes for the same record, text that stays text, and nothing a verifier takes for proof."""

import hashlib
import json
import os
import re
import shutil
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit import pdfs
from kit.export_material import recorded

from recordings.export import viewer
from recordings.export.bundle import write
from recordings.export.viewer import Viewer, files, script
from recordings.verify_bundle import verify_bundle
from server.history import Past, record_of

HOSTILE = '</script><script>self.hurt=1</script><img src=x onerror=alert(1)> \u2028 "\\ \' __proto__ Ẩn'


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    page = tmp_path_factory.mktemp("page")
    (page / "index.html").write_text("<!doctype html>")
    (page / "viewer.js").write_text("1")
    return str(page)


@pytest.fixture
def folder(tmp_path):
    folder = recorded(tmp_path / "record", seconds=4)
    os.makedirs(os.path.join(folder, "captions"))
    with open(os.path.join(folder, "captions", "vi.vtt"), "w", encoding="utf-8") as file:
        file.write(f"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n{HOSTILE}\n")
    return folder


def of(folder, page, **more):
    timeline, plan = record_of(folder, "play", 0)
    return Viewer(page, timeline | more, plan)


def told(data):
    """What the script says, by a reader that knows one form only."""
    match = re.fullmatch(rb'"use strict";\nself\.diemcauRecord = JSON\.parse\((".*")\);\n', data)
    return json.loads(json.loads(match[1]))


def test_it_holds_what_the_page_shows(folder, page):
    made = dict(files(folder, of(folder, page)))
    assert list(made) == ["player/index.html", "player/viewer.js", "player/record.js"]
    record = told(made["player/record.js"])
    assert record["timeline"]["chapters"][0]["item"] == "diem-danh"
    assert record["facts"]["head"][1] == record["timeline"]["head"]
    assert record["facts"]["runs"][0]["item"] == "diem-danh"
    assert [one["item"] for one in record["plan"]][:1] == ["diem-danh"]
    assert all(isinstance(one["planned_us"], int) for one in record["plan"])
    assert list(record["captions"]) == ["vi"]
    assert record["levels"] == Past(folder, "play").levels(0)
    assert all(text.strip() for text in record["levels"]["sources"].values())
    assert HOSTILE in record["captions"]["vi"]


def test_pages_that_were_in_the_picture_are_drawn_and_others_are_not(folder, page):
    data = pdfs.plain(pages=2)
    sha256 = hashlib.sha256(data).hexdigest()
    os.makedirs(os.path.join(folder, "documents"))
    with open(os.path.join(folder, "documents", f"{sha256}.pdf"), "wb") as file:
        file.write(data)
    sheets = [{"document": "ct", "sha256": one, "page": n, "x": 0, "y": 0, "w": 1280, "h": 720} for one, n in ((sha256, 2), ("ab" * 32, 1), (sha256, 9), ("../..", 1))]
    made = dict(files(folder, of(folder, page, scenes=[{"sheet": one} for one in sheets])))
    pictures = [name for name in made if name.endswith(".png")]
    assert pictures == [f"player/pages/{sha256}-2.png"]
    assert made[pictures[0]].startswith(b"\x89PNG")
    assert told(made["player/record.js"])["files"] == [sha256]


def test_the_same_record_gives_the_same_bytes_and_verifies(folder, page, tmp_path):
    for name in ("a.zip", "b.zip"):
        write(folder, str(tmp_path / name), lambda fraction: None, viewer=of(folder, page))
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    verdict = verify_bundle(str(tmp_path / "a.zip"))
    assert verdict.ok, verdict.lines()


@pytest.mark.parametrize(("name", "why"), [("player/record.js", "is not what bundle.json says"), ("player/more.js", "not in bundle.json"), ("viewer.js", "does not belong in a bundle")])
def test_the_listing_answers_for_the_viewer_like_for_any_other_file(folder, page, tmp_path, name, why):
    write(folder, str(tmp_path / "a.zip"), lambda fraction: None, viewer=of(folder, page))
    with zipfile.ZipFile(tmp_path / "a.zip") as old, zipfile.ZipFile(tmp_path / "b.zip", "w") as new:
        for entry in old.infolist():
            new.writestr(entry, b"other" if entry.filename == name else old.read(entry))
        if name not in old.namelist():
            new.writestr(name, b"more")
    verdict = verify_bundle(str(tmp_path / "b.zip"))
    assert not verdict.ok
    assert why in "\n".join(verdict.lines())


def test_a_record_that_cannot_be_told_has_no_viewer_and_is_carried_whole_all_the_same(folder, page, tmp_path):
    shown = of(folder, page)
    with open(os.path.join(folder, "log.jsonl"), "r+b") as file:
        file.seek(200)
        file.write(b"#")
    assert list(files(folder, shown)) == []
    write(folder, str(tmp_path / "a.zip"), lambda fraction: None, viewer=shown)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert "log.jsonl" in archive.namelist()
        assert not any(name.startswith("player/") for name in archive.namelist())


def test_what_a_ceremony_left_in_the_place_of_the_record_is_not_taken(folder, page, tmp_path):
    shutil.copytree(page, tmp_path / "page")
    (tmp_path / "page" / viewer.RECORD).write_text("stale")
    made = list(files(folder, of(folder, str(tmp_path / "page"))))
    assert [name for name, _ in made].count("player/record.js") == 1
    assert b"stale" not in dict(made)["player/record.js"]


@given(st.recursive(st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(), lambda one: st.lists(one) | st.dictionaries(st.text(), one), max_leaves=20))
def test_any_text_comes_out_of_the_script_as_it_went_in(value):
    data = script({"x": value, "y": HOSTILE})
    assert told(data) == {"x": value, "y": HOSTILE}
    assert data.isascii()
    assert b"<" not in data
    assert data.count(b"\n") == 2
