"""The hot path in C (server/media/fastpath/), where it was built and finds libcrypto; None where Python does it all."""

from __future__ import annotations

import contextlib
import importlib
from types import ModuleType

module: ModuleType | None = None
with contextlib.suppress(ImportError):
    module = importlib.import_module("server.media._fastpath")


def cipher(key: bytes, salt: bytes) -> object | None:
    """Return an AES-GCM session key and salt (12 bytes) for the C path, None without one."""
    return module.Cipher(key, salt) if module is not None else None
