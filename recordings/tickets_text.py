"""Hashes as people compare them (pure)."""

from __future__ import annotations


def groups(sha256: str) -> str:
    """Return a hash in groups of four, as people compare it."""
    return " ".join(sha256[at : at + 4] for at in range(0, len(sha256), 4)).upper()
