/** Words. Vietnamese first; English by a switch kept in this browser or `?lang=en` (CLIENT §1, Catalogues). */
import { signal } from "@preact/signals";
import type { Text } from "../proto/types";
import type vi from "../../locales/vi.json";

export type Lang = "vi" | "en";
export type Key = keyof typeof vi;
type Values = Readonly<Record<string, string | number>>;

type Words = Readonly<Record<string, string>>;
type Lessons = (language: Lang) => Promise<{ default: Words }>;

const CATALOGUES: Partial<Record<Lang, Words>> = {};
let lessons: Lessons | null = null;
const KEPT = "diemcau.lang";

/** Take words in, before anything is shown. */
export function learn(words: Partial<Record<Lang, Words>>): void {
  Object.assign(CATALOGUES, words);
}

/** Fetch the words of the page's language before anything is shown, those of another one when it is asked for. */
export async function study(from: Lessons): Promise<void> {
  lessons = from;
  learn({ [lang.peek()]: (await from(lang.peek())).default });
}

function first(): Lang {
  const asked = new URLSearchParams(location.search).get("lang");
  if (asked === "vi" || asked === "en") return asked;
  try {
    return localStorage.getItem(KEPT) === "en" ? "en" : "vi";
  } catch {
    return "vi";
  }
}

/** The language of this page. */
export const lang = signal<Lang>(first());

/** Speak another language, as soon as its words are here; without them the page goes on in the one it speaks. */
export function speak(language: Lang): void {
  if (CATALOGUES[language] !== undefined || lessons === null) return turn(language);
  void lessons(language).then((words) => {
    learn({ [language]: words.default });
    turn(language);
  }, () => undefined);
}

function turn(language: Lang): void {
  lang.value = language;
  document.documentElement.lang = language;
  try {
    localStorage.setItem(KEPT, language);
  } catch {
    // a browser that keeps nothing still speaks
  }
}

function fill(sentence: string, values: Values): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Return the sentence of a key, its `{name}` places filled. */
export function t(key: Key, values: Values = {}): string {
  return fill(CATALOGUES[lang.value]?.[key] ?? key, values);
}

/** Return the sentence of a refusal; a code nobody has a sentence for is shown as it is. */
export function refusal(code: string, detail: Values = {}): string {
  const found = CATALOGUES[lang.value]?.[`refused.${code}`];
  return found === undefined ? t("refused.other", { code }) : fill(found, detail);
}

/** Return a ceremony's own text in the reader's language. */
export function say(text: Text | null | undefined): string {
  if (!text) return "";
  return (lang.value === "en" ? text.en : text.vi) || text.vi;
}
