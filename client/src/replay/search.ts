/** One search over the record: chapters, sites, who spoke, names on the picture, marks, notes. Pure. */
import type { Text } from "../proto/types";
import type { Timeline } from "./timeline";

export interface Hit {
  readonly ms: number;
  /** `chapter` `site` `spoke` `named` `note` `hand`, or the kind of a mark. */
  readonly kind: string;
  readonly text: Text;
  readonly site: string | null;
}

/** Letters without marks, so that "ky ket" finds "Ký kết". */
export function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d").replaceAll("Đ", "D").toLowerCase();
}

const plain = (text: string): Text => ({ vi: text, en: text });

function nameOf(line: Timeline, site: string): Text {
  return line.sites.find((one) => one.id === site)?.name ?? plain(site);
}

/** Return everything that can be found or jumped to, by its moment. */
export function moments(line: Timeline): readonly Hit[] {
  const found: Hit[] = [
    ...line.chapters.map((one) => ({ ms: one.from_ms, kind: "chapter", text: one.title, site: null })),
    ...line.floor.map((one) => ({ ms: one.from_ms, kind: "spoke", text: nameOf(line, one.site), site: one.site })),
    ...line.hands.map((one) => ({ ms: one.from_ms, kind: "hand", text: nameOf(line, one.site), site: one.site })),
    ...line.lower_thirds.map((one) => ({ ms: one.from_ms, kind: "named", text: plain(one.text), site: null })),
    // a name on the picture has a lane of its own, with its end
    ...line.marks.filter((one) => one.kind !== "caption.set").map((one) => ({ ms: one.ms, kind: one.kind, text: one.text === "" && one.site !== null ? nameOf(line, one.site) : plain(one.text), site: one.site })),
    ...line.notes.map((one) => ({ ms: one.ms, kind: "note", text: plain(one.text), site: null })),
  ];
  return found.sort((one, other) => one.ms - other.ms);
}

function sites(line: Timeline): readonly Hit[] {
  return line.sites.map((site) => {
    const first = line.floor.find((one) => one.site === site.id) ?? line.presence.find((one) => one.site === site.id && one.state === "present");
    return { ms: first?.from_ms ?? 0, kind: "site", text: site.name, site: site.id };
  });
}

/** Return what has every word of the query, sites first, then by moment; nothing for an empty query. */
export function search(line: Timeline, query: string): readonly Hit[] {
  const words = folded(query).split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return [];
  return [...sites(line), ...moments(line)].filter(({ text }) => {
    const all = folded(`${text.vi} ${text.en ?? ""}`);
    return words.every((word) => all.includes(word));
  });
}
