import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.chain import GENESIS, canonical, digest, head, is_canonical, link

texts = st.text(st.characters(exclude_categories=["Cs"]))
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(plain)
def test_one_spelling_that_any_json_reader_understands(value):
    try:
        data = canonical(value)
    except TypeError as error:
        assert str(error) == "two keys are the same text"
        return
    assert canonical(json.loads(data)) == data


def test_spelling():
    assert canonical({"b": [1, None, True], "a": "é"}) == '{"a":"é","b":[1,null,true]}'.encode()
    assert canonical("e\u0301") == '"é"'.encode()
    # RFC 8785 §3.2.3: by UTF-16 code units, so the astral key comes first
    assert canonical({"\uff5e": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\uff5e":1}'.encode()


@pytest.mark.parametrize("value", [1.5, {"a": 1.0}, 2**53, {1: 2}, b"x", {"\ud800": 1}, "\udfff", {"é": 1, "e\u0301": 2}])
def test_what_has_no_spelling(value):
    with pytest.raises(TypeError):
        canonical(value)


def test_chains():
    assert GENESIS == "0" * 64
    assert digest(b"x") == hashlib.sha256(b"x").hexdigest()
    assert link("ab", b"x") == hashlib.sha256(b"abx").hexdigest()
    assert head([]) == GENESIS
    assert head([b"a", b"b"]) == digest(b"b")


plain_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=8) | st.floats(allow_nan=True),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(plain_values, st.booleans(), st.booleans())
def test_what_is_canonical_is_what_canonical_would_spell(value, sort, tight):
    spelt = json.dumps(value, ensure_ascii=not tight, sort_keys=sort, separators=(",", ":") if tight else None)
    try:
        line = spelt.encode()
    except UnicodeEncodeError:
        return
    try:
        wanted = canonical(json.loads(line)) == line
    except TypeError:
        wanted = False
    try:
        assert is_canonical(line) is wanted
    except ValueError:
        assert not wanted


@pytest.mark.parametrize(
    "line",
    [b'{"a":1,"a":1}', b'{"b":1,"a":2}', b'{"a": 1}', b"[1.0]", b"[9007199254740993]", '["e\u0301"]'.encode(), b'["\\u0041"]',
     b'["\\ud800"]', b"[1] "],
)  # fmt: skip
def test_what_is_not(line):
    try:
        assert not is_canonical(line)
    except ValueError:
        assert line == b"[1.0]"
