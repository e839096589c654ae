"""One table of role × verb × phase (CEREMONY §3). What is not in it is not allowed."""

from __future__ import annotations

from typing import Final, NamedTuple

from signaling.acting import LONG, LONGEST
from signaling.commands import Actor, AnyCommand, SetMic, verb
from signaling.errors import Refused
from signaling.names import Role
from signaling.parts import Phase
from signaling.state import State

_SEATS: Final[dict[str, Role]] = {
    "O": "operator", "P": "co-operator", "C": "chair", "S": "secretary", "T": "site", "A": "admin", "G": "signatory", "Y": "system",
}  # fmt: skip
_PHASES: Final[dict[str, Phase]] = {
    "n": "none", "s": "setup", "o": "open", "p": "suspended", "c": "closed", "x": "cancelled",
}  # fmt: skip


class Row(NamedTuple):
    """Who may, and when. `operator`: the seat in control, whoever sits there; `co-operator`: any operator's seat."""

    roles: frozenset[Role]
    phases: frozenset[Phase]


_ROWS: Final = """
session.create AOY nsopcx | session.edit AO sopcx | session.open O sopcx | session.suspend OC sopcx
session.resume OC sopcx | session.cancel O sopcx | session.close O sopcx | session.reopen O sopcx
seat.admit OA sopcx | seat.refuse OA sopcx | seat.revoke OA sopcx | seat.move OA sopcx | seat.knock Y sopcx
control.give O sopc | control.take P sopc
sheet.apply O so | item.add OS so | item.edit OS so | item.remove OS so | item.move O so | item.time O so
item.next O so | item.take O o | item.hold O o | item.end O o | item.skip O o | item.restore O o | agenda.undo O so
floor.ask T o | floor.withdraw T o | floor.invite OC o | floor.grant OC o | floor.end OCT o | floor.move OC o
floor.drop OC o
mic.set O sop | scene.prepare O so | scene.cut O so | scene.hold O sopcx
caption.set O so | caption.clear O so | stage.message O sop | stage.blackout O sop
rollcall.answer TOPS sop | rollcall.mark OPSY sop | rollcall.check OPSY sop | rollcall.declare OCS sop
confirmation.open OS o | confirmation.answer TOPS o | confirmation.remind OS o | confirmation.close OS o
notice.send OPS sop | notice.ack T sop | announcement.confirm T sop | message.send T sop
site.announcement OT sop | incident.note OPS sop | proceedings.write S opc
document.add OSY soc | document.publish OS soc | document.withdraw OC soc | document.leave CS soc | document.page OS soc
document.exchange O oc | document.extend Y sopc | slot.assign OS soc | slot.decline GO oc | signing.begin O oc
signing.interrupt OC oc | pen.down O oc | pen.up O opc | pen.void O oc | ink.witness PS opc | scan.attach OS oc
scan.stamp OSG oc | ticket.issue GSC oc | ticket.finish GSC oc | ticket.cancel GSCO oc | session.seal SA c
presence.report Y nsopcx | recorder.report Y nsopcx | server.report Y nsopcx | line.report Y sopcx
check.record Y sopcx | clock.jump Y sopcx
"""

TABLE: Final[dict[str, Row]] = {
    name: Row(frozenset(_SEATS[seat] for seat in seats), frozenset(_PHASES[phase] for phase in phases))
    for name, seats, phases in (row.split() for line in _ROWS.split("\n") if line for row in line.split("|"))
}
AFTERWARDS: Final = ("document.", "slot.", "signing.", "pen.", "ink.", "scan.")
"""What the secretary too may do once the session is closed: the minutes, and seals that wait (CEREMONY §3)."""
REASONED: Final = frozenset({"session.suspend", "session.cancel", "session.reopen", "control.take"})
"""Verbs that always want a reason."""


def allowed(command: AnyCommand, by: Actor, state: State) -> None:
    """Refuse what the table does not hold, what only the seat in control may do, texts too long and reasons missing.

    Codes, first first: `not-allowed` `not-in-control` `not-open` `session-suspended` `session-sealed`
    `reason-required` `text-too-long`.
    """
    name = verb(command)
    row = TABLE.get(name)
    afterwards = state.phase == "closed" and by.role == "secretary" and name.startswith(AFTERWARDS)
    if row is None or not (_may(row, by) or (afterwards and name != "document.extend")):
        raise Refused("not-allowed", verb=name)
    if by.role == "site" and getattr(command, "site", None) not in (None, by.site):
        raise Refused("not-allowed", verb=name)
    if needs_control(name, by) and not state.controls(by.seat) and (state.control or by.role != "operator"):
        raise Refused("not-in-control")
    _in_phase(command, row, state.phase)
    if name in REASONED and not getattr(command, "reason", "").strip():
        raise Refused("reason-required")
    longest = LONG.get(name, LONGEST)
    for field in command.__struct_fields__:
        value = getattr(command, field)
        if isinstance(value, str) and len(value) > longest:
            raise Refused("text-too-long", most=longest)


def _may(row: Row, by: Actor) -> bool:
    if by.role in ("operator", "co-operator"):
        return not row.roles.isdisjoint(("operator", "co-operator"))
    return by.role in row.roles


def needs_control(name: str, by: Actor) -> bool:
    """Tell whether an operator's seat must be in control for this: rows of the second operator are free to both."""
    return by.role in ("operator", "co-operator") and "co-operator" not in TABLE[name].roles


def _in_phase(command: AnyCommand, row: Row, phase: Phase) -> None:
    if phase == "sealed":
        raise Refused("session-sealed")
    opens = isinstance(command, SetMic) and command.state != "closed"
    if phase in row.phases and not (phase == "suspended" and opens):
        return
    raise Refused("session-suspended" if phase == "suspended" else "not-open")
