"""The log key: checkpoints while it runs, the seal when it is over (TRUST §8, CEREMONY §11).

A checkpoint says "line `seq` had this hash, clips these heads", signed; copies of it elsewhere show a truncated log. The
seal signs the manifest, the head of the log, the Merkle root over every cluster and every document, and may bear an
RFC 3161 token over that signature. What is signed is canonical JSON behind a word that says what it is.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from recordings.chain import canonical, digest
from recordings.manifest import NAME as MANIFEST
from recordings.merkle import root
from recordings.tracks import clip_names, index_of
from signaling.errors import Malformed

FOLDER: Final = "sealed"
NAME: Final = "seal.json"
TOKEN: Final = "seal.tsr"  # noqa: S105 - the name of a file
DOCUMENTS: Final = "documents"
_CHECKPOINT: Final = b"diemcau checkpoint 1\n"
_SEAL: Final = b"diemcau seal 1\n"
_MOST: Final = 64 << 20


class Checkpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the log was at a moment. `heads`: clip → hash of its chain; `key`, `sig`: hex of Ed25519."""

    session: str
    seq: int
    hash: str
    heads: dict[str, str]
    epoch: int
    at_us: int
    key: str
    sig: str = ""
    v: int = 1


class Seal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a record was when it was sealed. `log`: bytes of its mirror and hash of the last line; `merkle`: root and
    leaves; `documents`: name, bytes, SHA-256 of each.
    """

    session: str
    manifest: str
    log: tuple[int, str] | None
    merkle: tuple[str, int]
    documents: tuple[tuple[str, int, str], ...]
    epoch: int
    at_us: int
    key: str
    sig: str = ""
    v: int = 1


def log_key(path: str) -> Ed25519PrivateKey:
    """Return the key kept at `path`, made at first need: 32 bytes, mode 0600, on disk before it is used.

    Raises `Malformed` for a file that is none, or that others may read; `OSError`.
    """
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _kept_key(path)
    key = Ed25519PrivateKey.generate()
    with os.fdopen(fd, "wb") as file:
        file.write(key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(os.path.dirname(os.path.abspath(path)), os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    return key


def _kept_key(path: str) -> Ed25519PrivateKey:
    with open(path, "rb") as file:
        if os.fstat(file.fileno()).st_mode & 0o077:
            raise Malformed("the log key may be read by others")
        data = file.read(64)
    if len(data) != 32:
        raise Malformed("this is no log key")
    return Ed25519PrivateKey.from_private_bytes(data)


def public_of(key: Ed25519PrivateKey) -> str:
    """Return the public key in hex."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def checkpoint(key: Ed25519PrivateKey, what: Checkpoint) -> Checkpoint:
    """Return a checkpoint signed; its `key` and `sig` are set here."""
    bare = msgspec.structs.replace(what, key=public_of(key), sig="")
    return msgspec.structs.replace(bare, sig=key.sign(_CHECKPOINT + _signed(bare)).hex())


def checkpoint_good(one: Checkpoint, key: str) -> bool:
    """Tell whether a checkpoint was signed by the key with this public half."""
    return one.v == 1 and one.key == key and _verified(one.key, one.sig, _CHECKPOINT + _signed(one))


def seal(folder: str, key: Ed25519PrivateKey, session: str, moment: tuple[int, int]) -> Seal:
    """Return the signed seal of a folder with its manifest, at (UTC µs, epoch). Raises `OSError`, `Malformed`."""
    at_us, epoch = moment
    with open(os.path.join(folder, MANIFEST), "rb") as file:
        manifest = file.read(_MOST)
    log = msgspec.json.decode(manifest)["log"]
    leaves = leaves_of(folder)
    bare = Seal(
        session, digest(manifest), None if log is None else (log[0], log[1]), (root(leaves).hex(), len(leaves)),
        documents_in(folder), epoch, at_us, public_of(key),
    )  # fmt: skip
    return msgspec.structs.replace(bare, sig=key.sign(_SEAL + _signed(bare)).hex())


def seal_good(one: Seal) -> bool:
    """Tell whether a seal's signature is that of the key it names."""
    return one.v == 1 and _verified(one.key, one.sig, _SEAL + _signed(one))


def stamped(one: Seal) -> bytes:
    """Return what a time stamp token is over: the signature."""
    return bytes.fromhex(one.sig)


def leaves_of(folder: str) -> list[bytes]:
    """Return the leaves of the tree: clip by clip in order of their names, head and clusters of each closed one."""
    found: list[bytes] = []
    for name in clip_names(folder):
        index = index_of(folder, name)
        if index.opening is not None and index.end is not None:
            found += [bytes.fromhex(index.opening.sha), *(bytes.fromhex(one.sha) for one in index.clusters)]
    return found


def documents_in(folder: str) -> tuple[tuple[str, int, str], ...]:
    """Return (name, bytes, SHA-256) of every document of a folder, by name. Raises `OSError`."""
    place = os.path.join(folder, DOCUMENTS)
    found = []
    names = sorted(os.listdir(place)) if os.path.isdir(place) else []
    for name in names:
        path = os.path.join(place, name)
        if name.endswith(".pdf") and os.path.isfile(path):
            with open(path, "rb") as file:
                data = file.read()
            found.append((name, len(data), digest(data)))
    return tuple(found)


def write_seal(folder: str, one: Seal, token: bytes | None = None) -> None:
    """Write the seal, and its token if there is one yet; each all or nothing. Raises `OSError`."""
    place = os.path.join(folder, FOLDER)
    os.makedirs(place, mode=0o700, exist_ok=True)
    _put(os.path.join(place, NAME), canonical(_plain(one)) + b"\n")
    if token is not None:
        _put(os.path.join(place, TOKEN), token)


def read_seal(folder: str) -> tuple[Seal, bytes | None] | None:
    """Return the seal of a folder and its token, None where there is none. Raises `Malformed`, `OSError`."""
    place = os.path.join(folder, FOLDER)
    token = None
    try:
        with open(os.path.join(place, NAME), "rb") as file:
            data = file.read(_MOST)
        with contextlib.suppress(FileNotFoundError), open(os.path.join(place, TOKEN), "rb") as file:
            token = file.read(1 << 20)
    except FileNotFoundError:
        return None
    try:
        found = msgspec.json.decode(data, type=Seal)
        same = canonical(_plain(found)) + b"\n" == data
    except (msgspec.MsgspecError, TypeError, RecursionError, UnicodeError):
        raise Malformed("this is no seal") from None
    if not same:
        raise Malformed("the seal is not in canonical form")
    return found, token


def _put(path: str, data: bytes) -> None:
    fd = os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".new", path)
    folder = os.open(os.path.dirname(path), os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _plain(one: Checkpoint | Seal) -> Mapping[str, Any]:
    plain: Mapping[str, Any] = msgspec.to_builtins(one)
    return plain


def _signed(one: Checkpoint | Seal) -> bytes:
    return canonical({name: value for name, value in _plain(one).items() if name != "sig"})


def _verified(key: str, sig: str, data: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(sig), data)
    except (ValueError, InvalidSignature):
        return False
    return True
