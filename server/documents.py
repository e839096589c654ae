"""The documents of one ceremony on disk: every revision under its own SHA-256, for ever; pages drawn, tickets under way.

    documents/<sha256>.pdf          a file handed in, published, signed or scanned
    documents/tickets/<id>.json     a ticket as it was issued, until its document is completed
    documents/tickets/<id>.pdf      the PDF prepared for it
    documents/pages/<sha256>-<page>-<width>.png     drawn once; may be deleted at any time

What is named by a hash appears whole and on disk, or not at all: an event may name it from then on. A file no event
names is left by a crash between the two, and harmless.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
from typing import Final

from signaling.errors import Refused

FOLDER: Final = "documents"
TICKETS: Final = "tickets"
PAGES: Final = "pages"
_SHA: Final = re.compile(r"[0-9a-f]{64}")
_TICKET: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")


class Documents:
    """The store. Synchronous: asked from threads, never on the loop."""

    def __init__(self, folder: str) -> None:
        """Keep it in a ceremony's folder; nothing is made before the first file."""
        self.folder = os.path.join(folder, FOLDER)

    def keep(self, data: bytes) -> str:
        """Keep a revision and return its SHA-256; on disk, with its name, when this returns. Raises `OSError`."""
        sha256 = hashlib.sha256(data).hexdigest()
        path = self._revision(sha256)
        if not os.path.exists(path):
            _land(path, data)
        return sha256

    def read(self, sha256: str) -> bytes:
        """Return a revision. Raises `Refused("no-document")` for one that is not here or is no longer what it was."""
        try:
            with open(self._revision(sha256), "rb") as file:
                data = file.read()
        except OSError:
            raise Refused("no-document", document=sha256[:16]) from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Refused("no-document", document=sha256[:16])
        return data

    def has(self, sha256: str) -> bool:
        """Tell whether a revision is here."""
        return _SHA.fullmatch(sha256) is not None and os.path.exists(self._revision(sha256))

    def _revision(self, sha256: str) -> str:
        if _SHA.fullmatch(sha256) is None:
            raise Refused("no-document", document="")
        return os.path.join(self.folder, f"{sha256}.pdf")

    # --- tickets ------------------------------------------------------------------------------------------

    def keep_ticket(self, name: str, ticket: bytes, pdf: bytes) -> None:
        """Keep a ticket and its PDF; the ticket comes last, so that it is never without. Raises `OSError`."""
        _land(self._ticket(name, "pdf"), pdf)
        _land(self._ticket(name, "json"), ticket)

    def ticket(self, name: str) -> tuple[bytes, bytes]:
        """Return (ticket, prepared PDF). Raises `Refused("no-ticket")`."""
        try:
            with open(self._ticket(name, "json"), "rb") as ticket, open(self._ticket(name, "pdf"), "rb") as pdf:
                return ticket.read(), pdf.read()
        except OSError:
            raise Refused("no-ticket") from None

    def drop_ticket(self, name: str) -> None:
        """Forget a ticket that is over."""
        for kind in ("json", "pdf"):
            with contextlib.suppress(OSError):
                os.unlink(self._ticket(name, kind))

    def _ticket(self, name: str, kind: str) -> str:
        if _TICKET.fullmatch(name) is None:
            raise Refused("no-ticket")
        return os.path.join(self.folder, TICKETS, f"{name}.{kind}")

    # --- pages --------------------------------------------------------------------------------------------

    def page(self, sha256: str, page: int, width: int) -> bytes | None:
        """Return a page that was drawn before, or None."""
        try:
            with open(self._page(sha256, page, width), "rb") as file:
                return file.read()
        except OSError:
            return None

    def keep_page(self, sha256: str, page: int, width: int, png: bytes) -> None:
        """Keep a drawn page; a full disk costs drawing it again, nothing else."""
        with contextlib.suppress(OSError):
            _land(self._page(sha256, page, width), png)

    def _page(self, sha256: str, page: int, width: int) -> str:
        if _SHA.fullmatch(sha256) is None:
            raise Refused("no-document", document="")
        return os.path.join(self.folder, PAGES, f"{sha256}-{int(page)}-{int(width)}.png")


def _land(path: str, data: bytes) -> None:
    """Write whole, fsync, rename, fsync the folder (TRUST §8)."""
    folder = os.path.dirname(path)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    part = f"{path}.part-{secrets.token_hex(4)}"
    fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(part)
        raise
    where = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(where)
    finally:
        os.close(where)
