/** /sign?s=<session>&seat=g-<slot>: a signatory's or clerk's seat. No media: its policy lets it reach the signer on this computer. */
import { openRoom } from "../net/room";
import "../i18n/words";
import { SignScreen } from "../screens/sign/SignScreen";
import { PlaceProvider, type Place } from "../ui/context";
import { followMoves, parameter, show } from "./page";

const session = parameter("s");
const seat = parameter("seat");

if (session === "" || !seat.startsWith("g-")) location.replace("/");
else {
  const room = openRoom(session, seat);
  followMoves(room);
  // nothing here asks for media
  show(<PlaceProvider value={{ room } as Place}><SignScreen /></PlaceProvider>);
}
