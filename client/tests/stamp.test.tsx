// @vitest-environment happy-dom
import { cleanup } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { speak } from "../src/i18n";
import { sha } from "../src/proof/bytes";
import type { DocumentView } from "../src/proto/types";
import { ScanSeal } from "../src/screens/sign/ScanSeal";
import { scanErrand, slotErrand } from "../src/sign/errand";
import hub from "./fixtures/hub.json";
import { shown, stand } from "./place";

beforeEach(() => speak("vi"));
afterEach(() => { cleanup(); vi.unstubAllGlobals(); });

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const SCAN = bytes("%PDF scan");
const READ = bytes("%PDF scan + field");
const PDF = bytes("%PDF scan + field + gap");
const TICKET = { id: "t1", document: "ct", base_len: READ.length, reviewed_sha256: sha(READ) };
const KEEPER = { seat: "g-a-dau", person: "Bà Văn thư" };

/** A hub that answers by path; what it was asked is kept. */
function hubOf(answers: Readonly<Record<string, Uint8Array | object>>): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", (path: string, init: RequestInit = {}) => {
    asked.push(`${init.method ?? "GET"} ${path}`);
    const found = Object.entries(answers).find(([part]) => path.includes(part))?.[1];
    return Promise.resolve(new Response(found instanceof Uint8Array ? (found as Uint8Array<ArrayBuffer>) : JSON.stringify(found ?? { code: "no-document" }), { status: found ? 200 : 409 }));
  });
  return asked;
}

const told = (ticket: object): object => ({ ticket: { ...TICKET, ...ticket }, pdf: "/api/sessions/s/stamps/t1/pdf", finish: "/api/sessions/s/stamps/t1" });
const open = (scan = sha(SCAN)): Promise<unknown> => scanErrand("s", "ct", KEEPER, scan).open(new ArrayBuffer(1), []);

test("a scan's errand asks as its own seat, and checks that the ticket begins with the very scan that was seen", async () => {
  const asked = hubOf({ "/documents/ct/file": SCAN, "/stamp?": told({}), "/t1/pdf": PDF });
  const opened = (await open()) as { read: Uint8Array };
  expect(opened.read).toEqual(READ);
  expect(asked.map((one) => one.replace(/sha=\w+/, "sha"))).toEqual([
    "GET /api/sessions/s/documents/ct/file?sha", "POST /api/sessions/s/documents/ct/stamp?seat=g-a-dau", "GET /api/sessions/s/stamps/t1/pdf?seat=g-a-dau",
  ]);
});

test.each([
  ["another scan came", { "/documents/ct/file": bytes("%PDF other") }, {}],
  ["the ticket's PDF begins with other bytes", { "/t1/pdf": bytes("%PDF fake + field + gap") }, {}],
  ["nothing lies behind the scan", {}, { base_len: SCAN.length, reviewed_sha256: sha(SCAN) }],
  ["what is called read is not what is there", {}, { reviewed_sha256: sha(PDF) }],
  ["it is another document's", {}, { document: "khac" }],
])("%s: refused before a key is used", async (_, answers, ticket) => {
  hubOf({ "/documents/ct/file": SCAN, "/stamp?": told(ticket), "/t1/pdf": PDF, ...answers });
  await expect(open()).rejects.toMatchObject({ code: "ticket-refused", detail: { point: "a" } });
});

test("a slot's errand gives its slot free when the key's holder does not sign; a scan holds nothing", async () => {
  const asked = hubOf({ "/cancel": {}, "/file": SCAN });
  const made = { made: told({}) as never, pdf: PDF, read: READ };
  await scanErrand("s", "ct", KEEPER, sha(SCAN)).giveUp(made);
  expect(asked).toEqual([]);
  await slotErrand("s", "ct", "a-ld", sha(SCAN)).giveUp(made);
  expect(asked).toEqual(["POST /api/sessions/s/tickets/t1/cancel"]);
});

const view = (more: Partial<DocumentView>): DocumentView => ({ id: "ct", title: { vi: "Thoả thuận", en: "Agreement" }, state: "completed", mode: "wet_ink", scan: "ab".repeat(32), ...more }) as DocumentView;
const SLOT = { slot: "a-dau", kind: "seal", office: { vi: "Văn thư", en: "Clerk" }, state: "landed", how: "scan" } as never;

test("the seal is offered for a scan only, once, and told as the agency's, never as a signature", () => {
  for (const [lang, words] of [["vi", "không phải chữ ký số của lãnh đạo"], ["en", "not a digital signature of the leaders"]] as const) {
    speak(lang);
    for (const [more, there, buttons] of [[{}, 1, 1], [{ scan: null }, 0, 0], [{ mode: "digital" }, 0, 0], [{ stamped: "cd".repeat(32) }, 1, 0]] as const) {
      const page = shown(stand(hub as never), <ScanSeal paper={view(more as Partial<DocumentView>)} slot={SLOT} means={{ p12: false }} />);
      expect(page.queryAllByTestId("scan-seal-ct")).toHaveLength(there);
      expect(page.queryAllByTestId("signer-connect")).toHaveLength(buttons);
      expect(page.container.querySelector(".by-file")).toBeNull();
      if ("stamped" in more) expect(page.getByTestId("scan-sealed").textContent).toContain(words);
      page.unmount();
    }
  }
});
