"""One table of who may do what (CEREMONY §3). What is not in it is not allowed."""

from __future__ import annotations

from typing import Final

from signaling.commands import Actor, AnyCommand, verb
from signaling.errors import Refused
from signaling.names import Role

_O: Final[frozenset[Role]] = frozenset({"operator"})
_OC: Final[frozenset[Role]] = frozenset({"operator", "chair"})
_OS: Final[frozenset[Role]] = frozenset({"operator", "secretary"})
_OPS: Final[frozenset[Role]] = frozenset({"operator", "co-operator", "secretary"})
_OSC: Final[frozenset[Role]] = frozenset({"operator", "secretary", "chair"})
_Y: Final[frozenset[Role]] = frozenset({"system"})
_SITE: Final[frozenset[Role]] = frozenset({"site"})

TABLE: Final[dict[str, frozenset[Role]]] = {
    "session.create": _Y, "session.open": _O, "session.close": _O, "session.reopen": _O,
    "item.next": _O, "item.take": _O, "item.hold": _O, "item.end": _O, "item.skip": _O, "item.restore": _O,
    "floor.ask": _SITE, "floor.withdraw": _SITE, "floor.invite": _OC, "floor.grant": _OC,
    "floor.end": _OC | _SITE, "floor.drop": _OC,
    "mic.set": _O, "scene.prepare": _O, "scene.cut": _O, "scene.hold": _O,
    "rollcall.answer": _OPS | _SITE, "rollcall.mark": _OPS | _Y, "rollcall.declare": _OSC,
    "presence.report": _Y, "recorder.report": _Y, "server.report": _Y,
}  # fmt: skip

_IN_SETUP: Final = frozenset({
    "session.open", "mic.set", "scene.prepare", "scene.cut", "scene.hold",
    "rollcall.answer", "rollcall.mark", "rollcall.declare", "item.next",
})  # fmt: skip
_IN_CLOSED: Final = frozenset({"session.reopen", "scene.hold"})


def allowed(command: AnyCommand, by: Actor, phase: str) -> None:
    """Refuse `not-allowed` (the role), `not-open` (the phase); a site may answer only for itself.

    News of the system passes in every phase.
    """
    name = verb(command)
    if by.role not in TABLE.get(name, frozenset()):
        raise Refused("not-allowed", verb=name)
    if by.role == "site" and getattr(command, "site", by.site) != by.site:
        raise Refused("not-allowed", verb=name)
    if TABLE[name] == _Y:
        return
    if phase == "setup" and name not in _IN_SETUP | {"session.close", "session.reopen"}:
        raise Refused("not-open")
    if phase == "closed" and name not in _IN_CLOSED | {"session.open", "session.close"}:
        raise Refused("not-open")
