"""The token in software, for all tests of the signer."""

from kit.tokens import softhsm

__all__ = ["softhsm"]
