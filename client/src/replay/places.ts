/** Where the bytes of a record are: at the hub, or beside a page that was opened from disk. Pure. */
import { pageUrl } from "../net/pages";
import type { SheetView } from "../proto/types";
import { urlOf, type Version } from "./versions";

export interface Places {
  readonly clip: (version: Version) => string;
  /** The picture of a document's page. */
  readonly page: (sheet: SheetView) => string;
}

/** Ask the hub. */
export function hub(session: string): Places {
  return { clip: (version) => urlOf(session, version), page: (sheet) => pageUrl(session, sheet.document, sheet.sha256, sheet.page, 1600) };
}

/** An unpacked bundle, seen from `player/` (recordings/export/viewer.py). */
export const folder: Places = {
  clip: ({ clip }) => `../tracks/${encodeURIComponent(clip.clip)}`,
  page: (sheet) => `pages/${encodeURIComponent(sheet.sha256)}-${sheet.page}.png`,
};

export const paperUrl = (sha256: string): string => `../documents/${encodeURIComponent(sha256)}.pdf`;
