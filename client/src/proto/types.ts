/** The protocol's types under the names the pages use. Generated ones: `proto.gen.d.ts`. */
import type { Do, LinkHealth, MediaAsk, Protocol, Sections, SiteView } from "./proto.gen";

export type {
  AgendaView, AnswerView, Attendance, Checkpoint, ConfirmationView, ControlView, Cue, CueView, Declared, DelegatesView, DelegateView,
  DocumentsView, DocumentView, SheetView, SlotView,
  Alert, FloorView, Hand, Health, IceServer, IncidentsView, IncidentView, Item, ItemView, Layers, LetterView, LineHealth, LinkHealth, LobbySeatView,
  LobbyView, MediaToken, NoticesView, NoticeView, PictureView, PositionView, ProceedingsView, ProceedingView, PrompterView,
  QuorumView, RecorderView, SceneView, ScriptView, Sections, SessionView, SitesView, SiteView, SlateView, SlotState, StageView,
  SuspendedView, Text, TrackState, UndoView, Welcome,
} from "./proto.gen";

export type { Do } from "./proto.gen";
export type FromPage = Protocol["from_page"];
export type ToPage = Protocol["to_page"];
export type Command = Do["command"];
export type Use = MediaAsk["use"];
/** A source of one's own, by its bare name. */
export type Own = Exclude<Use, "whep">;
export type Tally = SiteView["tally"];
export type Gate = SiteView["mic"];
export type SectionName = keyof Sections;
export type Links = readonly LinkHealth[];

/** Reached only if a case of a union is forgotten: the argument's type then fails to compile. */
export function assertNever(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}`);
}
