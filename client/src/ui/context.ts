/** What a screen stands in: one room, its media, and the names of its sites. Components ask here, never the network. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Room } from "../net/room";
import type { SiteView } from "../proto/types";
import type { Media } from "../rtc/media";
import { say, t } from "../i18n";

export interface Place {
  readonly room: Room;
  readonly media: Media;
}

const PlaceContext = createContext<Place | null>(null);
export const PlaceProvider = PlaceContext.Provider;

/** Return the place this component stands in. */
export function usePlace(): Place {
  const place = useContext(PlaceContext);
  if (place === null) throw new Error("no place");
  return place;
}

/** Return a site by its id. */
export function siteOf(room: Room, id: string): SiteView | undefined {
  return room.store.sites.value?.sites.find((site) => site.id === id);
}

/** Return the id of the site that owns a source. */
export function ownerOf(source: string): string {
  return source.split("/")[0] ?? "";
}

/** Return a site's name without the agency it shares with all others, for narrow places. */
export function shortName(site: SiteView | undefined): string {
  if (site?.role === "hub") return t("word.hub");
  const name = say(site?.name);
  return name.replace(/^VKSND\s+/u, "").replace(/^(?:huyện|thành phố|tỉnh)\s+/iu, "").replace(/\s+(?:District|City)?\s*Procuracy$/u, "");
}
