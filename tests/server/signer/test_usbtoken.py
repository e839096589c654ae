"""A token in software: certificates without a PIN, one try for each PIN, and a stop before it locks."""

import pytest
from kit.pki import pki
from kit.tokens import PIN

from recordings.certificates import readable, verified
from server.signer.usbtoken import Tokens
from signaling.errors import Refused


@pytest.fixture
def tokens(softhsm):
    return Tokens(softhsm)


def test_certificates_are_read_without_a_pin(tokens):
    found = {one.token: one for one in tokens.certificates()}
    assert {"vks", "ec"} <= set(found)
    assert found["vks"].der == pki().cert("a")
    assert "Nguyễn Văn Ổn" in found["vks"].subject


@pytest.mark.parametrize("who", ["a", "b"])
def test_the_right_pin_signs(tokens, who):
    value = tokens.sign(pki().cert(who), PIN, b"attributes")
    assert verified(readable(pki().cert(who)), value, b"attributes")
    assert not verified(readable(pki().cert(who)), value, b"other")


def test_a_wrong_pin_is_tried_once_and_two_in_a_row_are_the_end(tokens):
    tried = []
    token, _ = tokens._holder(pki().cert("a"))
    for left in (1, 0):
        with pytest.raises(Refused) as caught:
            tokens.sign(pki().cert("a"), "000000", b"x")
        tried.append((caught.value.code, caught.value.detail))
        assert tried[-1] == ("pin-wrong", {"left": left})
    with pytest.raises(Refused) as caught:
        tokens.sign(pki().cert("a"), PIN, b"x")  # the right one: it is not even tried
    assert caught.value.code == "pin-stop"
    assert tokens.sign(pki().cert("b"), PIN, b"x")  # another token is another matter


def test_a_right_pin_after_a_wrong_one_starts_anew(tokens):
    with pytest.raises(Refused):
        tokens.sign(pki().cert("a"), "1", b"x")
    assert tokens.sign(pki().cert("a"), PIN, b"x")
    with pytest.raises(Refused) as caught:
        tokens.sign(pki().cert("a"), "000000", b"x")
    assert caught.value.detail == {"left": 1}


def test_a_certificate_that_is_on_no_token_is_missing(tokens):
    with pytest.raises(Refused) as caught:
        tokens.sign(pki().cert("seal-a"), PIN, b"x")
    assert caught.value.code == "token-missing"


def test_a_module_that_is_none_is_told(tmp_path):
    (tmp_path / "no.so").write_bytes(b"not a library")
    for path in (tmp_path / "no.so", tmp_path / "nothing.so"):
        with pytest.raises(Refused) as caught:
            Tokens(str(path))
        assert caught.value.code == "token-module"
