/** /stage?s=<session>&seat=<seat>[&show=down|up|clock]: the display beside the lectern. No media. */
import { study } from "../i18n";
import { stayAwake } from "../net/awake";
import { openRoom } from "../net/room";
import { modeOf } from "../screens/stage/model";
import { StageScreen } from "../screens/stage/StageScreen";
import { PlaceProvider, type Place } from "../ui/context";
import { followMoves, parameter, show } from "./page";

await study((language) => (language === "en" ? import("virtual:words-stage-en") : import("virtual:words-stage-vi")));

const session = parameter("s");
const seat = parameter("seat");

if (session === "" || seat === "") location.replace("/");
else {
  // nothing shown here asks for media: the part of the place that would hold them stays empty
  const place = { room: openRoom(session, seat) } as Place;
  followMoves(place.room);
  stayAwake();
  show(<PlaceProvider value={place}><StageScreen mode={modeOf(location.search)} /></PlaceProvider>);
}
