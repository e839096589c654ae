/** /replay?s=<session>[&t=1h10m5s][&site=<id>]: the record. */
import { signal } from "@preact/signals";
import { readPosition } from "../i18n/times";
import { me } from "../net/api";
import { Exports, MAY_EXPORT } from "../net/exports";
import { Notes } from "../net/notes";
import { Player } from "../replay/player";
import "../i18n/words";
import { ReplayScreen } from "../screens/replay/ReplayScreen";
import { parameter, show } from "./page";

const session = parameter("s");
const site = parameter("site");

if (session === "") location.replace("/");
else {
  const player = new Player(session);
  const desk = { exports: new Exports(session), notes: new Notes(session, () => player.refresh()), may: signal(false) };
  // who cannot be told apart may read only
  me().then(({ person }) => (desk.may.value = MAY_EXPORT.has(person?.role ?? "")), () => undefined);
  if (site !== "") player.look({ kind: "site", site });
  void player.start(readPosition(new URLSearchParams(location.search).get("t")));
  show(<ReplayScreen player={player} desk={desk} />);
}
