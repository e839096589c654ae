"""The pipe to the work on papers: parts, answers, refusals."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.papers_asks import Checked, PageImage
from server.paper_jobs import answer, pack, said, unpack
from signaling.errors import Malformed, Refused


@given(st.lists(st.binary(max_size=40), max_size=8))
def test_parts_come_back_in_order(parts):
    assert unpack(pack(parts)) == parts


@given(st.binary(max_size=60))
def test_any_bytes_are_parts_or_malformed(data):
    try:
        assert pack(unpack(data)) == data
    except Malformed:
        pass


def test_an_answer_brings_its_struct_and_the_other_parts():
    raw = said(lambda: (Checked(2, ((595.0, 842.0),), "1.7"), [b"%PDF"]))
    assert answer(raw, Checked) == (Checked(2, ((595.0, 842.0),), "1.7"), [b"%PDF"])


def test_a_refusal_comes_through_with_its_code():
    def no():
        raise Refused("no-page", most=3)

    with pytest.raises(Refused) as caught:
        answer(said(no), PageImage)
    assert (caught.value.code, caught.value.detail) == ("no-page", {"most": "3"})


@pytest.mark.parametrize("raw", [b"", pack([b"{"]), pack([msgspec.json.encode({"type": "Other"})]), b"\0\0\0\7ab"])
def test_what_is_no_answer_is_malformed(raw):
    with pytest.raises(Malformed):
        answer(raw, PageImage)
