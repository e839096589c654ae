"""Documents and the bodies that sign them, as a sheet writes them: in YAML as lists, in a table one cell of lines.

A cell of signatures has a line each: `slot | party | kind | office | office in English`, in the order of signing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, get_args

from signaling.draft import Document, Party, SigningMode, Slot, SlotKind
from signaling.names import is_identifier

if TYPE_CHECKING:
    from server.sheets.check import Check

Plain = dict[str, Any]
MOST_SLOTS: Final = 40
_FILE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}\.(pdf|docx)", re.IGNORECASE)
_BAR: Final = " | "


def document(check: Check, row: str, plain: Plain) -> Document:
    """Return a document of the sheet; what is wrong is told to the check."""
    name = plain.get("file", "")
    if name and not (isinstance(name, str) and _FILE.fullmatch(name)):
        check.wrong(row, "file", "bad-file", name)
        name = ""
    written = plain.get("signatures", [])
    if not isinstance(written, list) or len(written) > MOST_SLOTS:
        check.wrong(row, "signatures", "not-a-list", "")
        written = []
    mode: SigningMode = check.choice(row, plain, "signing", get_args(SigningMode)) or "wet_ink"
    slots = tuple(_slot(check, row, one) for one in written)
    _in_order(check, row, slots)
    basis = check.line(row, "basis", plain.get("basis"))
    return Document(check.id_of(row, plain), check.text(row, "vi", plain), basis, name, mode, slots)


def _slot(check: Check, row: str, plain: Any) -> Slot:
    if not isinstance(plain, dict):
        check.wrong(row, "signatures", "not-a-row", plain)
        plain = {}
    slot, party, kind = (plain.get(name) for name in ("slot", "party", "kind"))
    if not isinstance(slot, str) or not is_identifier(slot):
        check.wrong(row, "signatures", "bad-id", slot)
    if kind not in get_args(SlotKind):
        check.wrong(row, "signatures", "unknown-slot-kind", kind)
        kind = "leader"
    return Slot(str(slot), str(party or ""), kind, check.text(row, "signatures", plain.get("office")))


def _in_order(check: Check, row: str, slots: tuple[Slot, ...]) -> None:
    """Leaders before seals, no name the beginning of another: what a publication would refuse is told now."""
    names = [one.slot for one in slots]
    if any(n != m and b.startswith(a) for n, a in enumerate(names) for m, b in enumerate(names)):
        check.wrong(row, "signatures", "slot-names-clash", "")
    seals = [one.kind == "seal" for one in slots]
    if seals != sorted(seals):
        check.wrong(row, "signatures", "slots-out-of-order", "")


def party(check: Check, row: str, plain: Plain) -> Party:
    """Return a body that signs."""
    written = plain.get("authority", [])
    if not isinstance(written, list) or not all(isinstance(one, str) and len(one) <= 20 for one in written):
        check.wrong(row, "authority", "not-a-list", "")
        written = []
    return Party(check.id_of(row, plain), check.text(row, "vi", plain), tuple(written))


def known_parties(check: Check, documents: tuple[Document, ...], parties: tuple[Party, ...]) -> None:
    """Tell of every slot whose body is not in the sheet."""
    known = {one.id for one in parties}
    for n, one in enumerate(documents):
        for slot in one.signatures:
            if slot.party not in known:
                check.wrong(f"documents[{n}]", "signatures", "unknown-party", slot.party)


def plain_document(one: Document) -> Plain:
    """Return a document as YAML writes it; what is as usual is left out."""
    plain: Plain = {"id": one.id, **_text(one.title)}
    plain |= {"basis": one.basis} if one.basis else {}
    plain |= {"file": one.file} if one.file else {}
    plain |= {"signing": one.signing} if one.signing != "wet_ink" else {}
    slots = [{"slot": s.slot, "party": s.party, "kind": s.kind, "office": _text(s.office)} for s in one.signatures]
    return plain | ({"signatures": slots} if slots else {})


def plain_party(one: Party) -> Plain:
    """Return a body as YAML writes it."""
    return {"id": one.id, **_text(one.name)} | ({"authority": list(one.authority)} if one.authority else {})


def _text(text: Any) -> Plain:
    return {"vi": text.vi, "en": text.en} if text.en != text.vi else {"vi": text.vi}


def cell_of(slots: list[Plain]) -> str:
    """Return signatures as one cell of a table."""
    return "\n".join(
        _BAR.join([one["slot"], one["party"], one["kind"], one["office"]["vi"], one["office"].get("en", "")]).rstrip(" |")
        for one in slots
    )


def slots_of(cell: str) -> list[Plain]:
    """Return the signatures a cell holds; the check says what is wrong with them."""
    found = []
    for line in cell.splitlines():
        slot, party_, kind, office, english = ([part.strip() for part in line.split("|", 4)] + [""] * 5)[:5]
        if line.strip():
            text = {"vi": office, "en": english} if english else {"vi": office}
            found.append({"slot": slot, "party": party_, "kind": kind, "office": text})
    return found
