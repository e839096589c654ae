"""A Merkle tree over hashes (RFC 9162 §2.1): one root for all, a short proof for each (pure)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the hash of the tree over these leaves; SHA-256 of nothing for none."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = [leaf(one) for one in leaves]
    while len(level) > 1:
        # a last one without a partner goes up as it is: the same tree as the recursive definition
        pairs = [node(level[n], level[n + 1]) for n in range(0, len(level) - 1, 2)]
        level = pairs + level[len(level) - len(level) % 2 :]
    return level[0]


def leaf(data: bytes) -> bytes:
    """Return the hash of a leaf."""
    return hashlib.sha256(b"\0" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return hashlib.sha256(b"\1" + left + right).digest()


def proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the inclusion proof of a leaf: the neighbours on its way up."""
    assert 0 <= index < len(leaves)
    level, path = [leaf(one) for one in leaves], []
    while len(level) > 1:
        other = index ^ 1
        if other < len(level):
            path.append(level[other])
        pairs = [node(level[n], level[n + 1]) for n in range(0, len(level) - 1, 2)]
        level = pairs + level[len(level) - len(level) % 2 :]
        index //= 2
    return path


def included(data: bytes, place: tuple[int, int], path: Sequence[bytes], top: bytes) -> bool:
    """Tell whether a proof leads from a leaf at (index, size of the tree) to a root (RFC 9162 §2.1.3.2)."""
    index, size = place
    if not 0 <= index < size:
        return False
    last, found = size - 1, leaf(data)
    for one in path:
        if last == 0:
            return False
        if index & 1 or index == last:
            found = node(one, found)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            found = node(found, one)
        index, last = index >> 1, last >> 1
    return last == 0 and found == top
