/** /site?s=<session>&seat=s-<site>: a site's seat. */
import { effect } from "@preact/signals";
import { guardLeaving, hadEntered, rememberEntered, stayAwake } from "../net/awake";
import { openRoom } from "../net/room";
import { openMedia } from "../rtc/media";
import { Station } from "../rtc/station";
import { study } from "../i18n";
import { SiteScreen } from "../screens/site/SiteScreen";
import { StationProvider } from "../screens/site/station";
import { PlaceProvider } from "../ui/context";
import { followMoves, parameter, show } from "./page";

await study((language) => (language === "en" ? import("virtual:words-site-en") : import("virtual:words-site-vi")));

const SLOTS = 10;
const session = parameter("s");
const seat = parameter("seat");

if (session === "" || !seat.startsWith("s-")) location.replace("/");
else {
  const room = openRoom(session, seat);
  const media = openMedia(room, SLOTS);
  const station = new Station(room, media);
  effect(() => {
    if (station.entered.value) rememberEntered(seat, session);
  });
  followMoves(room);
  guardLeaving(() => ["air", "sound"].includes(room.store.cue.peek()?.tally ?? "wait"));
  stayAwake();
  if (hadEntered(seat, session)) station.enter();
  void station.prepare();
  show(<PlaceProvider value={{ room, media }}><StationProvider value={station}><SiteScreen /></StationProvider></PlaceProvider>);
}
