"""Any bytes into any parser of the record give a value or `Malformed`; a spoilt folder is told, never a crash."""

import contextlib
import shutil

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kit.recording_material import Studio, on_time, programme

from recordings import boxes, ebml, lines, mp4, virtual
from recordings.chain import GENESIS
from recordings.clusters import AUDIO, VIDEO, Block
from recordings.h264 import Pieces, begins
from recordings.idx import read_index
from recordings.log import read_log, verify_log
from recordings.recover import recover_clip
from recordings.tracks import clips_of
from recordings.verify import verify
from signaling.errors import Malformed
from signaling.h264 import size


def tolerant(parse, *args):
    with contextlib.suppress(Malformed):
        return parse(*args)
    return None


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz")
    studio = Studio(folder)
    take = studio.take("hub/table")
    studio.play(take, on_time(programme(2)))
    studio.close(take)
    return folder


def spoilt(data, cuts):
    """Some bytes changed, some taken out, some put in, the rest as it was: (where, what) pairs."""
    out = bytearray(data)
    for where, what in cuts:
        at = where % (len(out) + 1)
        out[at : at + (what % 7)] = what.to_bytes(2, "big")[: what % 3]
    return bytes(out)


cuts = st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 65_535)), min_size=1, max_size=6)


@given(st.binary(max_size=2000))
def test_index_bytes(data):
    tolerant(read_index, data)


@given(cuts)
def test_a_spoilt_index(record, where):
    for path in sorted((record / "tracks").glob("*.idx"))[:1]:
        tolerant(read_index, spoilt(path.read_bytes(), where))


@given(st.binary(max_size=600), st.integers(0, 1000))
def test_elements(data, at):
    tolerant(ebml.element_at, data, at)
    tolerant(lambda: list(ebml.children(data, 0, len(data))))
    tolerant(lambda: list(ebml.blocks(data)))
    tolerant(ebml.head_parts, data)


@given(cuts)
def test_a_spoilt_master(record, where):
    data = spoilt(next(iter(sorted((record / "tracks").glob("*.webm")))).read_bytes()[:20_000], where)
    tolerant(ebml.head_parts, data)
    at = 0
    while at < len(data):
        found = tolerant(ebml.element_at, data, at)
        if found is None or found.size is None:
            break
        end = found.body + found.size
        tolerant(lambda whole=data[at:end]: list(ebml.blocks(whole)))
        assert end > at
        at = end


@given(st.binary(max_size=400), st.integers(0, 500))
def test_mp4_boxes(data, at):
    tolerant(boxes.box_at, data, at)
    tolerant(lambda: list(boxes.boxes(data, 0, len(data))))
    tolerant(mp4.unit_size, data)
    tolerant(mp4.samples, data)
    tolerant(mp4.described, data)


BLOCKS = [Block(n * 40, n, VIDEO, bytes((n,)) * 9, n == 0, 40, 127) for n in range(4)]
BLOCKS += [Block(n * 20, n, AUDIO, bytes((n,)) * 3, True, 20, 31) for n in range(8)]
UNIT = mp4.seal(sorted(BLOCKS, key=lambda block: block.ms))
HEAD = mp4.master_head((320, 192), 0, b"\1\x42\0\x0c\xff\xe1\0\1g\1\0\1h")


@given(cuts)
def test_a_spoilt_fragment(where):
    assert len(mp4.samples(UNIT)) == 12
    tolerant(mp4.unit_size, spoilt(UNIT, where))
    tolerant(mp4.samples, spoilt(UNIT, where))
    assert mp4.described(HEAD)[0] == (320, 192)
    tolerant(mp4.described, spoilt(HEAD, where))


@given(st.lists(st.binary(max_size=60), max_size=6))
def test_h264_payloads(parts):
    Pieces().join(parts)
    tolerant(size, b"".join(parts))
    for part in parts:
        tolerant(size, b"\x67" + part)
        begins(part)


@given(st.binary(max_size=600))
def test_log_lines(data):
    tolerant(lines.read, data, None, 1, GENESIS)
    tolerant(lambda: list(lines.entries(lines.split(data))))


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=5), v, max_size=3),
    max_leaves=9,
)


@given(plain)
def test_log_lines_that_are_json(value):
    tolerant(lines.read, msgspec.json.encode(value), None, 1, GENESIS)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(cuts, st.integers(0, 100))
def test_a_folder_with_a_spoilt_file_is_judged_and_read(record, tmp_path_factory, where, which):
    folder = tmp_path_factory.mktemp("spoilt") / "s"
    shutil.copytree(record, folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".sqlite")
    path = files[which % len(files)]
    path.write_bytes(spoilt(path.read_bytes(), where))
    verdict = verify(str(folder))
    assert isinstance(verdict.ok, bool)
    assert verdict.lines()
    tolerant(lambda: list(read_log(str(folder), None)))
    verify_log(str(folder))
    for clip in clips_of(str(folder)):
        recover_clip(str(folder), clip.clip)
        file = tolerant(virtual.open_clip, str(folder), clip.clip)
        if file is not None:
            tolerant(file.read, 0, 4096)
    shutil.rmtree(folder)
