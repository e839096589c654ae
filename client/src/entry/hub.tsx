/** /hub?s=<session>: the operator's console. */
import { openRoom } from "../net/room";
import { openMedia } from "../rtc/media";
import "../i18n/words";
import { HubScreen } from "../screens/hub/HubScreen";
import { PlaceProvider } from "../ui/context";
import { parameter, show } from "./page";

const SLOTS = 16;
const session = parameter("s");

if (session === "") location.replace("/");
else {
  const room = openRoom(session, "p");
  const media = openMedia(room, SLOTS, true);
  media.subscribe();
  show(<PlaceProvider value={{ room, media }}><HubScreen /></PlaceProvider>);
}
