"""Six digits, typed once."""

import pytest

from server.signer.pairing import MOST_WRONG, Pairing
from signaling.errors import Refused


def test_the_right_digits_give_a_key_that_is_known_from_then_on():
    pairing = Pairing("123456")
    assert not pairing.knows("k")
    assert pairing.pair("123456", "k") == "k"
    assert pairing.knows("k")
    assert not pairing.knows("l")


def test_guessing_ends_after_five():
    pairing = Pairing("123456")
    for _ in range(MOST_WRONG):
        with pytest.raises(Refused) as caught:
            pairing.pair("000000", "k")
        assert caught.value.code == "code-wrong"
    with pytest.raises(Refused) as caught:
        pairing.pair("123456", "k")
    assert caught.value.code == "code-stop"


def test_digits_of_other_scripts_are_not_the_same():
    with pytest.raises(Refused):
        Pairing("123456").pair("１２３４５６", "k")
