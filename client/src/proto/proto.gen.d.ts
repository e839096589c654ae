/* Generated from signaling/schema.py by `python client/build.py --types`. Do not edit. */

export interface Protocol {
from_page: (Hello | Do | MediaAsk | Wishes | Ping)
to_page: (Challenge | Welcome | Show | Done | Declined | MediaToken | Slots | Layers | Meters | Health | Stalled | Pong | Fault)
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
command: (OpenSession | CloseSession | ReopenSession | SetNext | TakeItem | HoldItem | EndItem | SkipItem | RestoreItem | AskFloor | WithdrawFloor | InviteFloor | GrantFloor | EndFloor | DropFloor | SetMic | PrepareScene | CutScene | HoldScene | AnswerRollcall | MarkRollcall | DeclareRollcall)
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
 * Give the floor: microphone, tally and picture in one act.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "GrantFloor".
 */
export interface GrantFloor {
do: "floor.grant"
site: string
after: number
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
role: ("admin" | "chair" | "co-operator" | "mc" | "operator" | "secretary" | "site" | "staff" | "system" | "viewer")
site: (string | null)
view: Sections
slots: SlotState[]
clock: number
}
/**
 * The sections that changed (all of them after `welcome`), each whole.
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
}
/**
 * What the ceremony is and how far it is.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "SessionView".
 */
export interface SessionView {
id: string
title: Text
host: Text
phase: ("closed" | "none" | "open" | "setup")
opened_at: (number | null)
closed_at: (number | null)
start: number
utc_offset_s: number
mic_policy: string
seat: string
role: ("admin" | "chair" | "co-operator" | "mc" | "operator" | "secretary" | "site" | "staff" | "system" | "viewer")
site: (string | null)
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
 * The run sheet with its revision, which agenda commands send back as `after`.
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
}
/**
 * A line of the run sheet. `planned`, `expected` are starts; all times UTC µs. `script` is for the desk.
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
 * All sites, the hub first, and the declaration on attendance.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "SitesView".
 */
export interface SitesView {
sites: SiteView[]
declared?: (Declared | null)
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
 * What a site is told: its tally, its microphone, its cue, its own turn, its line of the roll call.
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
}
/**
 * One instruction. `until`: when the turn should end, UTC µs; `count`: items before the turn, or place in
 *     the queue; `at`: expected time of the turn; `do`: the run sheet's own words for sites.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Cue".
 */
export interface Cue {
key: ("asked" | "closed" | "follow" | "invited" | "later" | "next" | "on-air" | "setup" | "speak")
by?: (Text | null)
until?: (number | null)
count?: (number | null)
at?: (number | null)
do?: (Text | null)
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
 * Loudness in dBov (0 loudest, -127 silence) of every audible source, 5 Hz, for the desk.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Meters".
 */
export interface Meters {
t: "meters"
levels: {
[k: string]: number
}
}
/**
 * State of the links (1 Hz): all for the desk, its own for a site. `online`: seats with an open socket.
 * 
 * This interface was referenced by `Protocol`'s JSON-Schema
 * via the `definition` "Health".
 */
export interface Health {
t: "health"
links: LinkHealth[]
online?: string[]
}
/**
 * How one source reaches the hub. `loss` in per mille of the last seconds, `rtt_ms` None when unknown.
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
