"""Writes the sample document of the first ceremony beside its sheet: `python -m server.samples`.

Every page says that it is worth nothing. The same fonts and libraries give the same bytes.
"""

from __future__ import annotations

import os
from typing import Final

from recordings.printing import filled, printed
from recordings.wording import sentence

PLACE: Final = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ceremonies")
NAMES: Final = ("chuong-trinh-phoi-hop",)


def sample(name: str) -> bytes:
    """Return a sample document as PDF."""
    return printed(filled(f"{name}.html", {"sample": sentence("vi", "doc.sample")}))


def main() -> None:
    """Write all of them."""
    for name in NAMES:
        with open(os.path.join(PLACE, f"{name}.pdf"), "wb") as file:
            file.write(sample(name))


if __name__ == "__main__":
    main()
