"""Pages of documents as they were on the air: drawn again from the revision the log names."""

from __future__ import annotations

import hashlib
import io
import os
import re
from typing import Final

from PIL import Image

from recordings.pdf import page_image
from signaling.errors import DiemcauError

FOLDER: Final = "documents"
_SHA: Final = re.compile(r"[0-9a-f]{64}")


def drawn(folder: str, sha256: str, page: int, size: tuple[int, int]) -> Image.Image | None:
    """Return a page fitted into (width, height), even sides; None if its file is gone, changed or cannot be drawn."""
    if _SHA.fullmatch(sha256) is None:
        return None
    try:
        with open(os.path.join(folder, FOLDER, f"{sha256}.pdf"), "rb") as file:
            data = file.read()
        if hashlib.sha256(data).hexdigest() != sha256:
            return None
        image = Image.open(io.BytesIO(page_image(data, page, size[0])[1])).convert("RGB")
    except (OSError, DiemcauError):
        return None
    scale = min(size[0] / image.width, size[1] / image.height)
    return image.resize((max(2, int(image.width * scale) & ~1), max(2, int(image.height * scale) & ~1)), Image.Resampling.LANCZOS)
