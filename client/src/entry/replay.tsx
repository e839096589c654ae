/** /replay?s=<session>[&t=1h10m5s][&site=<id>]: the record. */
import { signal } from "@preact/signals";
import { readPosition } from "../i18n/times";
import { me, type Me } from "../net/api";
import { address } from "../net/doors";
import { Exports, MAY_EXPORT } from "../net/exports";
import { Notes } from "../net/notes";
import { Player } from "../replay/player";
import "../i18n/words";
import { ReplayScreen } from "../screens/replay/ReplayScreen";
import type { Desk } from "../screens/replay/Side";
import { parameter, show } from "./page";

const session = parameter("s");
const site = parameter("site");

/** Where this reader follows the ceremony itself. */
function liveOf({ person, seats }: Me): string | null {
  const seat = seats.find((one) => one.session === session);
  if (seat) return address(seat.page, session, seat.seat);
  return person === null ? null : `/hub?s=${session}`;
}

function begin(): void {
  const player = new Player(session);
  const desk: Desk = { exports: new Exports(session), notes: new Notes(session, () => player.refresh()), may: signal(false), live: signal(null) };
  // who cannot be told apart may read only
  me().then((told) => {
    desk.may.value = MAY_EXPORT.has(told.person?.role ?? "");
    desk.live.value = liveOf(told);
  }, () => undefined);
  void desk.exports.loadCaptions().catch(() => undefined);
  if (site !== "") player.look({ kind: "site", site });
  document.addEventListener("visibilitychange", () => player.cover(document.hidden));
  void player.start(readPosition(new URLSearchParams(location.search).get("t")));
  show(<ReplayScreen player={player} desk={desk} />);
}

if (session === "") location.replace("/");
else begin();
