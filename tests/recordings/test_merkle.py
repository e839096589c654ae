"""The tree of RFC 9162, against its own recursive definition."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from recordings.merkle import included, proof, root


def defined(leaves):
    """RFC 9162 §2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\1" + defined(leaves[:k]) + defined(leaves[k:])).digest()


LEAVES = st.lists(st.binary(min_size=1, max_size=4), min_size=1, max_size=40)


@given(LEAVES)
def test_the_root_is_the_defined_one(leaves):
    assert root(leaves) == defined(leaves)
    assert root([]) == defined([])


@given(LEAVES, st.data())
def test_each_leaf_is_provable_alone_and_nothing_else_is(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    path, top, place = proof(leaves, index), root(leaves), (index, len(leaves))
    assert included(leaves[index], place, path, top)
    assert not included(leaves[index] + b"x", place, path, top)
    assert not included(leaves[index], place, [*path, top], top)
    assert not included(leaves[index], (len(leaves), len(leaves)), path, top)
    if path:
        assert not included(leaves[index], place, path[:-1], top)
        assert not included(leaves[index], place, [bytes(32), *path[1:]], top)
