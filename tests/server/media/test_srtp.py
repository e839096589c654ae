"""Our own sealing against libsrtp: what we seal it opens, byte for byte what it would have sealed itself."""

import os
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pylibsrtp import Error, Policy, Session

from server.media import srtp

PROFILES = {16: Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 32: Policy.SRTP_PROFILE_AEAD_AES_256_GCM}


def session(secret, size, kind):
    return Session(Policy(key=secret, ssrc_type=kind, srtp_profile=PROFILES[size]))


def sealed(sealing, head, body, ssrc, index):
    return head + sealing.seal((sealing.salt ^ ssrc << 48 ^ index).to_bytes(12), body, head)


@pytest.mark.parametrize("size", [16, 32])
@given(st.binary(min_size=32 + 12, max_size=32 + 12), st.integers(1, 0xFFFFFFFF), st.binary(max_size=1200), st.booleans())
def test_what_we_seal_is_what_libsrtp_seals(size, secret, ssrc, body, extended):
    secret = secret[: size + 12]
    sealing = srtp.aead(secret[:size], secret[size:])
    block = struct.pack("!III", 0xBEDE0002, 0x22334455, 0x31000000) if extended else b""
    theirs = session(secret, size, Policy.SSRC_ANY_OUTBOUND)
    opener = session(secret, size, Policy.SSRC_ANY_INBOUND)
    for index in (1, 2, 40_000, 65_535, 65_536, 65_537, 70_000):
        head = struct.pack("!BBHII", 0x90 if extended else 0x80, 96, index & 0xFFFF, 7, ssrc) + block
        ours = sealed(sealing, head, body, ssrc, index)
        assert ours == theirs.protect(head + body)
        assert opener.unprotect(ours) == head + body


def test_a_changed_byte_is_noticed():
    secret = os.urandom(28)
    sealing = srtp.aead(secret[:16], secret[16:])
    head = struct.pack("!BBHII", 0x80, 96, 5, 7, 9)
    data = bytearray(sealed(sealing, head, b"picture", 9, 5))
    for place in (3, 12, len(data) - 1):
        changed = bytearray(data)
        changed[place] ^= 1
        with pytest.raises(Error):
            session(secret, 16, Policy.SSRC_ANY_INBOUND).unprotect(bytes(changed))


def test_other_profiles_are_left_to_the_library():
    secret = os.urandom(30)
    ends = [Session(Policy(key=secret, ssrc_type=kind)) for kind in (Policy.SSRC_ANY_OUTBOUND, Policy.SSRC_ANY_INBOUND)]
    sealing = srtp.by_library(ends[0].protect)
    head = struct.pack("!BBHII", 0x80, 96, 5, 7, 9)
    data = sealed(sealing, head, b"picture", 9, 5)
    assert ends[1].unprotect(data) == head + b"picture"
    with pytest.raises(srtp.FAILURES):
        sealed(sealing, head, b"another picture", 9, 5)
