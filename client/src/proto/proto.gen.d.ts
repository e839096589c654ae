/* Generated from signaling/schema.py by `python client/build.py --types`. Do not edit. */

export interface Protocol {
from_page: (Hello | Do | MediaAsk | Wishes | Ping)
to_page: (Challenge | Welcome | Show | Done | Declined | MediaToken | Slots | Layers | Meters | Health | Stalled | Pong | Fault | Follow | Checkpoint)
}
/**
 * First message, within 5 s of the challenge. `key` is the device's public key (SPKI, base64url), `sig` its
 *     ECDSA P-256/SHA-256 signature (r‖s, base64url) over the UTF-8 of `diemcau-hello:<nonce>`; both absent where the
 *     seat is a signed-in person's. `resume` is the id of the last answered command, if any.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Hello".
 */
export interface Hello {
t: "hello"
seat: string
build: string
key?: (string | null)
sig?: (string | null)
resume?: (string | null)
}
/**
 * A command. `ref` (unique per seat) makes it idempotent: asked twice, it is answered from memory.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Do".
 */
export interface Do {
t: "do"
ref: string
command: (OpenSession | CloseSession | ReopenSession | SetNext | TakeItem | HoldItem | EndItem | SkipItem | RestoreItem | AskFloor | WithdrawFloor | InviteFloor | GrantFloor | EndFloor | DropFloor | SetMic | PrepareScene | CutScene | HoldScene | AnswerRollcall | MarkRollcall | DeclareRollcall | EditSession | SuspendSession | ResumeSession | CancelSession | AdmitSeat | RefuseSeat | RevokeSeat | MoveSeat | GiveControl | TakeControl | ApplySheet | AddItem | EditItem | RemoveItem | MoveItem | RetimeItem | UndoAgenda | MoveFloor | SetCaption | ClearCaption | MessageStage | BlackoutStage | CheckRollcall | OpenConfirmation | AnswerConfirmation | RemindConfirmation | CloseConfirmation | SendNotice | AckNotice | ConfirmAnnouncement | SendMessage | AnnounceSite | NoteIncident | WriteProceedings | PageDocument | WithdrawDocument | LeaveDocument | ExchangeDocument | AssignSlot | DeclineSlot | BeginSigning | InterruptSigning | LowerPen | RaisePen | VoidPen | WitnessInk | CancelTicket)
}
/**
 * Start: recording begins. A reason is needed while sites are missing.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "OpenSession".
 */
export interface OpenSession {
do: "session.open"
reason?: (string | null)
}
/**
 * End. A reason is needed while required items are left.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "CloseSession".
 */
export interface CloseSession {
do: "session.close"
reason?: (string | null)
}
/**
 * Go on after all, within 15 minutes of closing.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "ReopenSession".
 */
export interface ReopenSession {
do: "session.reopen"
reason: string
}
/**
 * Choose what comes next. `after` is the agenda revision the operator saw.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "SetNext".
 */
export interface SetNext {
do: "item.next"
item: string
after: number
}
/**
 * Go to the next item; names it, so that a moved agenda is noticed.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "TakeItem".
 */
export interface TakeItem {
do: "item.take"
item: string
after: number
reason?: (string | null)
}
/**
 * Put the live item back among those to come.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "HoldItem".
 */
export interface HoldItem {
do: "item.hold"
after: number
}
/**
 * End the live item without starting another.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "EndItem".
 */
export interface EndItem {
do: "item.end"
after: number
}
/**
 * Leave an item out; a required one wants a reason.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "SkipItem".
 */
export interface SkipItem {
do: "item.skip"
item: string
after: number
reason?: (string | null)
}
/**
 * Plan a skipped item again.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "RestoreItem".
 */
export interface RestoreItem {
do: "item.restore"
item: string
}
/**
 * Raise a hand.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AskFloor".
 */
export interface AskFloor {
do: "floor.ask"
topic?: (string | null)
}
/**
 * Lower it.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "WithdrawFloor".
 */
export interface WithdrawFloor {
do: "floor.withdraw"
}
/**
 * Ask a site to get ready; the operator listens in.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "InviteFloor".
 */
export interface InviteFloor {
do: "floor.invite"
site: string
}
/**
 * Give the floor: microphone, tally and picture in one act. `interrupt` ends the turn of whoever has it.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "GrantFloor".
 */
export interface GrantFloor {
do: "floor.grant"
site: string
after: number
interrupt?: boolean
}
/**
 * Take the floor back, or give it back.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "EndFloor".
 */
export interface EndFloor {
do: "floor.end"
}
/**
 * Take a hand out of the queue.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "DropFloor".
 */
export interface DropFloor {
do: "floor.drop"
site: string
}
/**
 * Set one microphone or all of them. `open` outside the policy is refused.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "SetMic".
 */
export interface SetMic {
do: "mic.set"
site: (string | "all")
state: ("closed" | "open" | "pre")
}
/**
 * Load a scene into the preview.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "PrepareScene".
 */
export interface PrepareScene {
do: "scene.prepare"
scene: string
}
/**
 * Put the preview on air.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "CutScene".
 */
export interface CutScene {
do: "scene.cut"
after: number
}
/**
 * The panic act: everyone sees the holding picture. Never refused.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "HoldScene".
 */
export interface HoldScene {
do: "scene.hold"
}
/**
 * Answer the roll call for a site (a site only for itself).
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AnswerRollcall".
 */
export interface AnswerRollcall {
do: "rollcall.answer"
site: string
present: number
head?: string
quorum?: boolean
hears?: boolean
sees?: boolean
}
/**
 * Note a site as absent or late.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "MarkRollcall".
 */
export interface MarkRollcall {
do: "rollcall.mark"
site: string
mark: ("absent" | "late")
}
/**
 * Declare the attendance sufficient or not; "not" wants a note.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "DeclareRollcall".
 */
export interface DeclareRollcall {
do: "rollcall.declare"
met: boolean
note?: (string | null)
}
/**
 * Change the session's own data, in setup only. A field left out stays.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "EditSession".
 */
export interface EditSession {
do: "session.edit"
title?: (Text | null)
host?: (Text | null)
mic_policy?: (("always_on" | "on_grant") | null)
address?: (("comrade" | "formal") | null)
quorum?: (Quorum | null)
scene_on_take?: (("arm" | "cut") | null)
start?: (number | null)
video?: (("h264" | "vp8") | null)
}
/**
 * A text in both languages; `en` falls back to `vi` when nobody wrote it.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Text".
 */
export interface Text {
vi: string
en: string
}
/**
 * When attendance is sufficient: at least so many districts, or so many percent of the expected delegates.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Quorum".
 */
export interface Quorum {
rule: ("percent" | "sites")
least: number
}
/**
 * Interrupt: the floor is taken back, all see the holding picture. `announce` is what halls are to be told.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "SuspendSession".
 */
export interface SuspendSession {
do: "session.suspend"
reason: string
announce?: string
cause?: ("link" | "other" | "power" | "safety" | "sound")
}
/**
 * Go on, with the picture of before.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "ResumeSession".
 */
export interface ResumeSession {
do: "session.resume"
}
/**
 * Call the ceremony off, from setup or while suspended.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "CancelSession".
 */
export interface CancelSession {
do: "session.cancel"
reason: string
}
/**
 * Let a waiting device in.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AdmitSeat".
 */
export interface AdmitSeat {
do: "seat.admit"
seat: string
reason?: (string | null)
}
/**
 * Turn a waiting device away.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "RefuseSeat".
 */
export interface RefuseSeat {
do: "seat.refuse"
seat: string
reason?: (string | null)
}
/**
 * Take a seat back; its socket and its media end.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "RevokeSeat".
 */
export interface RevokeSeat {
do: "seat.revoke"
seat: string
reason?: (string | null)
}
/**
 * Give a site's seat to the waiting device; the one that had it is out.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "MoveSeat".
 */
export interface MoveSeat {
do: "seat.move"
seat: string
reason?: (string | null)
}
/**
 * Hand control to another operator's seat.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "GiveControl".
 */
export interface GiveControl {
do: "control.give"
seat: string
}
/**
 * Take control; always succeeds (the page asks for a press of 1 s).
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "TakeControl".
 */
export interface TakeControl {
do: "control.take"
reason: string
}
/**
 * Apply what a re-imported run sheet changes, all of it or nothing. `after` is the agenda revision.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "ApplySheet".
 */
export interface ApplySheet {
do: "sheet.apply"
diff: Diff
after: number
}
/**
 * What a re-imported run sheet changes (see `sheets.diff`). `order`: all items afterwards, if any place changes;
 *     `moved`: the fewest kept items whose moving explains it. Sites keep their order, new ones come last. `delegates`,
 *     `slates`, `documents`: the whole new list, None if unchanged.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Diff".
 */
export interface Diff {
added?: Item[]
changed?: Item[]
moved?: string[]
removed?: string[]
order?: string[]
sites_added?: Site[]
sites_changed?: Site[]
sites_removed?: string[]
delegates?: (Delegate[] | null)
slates?: (Slate[] | null)
documents?: (Document[] | null)
parties?: (Party[] | null)
}
/**
 * One line of the run sheet. Times are UTC µs, `duration_s` seconds.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Item".
 */
export interface Item {
id: string
kind: ("break" | "closing" | "confirm" | "exchange" | "flag" | "generic" | "opening" | "report" | "roll_call" | "signing" | "speech")
title: Text
duration_s: number
scene: string
at?: (number | null)
until?: (number | null)
by?: (Text | null)
site?: (string | null)
audio?: ("music" | "speech")
script?: (Text | null)
sites_do?: (Text | null)
documents?: string[]
step?: (("announce" | "sign") | null)
required?: boolean
optional?: boolean
open_floor?: boolean
stills?: boolean
warn_s?: number
danger_s?: number
}
/**
 * A hall that takes part.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Site".
 */
export interface Site {
id: string
role: ("district" | "hub")
name: Text
expected?: number
phone?: string
duty?: (Text | null)
}
/**
 * A delegate, in order of protocol. Many sheets name offices only; `name` is empty then.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Delegate".
 */
export interface Delegate {
order: number
office: Text
unit: Text
site: string
name?: string
}
/**
 * A full-screen text card.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Slate".
 */
export interface Slate {
id: string
kind: ("flag" | "opening" | "title")
title: Text
text?: (Text | null)
}
/**
 * A document the ceremony is about. `file`: the name of its file beside the sheet; `basis`: what it rests on.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Document".
 */
export interface Document {
id: string
title: Text
basis?: string
file?: string
signing?: ("digital" | "wet_ink")
signatures?: Slot[]
}
/**
 * A place for one signature or seal; slots land in their order, leaders before seals.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Slot".
 */
export interface Slot {
slot: string
party: string
kind: ("chair" | "leader" | "seal" | "secretary")
office: Text
}
/**
 * A body that signs. `authority`: what it writes before an office held by a deputy (`KT.`, `TL.` …).
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Party".
 */
export interface Party {
id: string
name: Text
authority?: string[]
}
/**
 * Add an item before another one, or at the end.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AddItem".
 */
export interface AddItem {
do: "item.add"
item: Item
before?: (string | null)
}
/**
 * Replace the item of the same id. A frozen copy stays as it was until `item.next`.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "EditItem".
 */
export interface EditItem {
do: "item.edit"
item: Item
}
/**
 * Remove an item that has not run.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "RemoveItem".
 */
export interface RemoveItem {
do: "item.remove"
item: string
}
/**
 * Move an item before another one, or to the end.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "MoveItem".
 */
export interface MoveItem {
do: "item.move"
item: string
after: number
before?: (string | null)
}
/**
 * Give an item some minutes more, or less. Exempt from `after`.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "RetimeItem".
 */
export interface RetimeItem {
do: "item.time"
item: string
minutes: number
}
/**
 * Undo the last take, hold, end, skip, move or next within 10 s. `seq` stands in the agenda's `undo`.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "UndoAgenda".
 */
export interface UndoAgenda {
do: "agenda.undo"
seq: number
}
/**
 * Move a hand in the queue before another one, or to its end.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "MoveFloor".
 */
export interface MoveFloor {
do: "floor.move"
site: string
before?: (string | null)
}
/**
 * Show a lower third on the programme.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "SetCaption".
 */
export interface SetCaption {
do: "caption.set"
text: string
}
/**
 * Take it away.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "ClearCaption".
 */
export interface ClearCaption {
do: "caption.clear"
}
/**
 * Tell the stage display something; an empty text takes it away.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "MessageStage".
 */
export interface MessageStage {
do: "stage.message"
text: string
}
/**
 * Make the stage display black, or show again.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "BlackoutStage".
 */
export interface BlackoutStage {
do: "stage.blackout"
on: boolean
}
/**
 * Note whether the hub sees and hears a site.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "CheckRollcall".
 */
export interface CheckRollcall {
do: "rollcall.check"
site: string
audio: boolean
picture: boolean
}
/**
 * Ask the sites. `choices`: agree (agree, remarks), ack (ack), vote (for, against, abstain). Respondents
 *     left out: every district.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "OpenConfirmation".
 */
export interface OpenConfirmation {
do: "confirmation.open"
question: string
choices: ("ack" | "agree" | "vote")
respondents?: string[]
document?: (string | null)
}
/**
 * Answer for a site (a site for itself; the desk by telephone); may change until closed. `counts` for a vote.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AnswerConfirmation".
 */
export interface AnswerConfirmation {
do: "confirmation.answer"
site: string
choice: ("abstain" | "ack" | "against" | "agree" | "for" | "remarks")
name: string
counts?: ({
[k: string]: number
} | null)
sha256?: (string | null)
by_phone?: boolean
remarks?: (string | null)
}
/**
 * Remind a site that has not answered.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "RemindConfirmation".
 */
export interface RemindConfirmation {
do: "confirmation.remind"
site: string
}
/**
 * Close the question; answers stand.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "CloseConfirmation".
 */
export interface CloseConfirmation {
do: "confirmation.close"
}
/**
 * Tell sites something; `to` empty: all districts.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "SendNotice".
 */
export interface SendNotice {
do: "notice.send"
text: string
to?: string[]
must_ack?: boolean
}
/**
 * Say that a notice was read.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AckNotice".
 */
export interface AckNotice {
do: "notice.ack"
notice: number
}
/**
 * Say when the hall was told, after a loss or a suspension.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "ConfirmAnnouncement".
 */
export interface ConfirmAnnouncement {
do: "announcement.confirm"
at: number
}
/**
 * Write to the operators; one a second.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "SendMessage".
 */
export interface SendMessage {
do: "message.send"
text: string
}
/**
 * Leave the words a site's page shows when it is cut off; the operator may leave them for all (no site).
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AnnounceSite".
 */
export interface AnnounceSite {
do: "site.announcement"
text: string
site?: (string | null)
}
/**
 * Write down an incident nobody else noticed.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "NoteIncident".
 */
export interface NoteIncident {
do: "incident.note"
text: string
site?: (string | null)
}
/**
 * Write the proceedings of an item (4,000 characters). `base` is the revision of the text it replaces.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "WriteProceedings".
 */
export interface WriteProceedings {
do: "proceedings.write"
item: string
text: string
base: number
}
/**
 * Turn to a page, from 1: everywhere at once.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "PageDocument".
 */
export interface PageDocument {
do: "document.page"
document: string
page: number
}
/**
 * Take a published document back; its agreements and its ticket die, its signatures stay in the log.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "WithdrawDocument".
 */
export interface WithdrawDocument {
do: "document.withdraw"
document: string
reason: string
}
/**
 * Leave a document unsigned for good.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "LeaveDocument".
 */
export interface LeaveDocument {
do: "document.leave"
document: string
reason: string
}
/**
 * Note that the signed copies were exchanged.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "ExchangeDocument".
 */
export interface ExchangeDocument {
do: "document.exchange"
document: string
}
/**
 * Say who signs: the person, and by which authority (`KT.`, `TL.` …, of the party's list) and paper, if a deputy.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AssignSlot".
 */
export interface AssignSlot {
do: "slot.assign"
document: string
slot: string
person: string
authority?: string
basis?: string
}
/**
 * Decline to sign; the signing is interrupted.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "DeclineSlot".
 */
export interface DeclineSlot {
do: "slot.decline"
document: string
slot: string
reason: string
}
/**
 * Begin, or go on after an interruption. A reason is needed while agreements are missing.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "BeginSigning".
 */
export interface BeginSigning {
do: "signing.begin"
document: string
after: number
reason?: (string | null)
}
/**
 * Interrupt the signing; what has landed stands.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "InterruptSigning".
 */
export interface InterruptSigning {
do: "signing.interrupt"
document: string
reason: string
}
/**
 * The pen touches the paper.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "LowerPen".
 */
export interface LowerPen {
do: "pen.down"
document: string
slot: string
}
/**
 * It leaves it.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "RaisePen".
 */
export interface RaisePen {
do: "pen.up"
document: string
slot: string
}
/**
 * The sheet is spoilt: pen down again on a new one.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "VoidPen".
 */
export interface VoidPen {
do: "pen.void"
document: string
slot: string
reason: string
}
/**
 * Another person has seen the signature; with that it stands.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "WitnessInk".
 */
export interface WitnessInk {
do: "ink.witness"
document: string
slot: string
}
/**
 * Give a ticket up.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "CancelTicket".
 */
export interface CancelTicket {
do: "ticket.cancel"
ticket: string
reason: string
}
/**
 * Ask for a bearer: `whep`, or the bare name of an own source (`camera`).
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "MediaAsk".
 */
export interface MediaAsk {
t: "media.ask"
use: ("camera" | "document" | "slides" | "table" | "whep")
}
/**
 * Heights in CSS px × device ratio at which sources are shown; 0 stops the picture, never the sound.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Wishes".
 */
export interface Wishes {
t: "wishes"
heights: {
[k: string]: number
}
}
/**
 * Heartbeat and clock probe; `sent` is the page's own clock, returned untouched.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Ping".
 */
export interface Ping {
t: "ping"
sent: number
}
/**
 * First message on a socket.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Challenge".
 */
export interface Challenge {
t: "challenge"
nonce: string
build: string
}
/**
 * The seat is taken: who you are, the whole view, the slots, the server's clock (UTC µs).
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Welcome".
 */
export interface Welcome {
t: "welcome"
seat: string
role: ("admin" | "auditor" | "chair" | "co-operator" | "mc" | "operator" | "secretary" | "signatory" | "site" | "staff" | "stage" | "system" | "viewer")
site: (string | null)
view: Sections
slots: SlotState[]
clock: number
}
/**
 * The sections that changed (all of them after `welcome`), each whole. The numbered ones hold what a very long
 *     run sheet leaves over (`pages`), so that no section passes 64 KiB; nearly always they are never sent.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Sections".
 */
export interface Sections {
session?: (SessionView | null)
agenda?: (AgendaView | null)
scene?: (SceneView | null)
floor?: (FloorView | null)
sites?: (SitesView | null)
cue?: (CueView | null)
recorder?: (RecorderView | null)
control?: (ControlView | null)
stage?: (StageView | null)
confirmation?: (ConfirmationView | null)
notices?: (NoticesView | null)
incidents?: (IncidentsView | null)
lobby?: (LobbyView | null)
proceedings?: (ProceedingsView | null)
prompter?: (PrompterView | null)
delegates?: (DelegatesView | null)
documents?: (DocumentsView | null)
agenda_1?: (AgendaPage | null)
agenda_2?: (AgendaPage | null)
agenda_3?: (AgendaPage | null)
agenda_4?: (AgendaPage | null)
agenda_5?: (AgendaPage | null)
agenda_6?: (AgendaPage | null)
agenda_7?: (AgendaPage | null)
agenda_8?: (AgendaPage | null)
agenda_9?: (AgendaPage | null)
agenda_10?: (AgendaPage | null)
agenda_11?: (AgendaPage | null)
sites_1?: (SitesPage | null)
sites_2?: (SitesPage | null)
sites_3?: (SitesPage | null)
delegates_1?: (DelegatesView | null)
delegates_2?: (DelegatesView | null)
delegates_3?: (DelegatesView | null)
}
/**
 * What the ceremony is and how far it is. `rehearsal`: the ceremony this one rehearses (TỔNG DUYỆT).
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "SessionView".
 */
export interface SessionView {
id: string
title: Text
host: Text
phase: ("cancelled" | "closed" | "none" | "open" | "sealed" | "setup" | "suspended")
opened_at: (number | null)
closed_at: (number | null)
start: number
utc_offset_s: number
mic_policy: string
seat: string
role: ("admin" | "auditor" | "chair" | "co-operator" | "mc" | "operator" | "secretary" | "signatory" | "site" | "staff" | "stage" | "system" | "viewer")
site: (string | null)
rehearsal?: (string | null)
address?: ("comrade" | "formal")
quorum?: (Quorum | null)
suspended?: (SuspendedView | null)
video?: ("h264" | "vp8")
}
/**
 * Since when and why the ceremony is interrupted, and what halls are to be told.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "SuspendedView".
 */
export interface SuspendedView {
since: number
cause: ("link" | "other" | "power" | "safety" | "sound")
announce: string
}
/**
 * The run sheet with its revision, which agenda commands send back as `after`. `pages`: how many sections the
 *     items take, `agenda`, `agenda_1`, …; nearly always 1. `total`: all items, also those this screen is not sent.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AgendaView".
 */
export interface AgendaView {
rev: number
live: (string | null)
next: (string | null)
behind_s: number
end: (number | null)
items: ItemView[]
pages?: number
total?: number
planned_end?: (number | null)
undo?: (UndoView | null)
}
/**
 * A line of the run sheet. `planned`, `expected` are starts; all times UTC µs. `script` is for the desk.
 * 
 *     `added_s`: what `item.time` gave; `gap_s`: idle time before a fixed start, which absorbs lateness; `squeeze_s`:
 *     to what an item that must end in time has to be cut, when less than 75 % is left; `phase` of the live
 *     item at the moment of sending (`due`, `warn_s`, `danger_s` tell it exactly); `differs`: the plan was changed after
 *     the frozen copy was made; `unready`: what the next item still lacks.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "ItemView".
 */
export interface ItemView {
id: string
n: number
kind: string
title: Text
state: string
duration_s: number
scene: string
planned?: (number | null)
expected?: (number | null)
started?: (number | null)
ended?: (number | null)
due?: (number | null)
runs?: number
by?: (Text | null)
site?: (string | null)
required?: boolean
optional?: boolean
open_floor?: boolean
warn_s?: number
danger_s?: number
script?: (Text | null)
sites_do?: (Text | null)
audio?: ("music" | "speech")
documents?: string[]
at?: (number | null)
until?: (number | null)
added_s?: number
suspended_s?: number
gap_s?: number
squeeze_s?: (number | null)
phase?: ("danger" | "default" | "overtime" | "warning")
differs?: boolean
unready?: (("document-unpublished" | "site-absent" | "source-absent" | "speaker-unnamed") | null)
step?: (("announce" | "sign") | null)
stills?: boolean
}
/**
 * The act that can still be undone: its `seq`, what it was, and until when (UTC µs).
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "UndoView".
 */
export interface UndoView {
seq: number
act: ("end" | "hold" | "move" | "next" | "skip" | "take")
item: (string | null)
until: number
}
/**
 * What is on air and, for the desk, what is in preview. `rev` goes back as `after` of `scene.cut`.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "SceneView".
 */
export interface SceneView {
rev: number
program: PictureView
since: (number | null)
preview?: (PictureView | null)
caption?: (string | null)
}
/**
 * A scene worked out: what to draw.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "PictureView".
 */
export interface PictureView {
spec: string
layout: string
positions: PositionView[]
slate?: (SlateView | null)
sheet?: (SheetView | null)
}
/**
 * One picture of a scene, in a 1280×720 frame. `gone`: show the plate, not the picture.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "PositionView".
 */
export interface PositionView {
source: string
x: number
y: number
w: number
h: number
gone?: boolean
}
/**
 * A full-screen card.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "SlateView".
 */
export interface SlateView {
kind: ("document" | "flag" | "opening" | "title")
title: Text
text?: (Text | null)
}
/**
 * A page of a document in the picture, at these coordinates of a 1280×720 frame; the page's image is fetched by
 *     document, page and SHA-256.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "SheetView".
 */
export interface SheetView {
document: string
sha256: string
page: number
x: number
y: number
w: number
h: number
}
/**
 * Floor and hands. Sites see who has it, their own hand and the queue's length.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "FloorView".
 */
export interface FloorView {
rev: number
state: string
site: (string | null)
since: (number | null)
queue: Hand[]
waiting: number
}
/**
 * A raised hand.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Hand".
 */
export interface Hand {
site: string
since: number
topic?: (string | null)
}
/**
 * All sites, the hub first, and the declaration on attendance. `pages` as in the agenda: `sites`, `sites_1`, …
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "SitesView".
 */
export interface SitesView {
sites: SiteView[]
declared?: (Declared | null)
quorum?: (QuorumView | null)
pages?: number
}
/**
 * One site. Telephone, duty and attendance are for the desk.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "SiteView".
 */
export interface SiteView {
id: string
n: number
role: string
name: Text
presence: ("absent" | "lost" | "present")
since: (number | null)
tally: ("air" | "soon" | "sound" | "standby" | "wait")
mic: ("closed" | "open" | "pre")
sources?: string[]
expected?: number
phone?: (string | null)
duty?: (Text | null)
attendance?: (Attendance | null)
check?: (CheckView | null)
announcement?: (string | null)
told?: (number | null)
}
/**
 * A site's line in the roll call.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Attendance".
 */
export interface Attendance {
present?: (number | null)
head?: string
quorum?: (boolean | null)
hears?: (boolean | null)
sees?: (boolean | null)
answered_at?: (number | null)
mark?: (("absent" | "late") | null)
answered_by?: (string | null)
audio?: (boolean | null)
picture?: (boolean | null)
checked_at?: (number | null)
}
/**
 * The rehearsal's result for a site.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "CheckView".
 */
export interface CheckView {
rehearsal: string
technician: string
results: {
[k: string]: boolean
}
at: number
}
/**
 * The chair's declaration on attendance.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Declared".
 */
export interface Declared {
met: boolean
at: number
note?: (string | null)
}
/**
 * What the system counted; the declaration decides. `met` None: no rule. `needed`: sites or delegates.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "QuorumView".
 */
export interface QuorumView {
rule: ("none" | "percent" | "sites")
least: number
needed: number
sites_present: number
sites: number
present: number
expected: number
answered: number
met: (boolean | null)
}
/**
 * What a site is told: its tally, its microphone, its cue, its own turn, its line of the roll call.
 * 
 *     `place`: its place in the queue. `announcement`: the words its page keeps for when it is cut off. `told`: when it
 *     last said that it told its hall. `music`: its sound is to be sent as music now (the hub's, CEREMONY §5).
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "CueView".
 */
export interface CueView {
tally: ("air" | "soon" | "sound" | "standby" | "wait")
mic: ("closed" | "open" | "pre")
cue: Cue
asked: boolean
turn: (number | null)
attendance: Attendance
expected: number
hub_phone: string
place?: (number | null)
announcement?: string
told?: (number | null)
music?: boolean
}
/**
 * One instruction. `until`: when the turn should end, UTC µs; `count`: items before the turn, or place in
 *     the queue; `at`: expected time of the turn; `do`: the run sheet's own words for sites, beside whatever else the
 *     cue says; `air`: whether picture and sound, or sound alone, is on air.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Cue".
 */
export interface Cue {
key: ("asked" | "cancelled" | "closed" | "follow" | "invited" | "later" | "next" | "on-air" | "setup" | "speak" | "suspended")
by?: (Text | null)
until?: (number | null)
count?: (number | null)
at?: (number | null)
do?: (Text | null)
air?: (("air" | "sound") | null)
}
/**
 * Is it being recorded? `state` is `fault` when anything on air is not written.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "RecorderView".
 */
export interface RecorderView {
state: ("fault" | "off" | "recording")
written: number
expected: number
disk_s: (number | null)
since: (number | null)
last_sync_ms: (number | null)
fault?: (string | null)
}
/**
 * Who is in control. `mine`: this person is; `seat` None: nobody yet, the first command takes it.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "ControlView".
 */
export interface ControlView {
seat: (string | null)
epoch: number
mine: boolean
since: (number | null)
how: (("claimed" | "given" | "taken") | null)
reason: (string | null)
}
/**
 * The stage display: a message for whoever stands there, or black.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "StageView".
 */
export interface StageView {
message: (string | null)
blackout: boolean
}
/**
 * The latest question. `pending` (who has not answered) comes first and is the main list; a site gets only
 *     itself there, and its own answer. `totals`: answers per choice, for a vote the votes. `document`, `sha256`: what is
 *     reviewed, exactly these bytes.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "ConfirmationView".
 */
export interface ConfirmationView {
n: number
question: string
choices: ("ack" | "agree" | "vote")
options: ("abstain" | "ack" | "against" | "agree" | "for" | "remarks")[]
open: boolean
opened_at: number
closed_at: (number | null)
pending: string[]
answers: AnswerView[]
totals: {
[k: string]: number
}
reminded: {
[k: string]: number
}
document?: (string | null)
sha256?: (string | null)
}
/**
 * A site's answer.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AnswerView".
 */
export interface AnswerView {
site: string
choice: ("abstain" | "ack" | "against" | "agree" | "for" | "remarks")
name: string
at: number
by_phone?: boolean
counts?: ({
[k: string]: number
} | null)
remarks?: (string | null)
}
/**
 * The latest notices, newest first; the letters of sites only for operators.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "NoticesView".
 */
export interface NoticesView {
notices: NoticeView[]
letters?: LetterView[]
}
/**
 * A notice. For the desk `unread`: who has not acknowledged; for a site `acked`: whether it has.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "NoticeView".
 */
export interface NoticeView {
notice: number
text: string
at: number
must_ack?: boolean
to?: number
unread?: string[]
acked?: boolean
}
/**
 * What a site wrote to the operators.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "LetterView".
 */
export interface LetterView {
site: string
text: string
at: number
}
/**
 * Open incidents first, then the latest closed ones. `more`: how many older ones are not sent.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "IncidentsView".
 */
export interface IncidentsView {
incidents: IncidentView[]
open: number
more: number
}
/**
 * Something out of order, open until `closed`.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "IncidentView".
 */
export interface IncidentView {
n: number
kind: ("absent" | "clock" | "control" | "disk" | "gap" | "noted" | "signing")
opened: number
closed?: (number | null)
site?: (string | null)
source?: (string | null)
text?: (string | null)
amount_ms?: (number | null)
}
/**
 * Devices waiting, the longest first, then the latest others. `waiting`: how many wait.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "LobbyView".
 */
export interface LobbyView {
seats: LobbySeatView[]
waiting: number
}
/**
 * A device that knocked. `reason`: why it was not admitted by itself.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "LobbySeatView".
 */
export interface LobbySeatView {
seat: string
state: ("admitted" | "refused" | "revoked" | "waiting")
site: (string | null)
name: string
reason: string
since: number
}
/**
 * The proceedings so far, the latest written first.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "ProceedingsView".
 */
export interface ProceedingsView {
items: ProceedingView[]
}
/**
 * The proceedings of an item. `rev` goes back as `base`; `text` None: left out for size, not the latest ones.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "ProceedingView".
 */
export interface ProceedingView {
item: string
rev: number
at: number
text: (string | null)
}
/**
 * Script now and next.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "PrompterView".
 */
export interface PrompterView {
now: (ScriptView | null)
next: (ScriptView | null)
}
/**
 * What the MC reads for an item.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "ScriptView".
 */
export interface ScriptView {
item: string
n: number
title: Text
by: (Text | null)
site: (string | null)
script: (Text | null)
}
/**
 * Delegates in order of protocol. `pages`: how many sections there are, `delegates`, `delegates_1`, …
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "DelegatesView".
 */
export interface DelegatesView {
delegates: DelegateView[]
pages?: number
}
/**
 * A delegate; `name` is empty where the sheet names the office only.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "DelegateView".
 */
export interface DelegateView {
order: number
office: Text
unit: Text
site: string
name: string
}
/**
 * The documents, those of the run sheet first. `more`: how many were left out for size; `sealed`: the SHA-256 of
 *     the signed manifest, once the record is closed for good.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "DocumentsView".
 */
export interface DocumentsView {
documents: DocumentView[]
more?: number
sealed?: (string | null)
}
/**
 * A document. `sha256` is what was published, read and reviewed; `head` the latest revision; `rev` goes back as
 *     `after`. `turn`: the slot that signs next; `signed` of `persons`: how many leaders have; `rite`: all of them have.
 * 
 *     Desks get all of it; a signatory the documents with an own slot, and that slot, with a seal also the scan; a site what it reads and reviews;
 *     the audience what stands on air.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "DocumentView".
 */
export interface DocumentView {
id: string
title: Text
state: ("completed" | "draft" | "interrupted" | "left" | "published" | "signing" | "withdrawn")
kind?: ("ceremony" | "minutes")
mode?: ("digital" | "wet_ink")
rev?: number
version?: number
pages?: number
page?: number
sha256?: (string | null)
head?: (string | null)
file?: (string | null)
name?: string
slots?: SlotView[]
turn?: (string | null)
open?: (string | null)
persons?: number
signed?: number
rite?: boolean
ticket?: (TicketView | null)
scan?: (string | null)
stamped?: (string | null)
level?: (("B-B" | "B-LT" | "B-LTA" | "B-T") | null)
reason?: (string | null)
review?: (ReviewView | null)
published_at?: (number | null)
begun_at?: (number | null)
completed_at?: (number | null)
exchanged_at?: (number | null)
}
/**
 * A place for a signature or seal. `state`: waiting, open (pen or ticket on it) or landed; `yours`: the seat's own.
 * 
 *     `base` → `sha256`: the revision it was put on and the one it made; `down`, `up`: the pen's times.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "SlotView".
 */
export interface SlotView {
slot: string
kind: ("chair" | "leader" | "seal" | "secretary")
office: Text
state: string
party?: (Text | null)
authorities?: string[]
person?: string
authority?: string
basis?: string
yours?: boolean
how?: (("digital" | "ink" | "scan") | null)
at?: (number | null)
base?: (string | null)
sha256?: (string | null)
level?: (("B-B" | "B-LT" | "B-LTA" | "B-T") | null)
witness?: (string | null)
down?: (number | null)
up?: (number | null)
keeper?: (string | null)
}
/**
 * A signature under way at its signer; `until`: when its time is over (UTC µs).
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "TicketView".
 */
export interface TicketView {
ticket: string
slot: string
at: number
until: number
}
/**
 * Who agreed to exactly the published bytes, and whose agreement is missing.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "ReviewView".
 */
export interface ReviewView {
agreed: string[]
missing: string[]
}
/**
 * Further items of a run sheet too long for one section.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "AgendaPage".
 */
export interface AgendaPage {
rev: number
items: ItemView[]
}
/**
 * Further sites of a ceremony with too many for one section.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "SitesPage".
 */
export interface SitesPage {
sites: SiteView[]
}
/**
 * What a slot carries now. `sound` false: its audio is silent on purpose.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "SlotState".
 */
export interface SlotState {
slot: number
source?: (string | null)
layer?: (string | null)
paused?: (("codec" | "hidden" | "lost" | "weak-link") | null)
sound?: boolean
}
/**
 * Sections that changed.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Show".
 */
export interface Show {
t: "show"
view: Sections
}
/**
 * A command was carried out: on disk, and in force.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Done".
 */
export interface Done {
t: "done"
ref: string
}
/**
 * A command was refused; the page owns the sentence `refused.<code>`.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Declined".
 */
export interface Declined {
t: "refused"
ref: string
code: string
detail?: {
[k: string]: string | number
}
}
/**
 * A bearer for one resource: 60 s to first use, then good for its PATCH and DELETE. `url` is where to POST.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "MediaToken".
 */
export interface MediaToken {
t: "media.token"
use: string
token: string
url: string
ice: IceServer[]
expires: number
}
/**
 * One TURN server with time-limited credentials.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "IceServer".
 */
export interface IceServer {
urls: string[]
username: string
credential: string
}
/**
 * Which source is in which slot: the only truth about them.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Slots".
 */
export interface Slots {
t: "slots"
slots: SlotState[]
}
/**
 * Which simulcast layers of an own source to send.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Layers".
 */
export interface Layers {
t: "layers"
source: string
l: boolean
m: boolean
h: boolean
}
/**
 * Loudness in dBov (0 loudest, -127 silence), 5 Hz: of every source for the desk, of those that the programme hears
 *     and its own for any other screen with pictures. `speaker`: who speaks: the holder of the floor, else who spoke last
 *     until another clearly takes over.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Meters".
 */
export interface Meters {
t: "meters"
levels: {
[k: string]: number
}
speaker?: (string | null)
}
/**
 * State of the links (1 Hz): all for the desk, its own for a site; `lines` likewise. `online`: seats with an open
 *     socket; `alerts`, the worst first, and `tracks`, what is being recorded, for the desk.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Health".
 */
export interface Health {
t: "health"
links: LinkHealth[]
lines?: LineHealth[]
online?: string[]
alerts?: Alert[]
tracks?: TrackState[]
}
/**
 * How one source reaches the hub. `loss` in per mille of the last seconds, `rtt_ms` None when unknown; `codec` of
 *     its picture, empty without one.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "LinkHealth".
 */
export interface LinkHealth {
source: string
rtt_ms?: (number | null)
loss?: number
fps?: number
width?: number
height?: number
kbps?: number
codec?: string
}
/**
 * How good a line is, one way: `up` from the site, `down` to it; `site` None: the reader's own, at a desk. `reason` is
 *     the worst cause and `value` its size: per mille lost, ms of round trip, kbit/s of all there is (`narrow`), pictures
 *     paused (`weak-link`), frames a second; none while good. Told with hysteresis: it does not flicker.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "LineHealth".
 */
export interface LineHealth {
direction: ("down" | "up")
colour: ("fair" | "good" | "poor")
score: number
site?: (string | null)
reason?: ("" | "delay" | "loss" | "low-frames" | "narrow" | "weak-link")
value?: number
}
/**
 * Something is wrong since `since`. `subject`: the source or site; `value` in the unit of the code's sentence.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Alert".
 */
export interface Alert {
code: ("certificate" | "certificate-ends" | "disk" | "drops" | "lag" | "loss" | "mirror" | "no-picture" | "recorder-stopped" | "sync" | "unwritten" | "waiting")
severity: ("notice" | "red" | "warning")
since: number
subject?: (string | null)
value?: number
}
/**
 * One class (`hi`, `lo`) of a source being written: rate, age of the last key frame (None: sound alone), what is not yet
 *     on the disk, and for how long nothing was written.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "TrackState".
 */
export interface TrackState {
source: string
klass: string
kbps: number
key_ms?: (number | null)
unsynced_ms?: number
idle_ms?: number
}
/**
 * The server hears nothing on one of the page's links: restart it now. `use` as in `media.ask`.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Stalled".
 */
export interface Stalled {
t: "stalled"
use: string
}
/**
 * Answer to `ping`, with the server's clock (UTC µs).
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Pong".
 */
export interface Pong {
t: "pong"
sent: number
clock: number
}
/**
 * Why the socket will be closed.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Fault".
 */
export interface Fault {
t: "fault"
code: string
}
/**
 * Go elsewhere: the ceremony goes on in another session (a rehearsal began or ended), same seat.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Follow".
 */
export interface Follow {
t: "follow"
session: string
}
/**
 * The log so far, signed by the hub, for the desks to keep: `hash` is that of line `seq`, `heads` the last hash of
 *     every clip, `key` and `sig` Ed25519, hex. Field by field what `recordings/seal.py` checks.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Checkpoint".
 */
export interface Checkpoint {
t: "checkpoint"
session: string
seq: number
hash: string
heads: {
[k: string]: string
}
epoch: number
at_us: number
key: string
sig: string
v: number
}
