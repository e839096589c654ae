/** Any text in, a message or null out: what the server says is checked before a page acts on it. Never throws. */
import type { ToPage } from "./types";

type Kind = "string" | "number" | "boolean" | "array" | "object";

const SHAPES: Record<ToPage["t"], Record<string, Kind>> = {
  challenge: { nonce: "string", build: "string" },
  welcome: { seat: "string", role: "string", view: "object", slots: "array", clock: "number" },
  show: { view: "object" },
  done: { ref: "string" },
  refused: { ref: "string", code: "string" },
  "media.token": { use: "string", token: "string", url: "string", ice: "array", expires: "number" },
  slots: { slots: "array" },
  layers: { source: "string", l: "boolean", m: "boolean", h: "boolean" },
  meters: { levels: "object" },
  health: { links: "array" },
  stalled: { use: "string" },
  pong: { sent: "number", clock: "number" },
  fault: { code: "string" },
  follow: { session: "string" },
  checkpoint: { session: "string", seq: "number", hash: "string", key: "string", sig: "string" },
};

const SECTIONS: Record<string, Record<string, Kind>> = {
  session: { id: "string", title: "object", phase: "string" },
  agenda: { rev: "number", items: "array" },
  scene: { rev: "number", program: "object" },
  floor: { rev: "number", state: "string", queue: "array" },
  sites: { sites: "array" },
  cue: { tally: "string", mic: "string", cue: "object" },
  recorder: { state: "string", written: "number" },
  control: { epoch: "number", mine: "boolean" },
  stage: { blackout: "boolean" },
  confirmation: { n: "number", question: "string", open: "boolean", pending: "array", answers: "array" },
  notices: { notices: "array" },
  incidents: { incidents: "array", open: "number" },
  lobby: { seats: "array", waiting: "number" },
  proceedings: { items: "array" },
  prompter: {},
  delegates: { delegates: "array" },
  documents: { documents: "array" },
};

/** Further pages of a section too long for one frame: `agenda_1`, `sites_2`, … */
const PAGES: Record<string, Record<string, Kind>> = {
  agenda: { rev: "number", items: "array" },
  sites: { sites: "array" },
  delegates: { delegates: "array" },
};

function shapeOf(name: string): Record<string, Kind> | undefined {
  if (Object.hasOwn(SECTIONS, name)) return SECTIONS[name];
  const page = /^([a-z]+)_\d{1,2}$/.exec(name)?.[1];
  return page !== undefined && Object.hasOwn(PAGES, page) ? PAGES[page] : undefined;
}

function is(value: unknown, kind: Kind): boolean {
  if (kind === "array") return Array.isArray(value);
  if (kind === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  return typeof value === kind && (kind !== "number" || Number.isFinite(value));
}

function fits(value: unknown, shape: Record<string, Kind>): boolean {
  if (!is(value, "object")) return false;
  const record = value as Record<string, unknown>;
  return Object.entries(shape).every(([name, kind]) => Object.hasOwn(record, name) && is(record[name], kind));
}

function viewFits(view: Record<string, unknown>): boolean {
  return Object.entries(view).every(([name, section]) => {
    const shape = shapeOf(name);
    return shape !== undefined && (section === null || fits(section, shape));
  });
}

/** Return the message a frame holds, or null when it is none of ours. */
export function read(text: unknown): ToPage | null {
  if (typeof text !== "string" || text.length > 1_048_576) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!is(value, "object")) return null;
  const message = value as Record<string, unknown>;
  const tag = message["t"];
  if (typeof tag !== "string" || !Object.hasOwn(SHAPES, tag)) return null;
  if (!fits(message, SHAPES[tag as ToPage["t"]])) return null;
  if ("view" in message && !viewFits(message["view"] as Record<string, unknown>)) return null;
  return message as unknown as ToPage;
}
