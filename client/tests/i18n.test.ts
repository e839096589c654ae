// @vitest-environment happy-dom
/** The catalogues: same keys, same places, NFC, every refusal a sentence, no key unused, no text outside (CLIENT §1). */
import { expect, test } from "vitest";
import en from "../locales/en.json";
import vi from "../locales/vi.json";
import { lang, refusal, speak, t } from "../src/i18n";
import { PARTS } from "../src/i18n/parts";
import { calendarDate, clockTime, length, readPosition, writePosition } from "../src/i18n/times";

const both = { vi, en } as Record<"vi" | "en", Record<string, string>>;
const keys = Object.keys(vi);

const sources = import.meta.glob<string>("../src/**/*.{ts,tsx}", { query: "?raw", import: "default", eager: true });
const python = import.meta.glob<string>(["../../signaling/**/*.py", "../../server/**/*.py", "../../recordings/**/*.py"], { query: "?raw", import: "default", eager: true });
const code = Object.values(sources).join("\n");

test("both languages have the same keys, in order", () => {
  expect(Object.keys(en)).toEqual(keys);
  expect([...keys].sort()).toEqual(keys);
});

test("both have the same places, and nothing is empty", () => {
  const places = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
  for (const key of keys) {
    expect(places(both.en[key]!), key).toEqual(places(both.vi[key]!));
    expect(both.vi[key]!.trim(), key).not.toBe("");
    expect(both.en[key]!.trim(), key).not.toBe("");
  }
});

test("all text is NFC", () => {
  for (const text of [...Object.values(vi), ...Object.values(en)]) expect(text).toBe(text.normalize("NFC"));
});

test("every refusal of the server has a sentence", () => {
  const found = Object.values(python).flatMap((text) => [...text.matchAll(/Refused\(\s*"([a-z-]+)"/g)]);
  const codes = new Set(found.map((one) => one[1]!));
  const more = ["malformed", "log-full", "seat-revoked", "unsent", "unanswered", "unreachable", "internal", "peers-full", "bearer", "busy"];
  expect(codes.size).toBeGreaterThan(40);
  expect([...codes, ...more].filter((one) => !keys.includes(`refused.${one}`))).toEqual([]);
});

/** Commands that are called like a key. */
const COMMANDS = /^(floor\.(ask|withdraw|end)|control\.take|incident\.note)$/;

/** Keys made of a part that is only known at run time; `refused.*` comes from the server. */
const DYNAMIC = /^(refused|alert|keys|phase|role|tally|tally-short|live|rec|item|mic|site\.mic|source|sound|connection|gap|links|quality|choice|cause|unready|proof|incident|lobby|light|form\.fault|stage\.(kind|phase)|line|playback|ended|desk\.incident|light\.(browser|path|speaker)|device\.(camera|mic)|roll|replay|replay\.(export|job|mark))\.[a-z0-9-]+$|^ask\.kind-[a-z]+$|^library\.kind\.[a-z0-9-]+$|^prepare\.step-[a-z]+$|^verify\.(state|whole)-[a-z]+$|^verify\.(integrity|signer|trust|time|completeness|not-[a-z]+)$|^papers\.(state|mode|how)-[a-z_]+$|^viewer\.(mark|tab)-[a-z]+$|^record\.(number|agency|above|place|chair|secretary)$|^settings\.((title|host)-(vi|en)|quorum-[a-z]+|[a-z]+_[a-z_]+|address|comrade|formal|cut|arm|video|vp8|h264)$/;

test("every page knows the words it shows", () => {
  const entries = Object.entries(sources).filter(([path]) => path.includes("/entry/") && !path.endsWith("/page.tsx"));
  expect(entries.length).toBeGreaterThan(5);
  for (const [path, text] of entries) expect(/i18n\/words"|virtual:words-/.test(text), path).toBe(true);
  const reach = {
    stage: /screens\/stage\/|ui\/(Notices|Ribbon|Clock|Icon|context|pace)\.|i18n\/index/,
    // ui/LinkRows, ui/Copy and ui/Frame belong to the quiet pages, ui/Alerts to the desks
    site: /screens\/site\/|\/ui\/(?!LinkRows|Frame|Copy|Alerts)|\/rtc\/|i18n\/index/,
    // who opened a file exports nothing
    viewer: /screens\/replay\/(?!Exports|CaptionFiles)|ui\/(Dialog|Emblem|Icon|LangSwitch|Sheet)\.|entry\/viewer|i18n\/index/,
  };
  for (const page of ["stage", "site", "viewer"] as const) {
    const shown = Object.entries(sources).filter(([path]) => reach[page].test(path)).map(([, text]) => text).join("\n");
    const used = [...shown.matchAll(/"([a-z-]+\.[a-z.-]+)"/g)].map((found) => found[1]!).filter((key) => keys.includes(key) && !COMMANDS.test(key));
    const stems = [...shown.matchAll(/`([a-z-]+\.(?:[a-z-]+\.)*)\$\{/g)].map((found) => found[1]!).filter((stem) => stem !== "refused.");
    expect(used.length).toBeGreaterThan(8);
    for (const key of [...used, ...keys.filter((one) => stems.some((stem) => one.startsWith(stem)))]) expect(PARTS[page](key), `${page}: ${key}`).toBe(true);
  }
  expect(keys.filter((key) => key.startsWith("refused.")).every(PARTS.site)).toBe(true);
});

test("words of papers that pages say too come with the pages", () => {
  const stems = [...code.matchAll(/["'`](doc\.[a-z]+)\./g)].map((found) => `${found[1]!}.`);
  expect(stems.length).toBeGreaterThan(2);
  for (const stem of stems) for (const key of keys.filter((one) => one.startsWith(stem))) expect(PARTS.all(key), key).toBe(true);
});

test("every key is used, and every key used exists", () => {
  const unused = keys.filter((key) => !code.includes(`"${key}"`) && !DYNAMIC.test(key) && !/^doc\./.test(key));
  expect(unused).toEqual([]);
  const stems = [...code.matchAll(/\bt\(`([a-z-]+(?:\.[a-z]+)*)\.\$\{/g)].map((found) => found[1]!);
  for (const stem of stems) expect(keys.some((key) => key.startsWith(`${stem}.`)), stem).toBe(true);
});

test("no Vietnamese text stands outside the catalogues", () => {
  const letters = /[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]/i;
  const known = new Set(["đ", "Đ", "huyện", "phố", "tỉnh"]); // folding of letters, and words left out of narrow places
  for (const [path, whole] of Object.entries(sources)) {
    const text = whole.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    const words = text.match(/[\p{L}]+/gu)?.filter((word) => letters.test(word) && !known.has(word)) ?? [];
    expect(words, path).toEqual([]);
  }
});

test("sentences follow the language, and unknown codes are shown as they are", () => {
  speak("vi");
  expect(t("hub.take")).toBe("Chuyển mục");
  speak("en");
  expect(document.documentElement.lang).toBe("en");
  expect(t("site.item", { n: 3, total: 19 })).toBe("Item 3/19");
  expect(refusal("made-up")).toContain("made-up");
  speak("vi");
  expect(lang.value).toBe("vi");
});

test("times are those of the ceremony", () => {
  const start = Date.UTC(2022, 1, 17, 6, 45, 7);
  expect(clockTime(start, 25_200)).toBe("13:45");
  expect(clockTime(start, 25_200, true)).toBe("13:45:07");
  expect(calendarDate(Date.UTC(2022, 1, 16, 18), 25_200)).toBe("17/02/2022");
  expect([length(154_000), length(-154_999), length(4_332_000)]).toEqual(["02:34", "02:34", "1:12:12"]);
  expect([readPosition("1h10m5s"), readPosition("75"), readPosition("2m"), readPosition("x"), readPosition(""), readPosition(null)]).toEqual([4_205_000, 75_000, 120_000, null, null, null]);
  expect(readPosition(writePosition(4_205_400))).toBe(4_205_000);
});
