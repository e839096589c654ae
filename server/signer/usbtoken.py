"""The token: certificates on it, and one signature for one PIN. Never tries a PIN by itself (tokens lock at three).

Not for several threads at once: whoever calls waits for the one before.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import msgspec
import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass, TokenFlag
from pkcs11.exceptions import PinIncorrect, PinInvalid, PinLenRange, PinLocked, PKCS11Error
from pkcs11.util.ec import encode_ecdsa_signature

from recordings.certificates import readable, verified
from signaling.errors import Refused

MOST_WRONG: Final = 2
_DIGEST_INFO: Final = bytes.fromhex("3031300d060960864801650304020105000420")
"""DER before a SHA-256 in a PKCS#1 v1.5 signature: RFC 8017 §9.2."""


class Held(msgspec.Struct, frozen=True):
    """A certificate on a token that has its key. `id`: SHA-256 of the DER."""

    id: str
    der: bytes
    token: str
    subject: str
    issuer: str
    until_us: int


class Tokens:
    """Every token one PKCS#11 module sees."""

    def __init__(self, module: str) -> None:
        """Load the module. Raises `Refused("token-module")` if there is none there."""
        try:
            self._lib: Any = pkcs11.lib(module)
        except (PKCS11Error, RuntimeError, OSError):
            raise Refused("token-module") from None
        self._turn = threading.Lock()
        self._wrong: dict[str, int] = {}

    def certificates(self) -> list[Held]:
        """Return what the tokens hold, without a PIN. Raises `Refused("token-failed")`."""
        with self._turn, _failures():
            return [_held(token, der) for token in self._present() for der, _ in _certificates(token)]

    def sign(self, certificate: bytes, pin: str, data: bytes) -> bytes:
        """Return the signature over some bytes with the key of a certificate; the token is logged out again.

        Raises `Refused`: token-missing, token-failed, pin-wrong (`left`: how often it may still be typed), pin-stop,
        pin-locked. One call uses the PIN once.
        """
        with self._turn, _failures():
            token, key_id = self._holder(certificate)
            self._may(token)
            try:
                with token.open(user_pin=pin) as session:
                    value = _value(token, session, key_id, data)
            except (PinIncorrect, PinInvalid, PinLenRange):
                wrong = self._wrong[_serial(token)] = self._wrong.get(_serial(token), 0) + 1
                raise Refused("pin-wrong", left=MOST_WRONG - wrong) from None
            except PinLocked:
                raise Refused("pin-locked") from None
            self._wrong.pop(_serial(token), None)
        if not verified(readable(certificate), value, data):
            raise Refused("token-failed")
        return value

    def _present(self) -> list[Any]:
        return [slot.get_token() for slot in self._lib.get_slots(token_present=True)]

    def _holder(self, certificate: bytes) -> tuple[Any, bytes]:
        for token in self._present():
            for der, key_id in _certificates(token):
                if der == certificate:
                    return token, key_id
        raise Refused("token-missing")

    def _may(self, token: Any) -> None:
        """Refuse where one more wrong PIN could lock the token."""
        if token.flags & TokenFlag.USER_PIN_LOCKED:
            raise Refused("pin-locked")
        if token.flags & TokenFlag.USER_PIN_FINAL_TRY or self._wrong.get(_serial(token), 0) >= MOST_WRONG:
            raise Refused("pin-stop")


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except (PKCS11Error, RuntimeError):
        # pulled out, broken, or it does not know the algorithm: nothing was signed
        raise Refused("token-failed") from None


def _serial(token: Any) -> str:
    return f"{token.manufacturer_id}/{bytes(token.serial).hex()}"


def _certificates(token: Any) -> list[tuple[bytes, bytes]]:
    if not token.flags & TokenFlag.TOKEN_INITIALIZED:
        return []
    with token.open() as session:
        found = session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
        return [(bytes(one[Attribute.VALUE]), bytes(one[Attribute.ID])) for one in found]


def _held(token: Any, der: bytes) -> Held:
    certificate = readable(der)
    until = round(certificate.not_valid_after_utc.timestamp() * 1_000_000)
    return Held(
        hashlib.sha256(der).hexdigest(), der, str(token.label).strip(), certificate.subject.rfc4514_string()[:300],
        certificate.issuer.rfc4514_string()[:300], until,
    )  # fmt: skip


def _value(token: Any, session: Any, key_id: bytes, data: bytes) -> bytes:
    key = session.get_key(object_class=ObjectClass.PRIVATE_KEY, id=key_id)
    able = token.slot.get_mechanisms()
    if key[Attribute.KEY_TYPE] == KeyType.EC:
        # every token knows ECDSA over a hash; few hash by themselves
        raw = key.sign(hashlib.sha256(data).digest(), mechanism=Mechanism.ECDSA)
        return bytes(encode_ecdsa_signature(raw))
    if Mechanism.SHA256_RSA_PKCS in able:
        return bytes(key.sign(data, mechanism=Mechanism.SHA256_RSA_PKCS))
    return bytes(key.sign(_DIGEST_INFO + hashlib.sha256(data).digest(), mechanism=Mechanism.RSA_PKCS))
