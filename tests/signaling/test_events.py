import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling import events
from signaling.agenda import Item
from signaling.draft import Diff, Draft
from signaling.errors import Malformed

KINDS = events.Event.__subclasses__()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_event_reads_back_from_the_log(kind):
    schema = {"str": "x", "int": 1, "bool": True, "Draft": None, "Item": None, "Diff": Diff()}
    from tests.signaling.test_draft import sheet

    schema["Draft"], schema["Item"] = sheet([("a", 1)]), Item("x", "speech", sheet([]).title, 1, "grid")
    values = {}
    for field in msgspec.structs.fields(kind):
        if field.required:
            values[field.name] = _made(field.type, schema)
    event = kind(**values)
    plain = events.to_plain(event)
    assert plain["is"] == kind.__struct_config__.tag
    assert events.from_plain(msgspec.json.decode(msgspec.json.encode(plain))) == event


def _made(kind, schema):
    name = getattr(kind, "__name__", str(kind))
    if kind in (Draft, Item, Diff):
        return schema[name]
    args = getattr(kind, "__args__", None)
    if "Literal" in str(kind):
        return args[0]
    if getattr(kind, "__origin__", None) is tuple:
        return ()
    while hasattr(kind, "__supertype__"):
        kind = kind.__supertype__
    return schema[kind.__name__]


def test_tags_are_unique_and_all_are_in_the_union():
    tags = [kind.__struct_config__.tag for kind in KINDS]
    assert len(set(tags)) == len(tags)
    assert set(events.AnyEvent.__args__) == set(KINDS)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["is", "item", "site", "x"]), inner)))
def test_anything_else_is_malformed(plain):
    try:
        events.from_plain(plain)
    except Malformed:
        pass
