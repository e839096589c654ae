"""The five questions about a record, and their answers in words (CEREMONY §11).

An answer is valid, not determined (never shown green) or not valid; beside it stands what it does not prove.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from recordings.chain import GENESIS
from recordings.papers_asks import Said, Verdict
from recordings.wording import LANGUAGES, Language, sentence

QUESTIONS: Final = ("integrity", "signer", "trust", "time", "completeness")
_WORDS: Final = {"valid": "good", "unknown": "not determined", "invalid": "NOT GOOD"}
_ORDER: Final[tuple[Verdict, ...]] = ("invalid", "unknown", "valid")


class Answer(msgspec.Struct, frozen=True):
    """One question answered. `ok`: nothing is wrong; `says`: what was found, technically; `told` and `open`: sentences of
    the catalogues (`doc.proof.*`), what is so and what is not proven.
    """

    ok: bool
    says: tuple[str, ...] = ()
    unknown: bool = False
    told: tuple[Said, ...] = ()
    open: tuple[Said, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Return the answer as one of three words."""
        if not self.ok:
            return "invalid"
        return "unknown" if self.unknown else "valid"


def answer(verdict: Verdict, told: Iterable[Said], not_proven: Iterable[Said] = (), says: Iterable[str] = ()) -> Answer:
    """Return an answer of three words."""
    return Answer(verdict != "invalid", tuple(says), verdict == "unknown", tuple(told), tuple(not_proven))


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the worst of some verdicts, valid for none."""
    return min(verdicts, key=_ORDER.index, default="valid")


class Judgement(msgspec.Struct, frozen=True):
    """What a check of a record found. `ok`: nothing is wrong and nothing that is named is missing."""

    ok: bool
    integrity: Answer
    completeness: Answer
    time: Answer
    clips: int
    head: str = GENESIS
    signer: Answer = Answer(True, unknown=True)
    trust: Answer = Answer(True, unknown=True)

    def lines(self) -> list[str]:
        """Return the judgement in words, each question apart, in both languages."""
        found = []
        for name in QUESTIONS:
            one: Answer = getattr(self, name)
            found.append(f"{name}: {_WORDS[one.verdict]} / {self._words('vi', name, one)}")
            found += [f"  {_said(language, said)}" for said in one.told for language in LANGUAGES if _said(language, said)]
            found += [f"  {technical}" for technical in one.says]
            found += [f"  {_said(language, said)}" for said in one.open for language in LANGUAGES if _said(language, said)]
        return found

    @staticmethod
    def _words(language: Language, name: str, one: Answer) -> str:
        question = sentence(language, f"doc.proof.question-{name}")
        return f"{question}: {sentence(language, f'doc.proof.{one.verdict}')}"


def _said(language: Language, said: Said) -> str:
    return sentence(language, f"doc.proof.{said.code}", **said.detail)
