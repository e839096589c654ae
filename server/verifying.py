"""What `diemcau verify` is told from outside the record: roots, keys, checkpoints."""

from __future__ import annotations

import os
from collections.abc import Sequence

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from recordings.verify_papers import Outside
from signaling.errors import Malformed


def outside_of(roots: str | None, keys: Sequence[str], checkpoints: str | None) -> Outside:
    """Return what the options name. Raises `Malformed` for a certificate that is none, `OSError`."""
    lines: list[bytes] = []
    if checkpoints is not None:
        with open(checkpoints, "rb") as file:
            lines = [line for line in file.read().splitlines() if line.strip()]
    return Outside(tuple(certificates_in(roots)) if roots else (), tuple(key.lower().replace(" ", "") for key in keys), tuple(lines))


def certificates_in(folder: str) -> list[bytes]:
    """Return every certificate in a folder's files, DER. Raises as above."""
    found = []
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if not os.path.isfile(path) or not name.lower().endswith((".der", ".crt", ".cer", ".pem")):
            continue
        with open(path, "rb") as file:
            data = file.read(1 << 20)
        try:
            several = x509.load_pem_x509_certificates(data) if b"-----BEGIN" in data else [x509.load_der_x509_certificate(data)]
        except ValueError:
            raise Malformed(f"{name} is no certificate") from None
        found += [one.public_bytes(Encoding.DER) for one in several]
    return found
