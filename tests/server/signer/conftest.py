"""The token in software and a signer, for all tests of it."""

import pytest
from kit.signers import signer
from kit.tokens import softhsm

__all__ = ["softhsm"]


@pytest.fixture
async def running(softhsm):
    async with signer(softhsm) as found:
        yield found
