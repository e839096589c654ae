import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.captions import MOST_BYTES, CaptionsFault, Cue, keep, kept, parse, path_of, written

GOOD = """WEBVTT - phiên khai mạc
Kind: captions

STYLE
::cue { color: red }

NOTE bỏ qua

1
00:01.000 --> 00:04.500 align:start position:10%
<v Ông Ẩn>Kính thưa các đồng chí,
xin trân trọng khai mạc.

01:02:03.004 --> 01:02:05.000
Hết

00000000000
"""


def test_what_a_good_file_says():
    assert parse(GOOD.encode()) == [
        Cue(1_000, 4_500, "<v Ông Ẩn>Kính thưa các đồng chí,\nxin trân trọng khai mạc."), Cue(3_723_004, 3_725_000, "Hết"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", [GOOD.replace("\n", "\r\n"), GOOD.replace("\n", "\r"), "\ufeff" + GOOD])
def test_every_end_of_line_and_a_byte_order_mark(text):
    assert parse(text.encode()) == parse(GOOD.encode())


def test_a_cue_right_after_the_head_and_one_without_text():
    assert parse(b"WEBVTT\n00:00.000 --> 00:01.000\na\n\n00:01.000 --> 00:02.000\n\n00:02.000 --> 00:03.000\nb") == [
        Cue(0, 1_000, "a"), Cue(2_000, 3_000, "b"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"", "not-webvtt", 1), (b"WEBVTTX\n", "not-webvtt", 1), (b"1\n00:00:01,000 --> 00:00:02,000\nsrt\n", "not-webvtt", 1),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n\xff", "not-text", 4), (b"WEBVTT\n\n\0", "not-text", 3), (b"WEBVTT\n\nNOTE x\n", "empty", 4),
        (b"WEBVTT\n\n00:01,000 --> 00:02.000\nx", "bad-time", 3), (b"WEBVTT\n\nid\n00:61.000 --> 01:02.000\nx", "bad-time", 4),
        (b"WEBVTT\n\n00:02.000 --> 00:02.000\nx", "backwards", 3), (b"WEBVTT\n\n00:05.000 --> 00:06.000\nx\n\n00:01.000 --> 00:02.000\ny", "backwards", 6),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"x" * 2_001, "too-long", 3), (bytes(MOST_BYTES + 1), "too-large", 1),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nx\n00:03.000 --> 00:04.000\ny", "bad-time", 4),
        (b"WEBVTT\n\n" + b"00:01.000 --> 00:02.000\nx\n\n" * 50_001, "too-many", 150_003),
    ],
)  # fmt: skip
def test_what_is_refused_and_where(data, code, line):
    with pytest.raises(CaptionsFault) as refused:
        parse(data)
    assert (refused.value.code, refused.value.line) == (code, line)


PIECES = ["WEBVTT", "\n", "\n\n", "\r", "00:01.000", " --> ", "-->", "00:02.000", "NOTE", "STYLE", "x", " ", "\t", "\ufeff", "9999:59:59.999", "٠٠:٠١.٠٠٠"]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join).map(lambda text: ("WEBVTT\n\n" + text).encode()) | st.binary(max_size=200))
def test_any_bytes_are_cues_or_a_refusal_and_cues_read_back_the_same(data):
    try:
        cues = parse(data)
    except CaptionsFault as refused:
        assert refused.line >= 1
    else:
        assert parse(written(cues)) == cues
        assert all(cue.from_ms < cue.to_ms for cue in cues)


def test_kept_beside_the_record(tmp_path):
    assert kept(str(tmp_path)) == []
    keep(str(tmp_path), "vi", [Cue(0, 1_000, "một")])
    keep(str(tmp_path), "vi", [Cue(0, 1_000, "hai")])
    assert kept(str(tmp_path)) == ["vi"]
    assert os.listdir(tmp_path / "captions") == ["vi.vtt"]
    with open(path_of(str(tmp_path), "vi"), "rb") as file:
        assert parse(file.read()) == [Cue(0, 1_000, "hai")]
