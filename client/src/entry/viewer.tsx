/** `player/index.html` of a bundle, opened from disk: the replay over what `record.js` tells. It asks nobody for anything. */
import { signal } from "@preact/signals";
import en from "virtual:words-viewer-en";
import vi from "virtual:words-viewer-vi";
import { learn, t } from "../i18n";
import { readPosition } from "../i18n/times";
import { Exports } from "../net/exports";
import { Notes } from "../net/notes";
import { Hearing } from "../replay/hearing";
import { keptOf, type KeptRecord } from "../replay/kept";
import { folder } from "../replay/places";
import { Player } from "../replay/player";
import { ReplayScreen } from "../screens/replay/ReplayScreen";
import "../styles/viewer.css";
import { parameter, show } from "./page";

learn({ vi, en });

const LANGUAGES = ["vi", "en"] as const;

function begin(record: KeptRecord): void {
  const { session } = record.timeline;
  const player = new Player(session, undefined, () => Promise.resolve({ tag: null, value: record.timeline }), folder, new Hearing(session, () => Promise.resolve(record.levels)));
  const exports = new Exports(session, undefined, (lang) => Promise.resolve(record.captions[lang as "vi" | "en"] ?? ""));
  exports.captions.value = LANGUAGES.filter((lang) => record.captions[lang] !== undefined).map((lang) => ({ lang, url: lang }));
  const desk = { exports, notes: new Notes(session, () => Promise.resolve()), may: signal(false), live: signal(null), record };
  const site = parameter("site");
  if (site !== "") player.look({ kind: "site", site });
  document.addEventListener("visibilitychange", () => player.cover(document.hidden));
  void player.start(readPosition(new URLSearchParams(location.search).get("t")));
  show(<ReplayScreen player={player} desk={desk} />);
}

const record = keptOf((window as { diemcauRecord?: unknown }).diemcauRecord);
if (record === null) show(<p class="error big" role="alert">{t("viewer.unreadable")}</p>);
else begin(record);
