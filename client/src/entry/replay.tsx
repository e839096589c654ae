/** /replay?s=<session>[&t=1h10m5s][&site=<id>]: the record. */
import { readPosition } from "../i18n/times";
import { Player } from "../replay/player";
import "../i18n/words";
import { ReplayScreen } from "../screens/replay/ReplayScreen";
import { parameter, show } from "./page";

const session = parameter("s");
const site = parameter("site");

if (session === "") location.replace("/");
else {
  const player = new Player(session);
  if (site !== "") player.look({ kind: "site", site });
  void player.start(readPosition(new URLSearchParams(location.search).get("t")));
  show(<ReplayScreen player={player} />);
}
