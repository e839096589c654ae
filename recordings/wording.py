"""Sentences of papers and proofs, from the catalogues the pages use, so that all say the same."""

from __future__ import annotations

import functools
import json
import os
from typing import Final, Literal

Language = Literal["vi", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("vi", "en")
_HERE: Final = os.path.dirname(os.path.abspath(__file__))
_PLACES: Final = (os.path.join(os.path.dirname(_HERE), "client", "locales"), os.path.join(_HERE, "words"))
"""In the product; in a bundle, which carries the sentences its verifier needs."""


@functools.cache
def catalogue(language: Language) -> dict[str, str]:
    """Return all sentences of a language, none where there is no catalogue."""
    for place in _PLACES:
        path = os.path.join(place, f"{language}.json")
        if os.path.isfile(path):
            with open(path, encoding="utf-8") as file:
                found: dict[str, str] = json.load(file)
                return found
    return {}


def sentence(language: Language, key: str, /, **facts: str | int) -> str:
    """Return a sentence with its facts put in; the key itself where there is none."""
    text = catalogue(language).get(key, key)
    for name, value in facts.items():
        text = text.replace("{" + name + "}", str(value))
    return text
