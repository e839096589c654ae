/** What the server last said, as signals. Views replace, never patch (CLIENT §2). Screens read; only messages write. */
import { batch, signal, type Signal } from "@preact/signals";
import type {
  AgendaView, ConfirmationView, ControlView, CueView, DelegatesView, DocumentsView, FloorView, Health, IncidentsView, Layers, LobbyView,
  NoticesView, ProceedingsView, PrompterView, RecorderView, SceneView, SectionName, Sections, SessionView, SitesView, SlotState,
  StageView, ToPage,
} from "../proto/types";
import { keep } from "./checkpoints";
import type { Up } from "./socket";

const PAGED: Partial<Record<string, string>> = { agenda: "items", sites: "sites", delegates: "delegates" };
type Shown =
  | "session" | "agenda" | "scene" | "floor" | "sites" | "cue" | "recorder" | "control" | "stage" | "confirmation" | "notices"
  | "incidents" | "lobby" | "proceedings" | "prompter" | "delegates" | "documents";

export class Store {
  readonly session: Signal<SessionView | null> = signal(null);
  readonly agenda: Signal<AgendaView | null> = signal(null);
  readonly scene: Signal<SceneView | null> = signal(null);
  readonly floor: Signal<FloorView | null> = signal(null);
  readonly sites: Signal<SitesView | null> = signal(null);
  readonly cue: Signal<CueView | null> = signal(null);
  readonly recorder: Signal<RecorderView | null> = signal(null);
  readonly control: Signal<ControlView | null> = signal(null);
  readonly stage: Signal<StageView | null> = signal(null);
  readonly confirmation: Signal<ConfirmationView | null> = signal(null);
  readonly notices: Signal<NoticesView | null> = signal(null);
  readonly incidents: Signal<IncidentsView | null> = signal(null);
  readonly lobby: Signal<LobbyView | null> = signal(null);
  readonly proceedings: Signal<ProceedingsView | null> = signal(null);
  readonly prompter: Signal<PrompterView | null> = signal(null);
  readonly delegates: Signal<DelegatesView | null> = signal(null);
  readonly documents: Signal<DocumentsView | null> = signal(null);
  /** Sections as they came, pages apart. */
  private readonly came = new Map<string, unknown>();

  readonly slots: Signal<readonly SlotState[]> = signal([]);
  readonly layers: Signal<Readonly<Record<string, Layers>>> = signal({});
  readonly levels: Signal<Readonly<Record<string, number>>> = signal({});
  /** Who speaks: the holder of the floor, else who spoke last. */
  readonly speaker: Signal<string | null> = signal(null);
  readonly health: Signal<Health | null> = signal(null);
  /** The link the server hears nothing on, with a count that makes each report new. */
  readonly stalled: Signal<{ use: string; n: number } | null> = signal(null);

  readonly up: Signal<{ state: Up; code: string | null; since: number }> = signal({
    state: "connecting", code: null, since: 0,
  });
  /** Counts welcomes: a link watches it to look after itself at once after a reconnection. */
  readonly welcomes: Signal<number> = signal(0);
  /** The ceremony goes on in this other session. */
  readonly moved: Signal<string | null> = signal(null);
  /** Another build of these pages is out. */
  readonly outdated: Signal<boolean> = signal(false);
  /** One sentence for the polite live region. */
  readonly notice: Signal<string> = signal("");

  /** Take in a message. */
  receive(message: ToPage): void {
    batch(() => this.take(message));
  }

  private take(message: ToPage): void {
    switch (message.t) {
      case "welcome":
        this.show(message.view);
        this.slots.value = message.slots;
        this.welcomes.value += 1;
        return;
      case "show":
        this.show(message.view);
        return;
      case "slots":
        this.slots.value = message.slots;
        return;
      case "layers":
        this.layers.value = { ...this.layers.peek(), [message.source]: message };
        return;
      case "meters":
        this.levels.value = message.levels;
        this.speaker.value = message.speaker ?? null;
        return;
      case "follow":
        this.moved.value = message.session;
        return;
      case "health":
        this.health.value = message;
        return;
      case "checkpoint":
        keep(message);
        return;
      case "stalled":
        this.stalled.value = { use: message.use, n: (this.stalled.peek()?.n ?? 0) + 1 };
        return;
      default:
        return;
    }
  }

  private show(view: Sections): void {
    for (const name of Object.keys(view) as SectionName[]) {
      if (view[name] !== undefined) this.came.set(name, view[name]);
    }
    for (const name of new Set(Object.keys(view).map((one) => one.replace(/_\d+$/, "")))) {
      (this[name as Shown] as Signal<unknown>).value = this.whole(name as Shown);
    }
  }

  /** A section with its further pages: a very long run sheet comes in several frames' worth. */
  private whole(name: Shown): unknown {
    const first = this.came.get(name) ?? null;
    const list = PAGED[name];
    if (first === null || list === undefined) return first;
    const base = first as Record<string, unknown> & { pages?: number };
    const parts = [...(base[list] as unknown[])];
    for (let page = 1; page < (base.pages ?? 1); page += 1) {
      const more = this.came.get(`${name}_${page}`) as Record<string, unknown> | null | undefined;
      if (more) parts.push(...(more[list] as unknown[]));
    }
    return { ...base, [list]: parts };
  }
}
