/** /hub?s=<session>[&seat=l-chair]: the desk of a signed-in person, or of a seat with a link. */
import { effect, untracked } from "@preact/signals";
import { openRoom } from "../net/room";
import { openMedia } from "../rtc/media";
import "../i18n/words";
import { Desk } from "../screens/hub/Desk";
import { PlaceProvider } from "../ui/context";
import { followMoves, parameter, show } from "./page";

const SLOTS = 16;
const session = parameter("s");

if (session === "") location.replace("/");
else {
  const seat = parameter("seat");
  const room = openRoom(session, seat.startsWith("l-") ? seat : "p");
  followMoves(room);
  const media = openMedia(room, SLOTS, true);
  // only a console watches all sources: the narrower desks cost the line nothing
  effect(() => {
    if (["operator", "co-operator"].includes(room.store.session.value?.role ?? "")) untracked(() => media.subscribe());
  });
  show(<PlaceProvider value={{ room, media }}><Desk /></PlaceProvider>);
}
