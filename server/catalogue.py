"""Sentences the server itself prints, from the same catalogues the pages use."""

from __future__ import annotations

import functools
import json
import os
from typing import Literal

import server

Language = Literal["vi", "en"]
_LOCALES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(server.__file__))), "client", "locales")


@functools.cache
def _sentences(language: Language) -> dict[str, str]:
    with open(os.path.join(_LOCALES, f"{language}.json"), encoding="utf-8") as file:
        found: dict[str, str] = json.load(file)
        return found


def say(language: Language, key: str, **facts: str | int) -> str:
    """Return a sentence with its facts put in; the caller escapes it for where it goes."""
    text = _sentences(language)[key]
    for name, value in facts.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def language_of(asked: str) -> Language:
    """Return a language we have; Vietnamese unless English was asked for."""
    return "en" if asked == "en" else "vi"
