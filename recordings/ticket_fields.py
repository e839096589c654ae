"""Points b and f of a ticket: fields before and after, one by one (CEREMONY §10).

The rules for revisions allow more than a signature: hiding another's field, changing how it looks, filling two, adding
one. So every revision since the one that was read has to fill exactly one field, the next in order, and leave all
others as they were; the last one fills mine.
"""

from __future__ import annotations

import itertools
from typing import Any, Final, NoReturn

from pyhanko.pdf_utils import generic

from recordings.tickets import LARGEST_FIELD, Ticket
from signaling.errors import Refused

_VALUE: Final = frozenset(
    "/Type /Filter /SubFilter /ByteRange /Contents /M /Reason /Location /Name /Prop_Build /Reference".split()
)
_TRANSFORM: Final = frozenset("/Type /TransformMethod /TransformParams /Data /DigestMethod".split())
_FILLED: Final = frozenset("/V /AP".split())
"""What signing changes in a field's dictionary."""
_FORM: Final = frozenset("/Fields /SigFlags".split())
_DEEPEST: Final = 40


def filled_one(ticket: Ticket, reader: Any, before: Any) -> None:
    """Refuse unless each revision filled the next field and nothing else, mine the last. Raises `Refused`."""
    first = before.xrefs.total_revisions - 1
    last = reader.xrefs.total_revisions - 1
    states = [_fields(reader.get_historical_resolver(number)) for number in range(first, last + 1)]
    order = tuple(states[0])
    if order != tuple(ticket.order) or ticket.field not in order or ticket.slot != ticket.field:
        _no("f")
    done = sum("/V" in field for field in states[0].values())
    for number, (had, has) in enumerate(itertools.pairwise(states)):
        if tuple(has) != order or done + number >= len(order):
            _no("f")
        _step(had, has, order[done + number])
    if order[done + last - first - 1] != ticket.field:
        _no("f")
    _value(ticket, reader, states[-1][ticket.field])


def _fields(view: Any) -> dict[str, Any]:
    """Return the fields of a revision by name, in order. A form of anything but signatures is refused."""
    form = view.root["/AcroForm"]
    if set(form) - _FORM or form["/SigFlags"] != 3:
        _no("f")
    found: dict[str, Any] = {}
    for one in form["/Fields"]:
        field = one.get_object()
        if field.get("/FT") != "/Sig" or "/Kids" in field or "/Parent" in field or str(field["/T"]) in found:
            _no("f")
        left, bottom, right, top = (float(side) for side in field["/Rect"])
        if abs(right - left) > LARGEST_FIELD[0] or abs(top - bottom) > LARGEST_FIELD[1]:
            _no("f")
        found[str(field["/T"])] = field
    return found


def _step(had: dict[str, Any], has: dict[str, Any], turn: str) -> None:
    for name, field in has.items():
        old = had[name]
        keys = set(field) | set(old)
        if name == turn:
            if "/V" in old or "/V" not in field:
                _no("f")
            keys -= _FILLED
        for key in keys:
            if key not in field or key not in old or not _kept(key, old.raw_get(key), field.raw_get(key)):
                _no("f")


def _kept(key: str, old: Any, new: Any) -> bool:
    """Tell whether an entry of a field is as it was; its page by number alone: what pages say is point e."""
    if key == "/P":
        return isinstance(old, generic.IndirectObject) and isinstance(new, generic.IndirectObject) and old.idnum == new.idnum
    return _same(old, new, 0)


def _same(one: Any, other: Any, deep: int) -> bool:
    """Tell whether two values of two revisions are the same through and through."""
    if isinstance(one, generic.IndirectObject) and isinstance(other, generic.IndirectObject):
        if one.idnum != other.idnum or one.generation != other.generation:
            return False
        one, other = one.get_object(), other.get_object()
    if deep > _DEEPEST or type(one) is not type(other):
        return False
    if isinstance(one, generic.DictionaryObject):
        if set(one) != set(other):
            return False
        if isinstance(one, generic.StreamObject) and one.encoded_data != other.encoded_data:
            return False
        return all(_same(one.raw_get(key), other.raw_get(key), deep + 1) for key in one)
    if isinstance(one, generic.ArrayObject):
        pairs = zip(list.__iter__(one), list.__iter__(other), strict=False)
        return len(one) == len(other) and all(_same(a, b, deep + 1) for a, b in pairs)
    return bool(one == other)


def _value(ticket: Ticket, reader: Any, field: Any) -> None:
    """Point b: my field's value has its gap where the ticket says, and promises nothing I did not read."""
    value = field["/V"]
    start, end = ticket.region
    size = reader.stream.seek(0, 2)
    if [int(number) for number in value["/ByteRange"]] != [0, start, end, size - end]:
        _no("b")
    if value.raw_get("/Contents", decrypt=generic.EncryptedObjAccess.RAW).original_bytes.strip(b"\0"):
        _no("b")
    if set(value) - _VALUE or value["/SubFilter"] != "/ETSI.CAdES.detached" or value["/Filter"] != "/Adobe.PPKLite":
        _no("b")
    for one in value.get("/Reference", ()):
        reference = one.get_object()
        # a field's own lock is repeated here (ISO 32000-2 §12.8.2.4); anything else would certify more than was read
        if set(reference) - _TRANSFORM or reference["/TransformMethod"] != "/FieldMDP" or "/Lock" not in field:
            _no("b")


def _no(point: str) -> NoReturn:
    raise Refused("ticket-refused", point=point)
