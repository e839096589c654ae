"""What the hub vouches for: checkpoints of a running log and the manifest of a finished record, signed with the log key.

The key is Ed25519, made where it is first needed and never leaves the hub. A signature shows tampering only to whoever
kept a checkpoint, a paper with the head hash, or a time stamp: the hub's own administrator holds the key (TRUST §8, §13).
"""

from __future__ import annotations

import contextlib
import os
from typing import Any, Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from recordings.chain import canonical
from recordings.export.landing import landing
from recordings.manifest import NAME as MANIFEST
from signaling.errors import Malformed

NAME: Final = "seal.json"
TOKEN: Final = "seal.tsr"  # noqa: S105 - the name of a file
_CHECKPOINT: Final = b"diemcau-checkpoint\n"
_MANIFEST: Final = b"diemcau-manifest\n"
"""What is signed begins with what it is, so that no signature of one kind passes for the other."""
_MOST: Final = 256 << 20


class Checkpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The log up to line `seq`, its hash `head`; `heads`: the last hash of every clip. Hex; `at` UTC µs."""

    session: str
    seq: int
    head: str
    heads: dict[str, str]
    epoch: int
    at: int
    key: str
    sig: str
    v: int = 1


class Seal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A manifest vouched for: its own SHA-256, the public key and the signature over the whole file, hex."""

    manifest: str
    key: str
    sig: str
    at: int
    v: int = 1


class LogKey:
    """The hub's key."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        """Use it."""
        self._private = private
        self.public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    @classmethod
    def at(cls, path: str) -> LogKey:
        """Return the key kept at `path` (0600), made there if there is none. Raises `Malformed`, `OSError`."""
        with contextlib.suppress(FileExistsError):
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            made = Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
            fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(fd, "wb") as file:
                file.write(made)
                file.flush()
                os.fsync(file.fileno())
        with open(path, "rb") as file:
            kept = file.read(64)
        if len(kept) != 32:
            raise Malformed(f"{path} is not a key of 32 bytes")
        return cls(Ed25519PrivateKey.from_private_bytes(kept))

    def checkpoint(self, session: str, head: tuple[int, str], heads: dict[str, str], epoch: int, at: int) -> Checkpoint:
        """Return a signed checkpoint of a log whose last line is `head`, (seq, hash)."""
        bare = Checkpoint(session, head[0], head[1], heads, epoch, at, self.public, "")
        return msgspec.structs.replace(bare, sig=self._private.sign(_checkpoint_bytes(bare)).hex())

    def seal(self, folder: str, at: int) -> Seal:
        """Sign the manifest of a folder and keep the seal beside it, all or nothing. Raises `Malformed`, `OSError`."""
        data = _manifest(folder)
        found: Any = msgspec.json.decode(data)
        made = Seal(str(found.get("sha")), self.public, self._private.sign(_MANIFEST + data).hex(), at)
        with landing(os.path.join(folder, NAME)) as part, open(part, "wb") as file:
            file.write(canonical(msgspec.to_builtins(made)) + b"\n")
        return made


def checkpoint_holds(found: Checkpoint, key: str | None = None) -> bool:
    """Tell whether a checkpoint bears its signature, by this public key if one is given."""
    return key in (None, found.key) and _verified(found.key, found.sig, _checkpoint_bytes(found))


def _checkpoint_bytes(found: Checkpoint) -> bytes:
    return _CHECKPOINT + canonical({**msgspec.to_builtins(found), "sig": ""})


def read_seal(folder: str) -> Seal | None:
    """Return the seal of a folder, None without one. Raises `Malformed` for what is none."""
    try:
        with open(os.path.join(folder, NAME), "rb") as file:
            return msgspec.json.decode(file.read(1 << 16), type=Seal)
    except FileNotFoundError:
        return None
    except (msgspec.MsgspecError, OSError, UnicodeError, RecursionError) as error:
        raise Malformed(f"{NAME}: {error}") from None


def seal_holds(folder: str, found: Seal) -> bool:
    """Tell whether the manifest is the one a seal vouches for. Never raises for what stands in the folder."""
    try:
        data = _manifest(folder)
        plain: Any = msgspec.json.decode(data)
        return bool(plain.get("sha") == found.manifest) and _verified(found.key, found.sig, _MANIFEST + data)
    except (Malformed, OSError, msgspec.MsgspecError, AttributeError, RecursionError):
        return False


def _manifest(folder: str) -> bytes:
    with open(os.path.join(folder, MANIFEST), "rb") as file:
        data = file.read(_MOST + 1)
    if len(data) > _MOST:
        raise Malformed("a manifest of more than 256 MiB")
    return data


def _verified(key: str, sig: str, data: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(sig), data)
    except (InvalidSignature, ValueError):
        return False
    return True
