"""The revision everybody reads: a document with all its signature fields, before the first signature (CEREMONY §10).

All fields at once: afterwards anyone may add nothing, and the last slot locks the whole. `SigFlags` 3 from the start, or the
first signature would look like a change of the form.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final

import msgspec
import numpy as np
import pypdfium2
from pyhanko.pdf_utils.generic import NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, append_signature_field

from recordings.papers_asks import Box, FieldSpec
from recordings.stamps import SEAL, SEAL_BOX_PT
from recordings.tickets import LARGEST_FIELD
from signaling.errors import Refused

PERSON: Final = (170.0, 68.0)
"""Width and height of a person's field, points."""
CELL: Final = (SEAL_BOX_PT[0] / 2 + 160.0, SEAL_BOX_PT[1] + 4.0)
"""What a party needs: its seal stands over the left third of the signature."""
SMALLEST: Final = 12.0
_EDGE: Final = 36.0
_WHITE: Final = 250


def publish(pdf: bytes, slots: Sequence[FieldSpec]) -> tuple[bytes, tuple[FieldSpec, ...]]:
    """Return the document with a field for each slot, and where they are.

    Raises `Refused`: slots-missing, slot-names-clash, slots-no-room. The bytes handed in are a prefix of what comes back.
    """
    if not slots:
        raise Refused("slots-missing")
    names = [one.slot for one in slots]
    if any(not name or "." in name for name in names) or _clash(names):
        raise Refused("slot-names-clash")
    placed = _placed(pdf, slots)
    writer: Any = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    for number, one in enumerate(placed):
        assert one.page is not None
        more = {}
        if number == len(placed) - 1:
            more = {"field_mdp_spec": FieldMDPSpec(FieldMDPAction.ALL), "doc_mdp_update_value": MDPPerm.NO_CHANGES}
        append_signature_field(writer, SigFieldSpec(one.slot, on_page=one.page - 1, box=one.box, **more))  # type: ignore[arg-type]
    form = writer.root["/AcroForm"]
    form["/SigFlags"] = NumberObject(3)
    writer.update_container(form)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue(), placed


def _clash(names: Sequence[str]) -> bool:
    return len(set(names)) != len(names) or any(a != b and b.startswith(a) for a in names for b in names)


def _placed(pdf: bytes, slots: Sequence[FieldSpec]) -> tuple[FieldSpec, ...]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        marks = places(pdf)
        open_slots = [one for one in slots if one.box is None and one.slot not in marks]
        free = _free(document, open_slots) if open_slots else {}
        found = []
        for one in slots:
            page, box = (one.page, one.box) if one.box is not None else marks.get(one.slot) or free[one.slot]
            page = page or len(document)
            if not _fits(document, page, box):
                raise Refused("slots-no-room")
            found.append(msgspec.structs.replace(one, page=page, box=tuple(round(float(side), 2) for side in box)))
        return tuple(found)
    finally:
        document.close()


def _fits(document: Any, page: int, box: Box) -> bool:
    if not 1 <= page <= len(document):
        return False
    width, height = document.get_page_size(page - 1)
    left, bottom, right, top = box
    inside = left >= 0 and bottom >= 0 and right <= width and top <= height
    fits = SMALLEST <= right - left <= LARGEST_FIELD[0] and SMALLEST <= top - bottom <= LARGEST_FIELD[1]
    return inside and fits


def places(pdf: bytes) -> dict[str, tuple[int, Box]]:
    """Return where a document of ours wants its slots: destinations named `slot:<name>:<width>:<height>`."""
    reader: Any = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False).prev
    found: dict[str, tuple[int, Box]] = {}
    try:
        names = [one.get_object() for one in reader.root["/Names"]["/Dests"]["/Names"]]
        pages = [reader.find_page_for_modification(number)[0] for number in range(int(reader.root["/Pages"]["/Count"]))]
    except (KeyError, TypeError):
        return found
    for name, where in zip(names[::2], names[1::2], strict=False):
        parts = str(name).split(":")
        if len(parts) == 4 and parts[0] == "slot":
            where = where["/D"] if isinstance(where, dict) else where
            left, top = float(where[2]), float(where[3])
            width, height = float(parts[2]), float(parts[3])
            page = next((n for n, ref in enumerate(pages, 1) if ref.idnum == where.raw_get(0).idnum), None)
            if page is not None:
                found[parts[1]] = page, (left, top - height, left + width, top)
    return found


def _free(document: Any, slots: Sequence[FieldSpec]) -> dict[str, tuple[int, Box]]:
    """Return places on white paper of the last page: a cell for each party, two in a row. Raises `Refused`."""
    page = len(document)
    width, height = document.get_page_size(page - 1)
    cells = _cells(slots)
    rows = (len(cells) + 1) // 2
    need = rows * CELL[1]
    ink = np.asarray(document[page - 1].render(scale=1, grayscale=True).to_numpy()).squeeze() < _WHITE
    lines = ink.any(axis=1)
    bottom = next((y for y in range(int(_EDGE), int(height - _EDGE - need)) if not _inked(lines, height, y, y + need)), None)
    if bottom is None or width < 2 * CELL[0] + _EDGE:
        raise Refused("slots-no-room")
    # as high as the paper stays white: signatures stand under the text
    while bottom + need + 12 < height - _EDGE and not _inked(lines, height, bottom + 1, bottom + need + 13):
        bottom += 1
    found: dict[str, tuple[int, Box]] = {}
    for number, cell in enumerate(cells):
        left = _EDGE if number % 2 == 0 else width - _EDGE / 2 - CELL[0]
        low = bottom + (rows - 1 - number // 2) * CELL[1]
        for one in cell:
            found[one.slot] = page, _in_cell(one, left, low)
    return found


def _inked(lines: Any, height: float, low: float, high: float) -> bool:
    return bool(lines[max(0, int(height - high)) : int(height - low)].any())


def _cells(slots: Sequence[FieldSpec]) -> list[list[FieldSpec]]:
    """Return slots by cell: a party's first person and first seal share one."""
    cells: list[list[FieldSpec]] = []
    for one in slots:
        for cell in cells:
            if cell[0].party == one.party and all((one.kind == "seal") != (other.kind == "seal") for other in cell):
                cell.append(one)
                break
        else:
            cells.append([one])
    return cells


def _in_cell(one: FieldSpec, left: float, low: float) -> Box:
    if one.kind == "seal":
        return left, low, left + SEAL_BOX_PT[0], low + SEAL_BOX_PT[1]
    # a third of the signature lies under the seal
    start = left + (SEAL_BOX_PT[0] + SEAL) / 2 - PERSON[0] / 3
    return start, low + 45, start + PERSON[0], low + 45 + PERSON[1]
