/** /join#TOKEN: a seat's link. /join?s=<session>: the spoken code. */
import { Doors, takeFragment } from "../net/doors";
import "../i18n/words";
import { JoinScreen } from "../screens/join/JoinScreen";
import { parameter, show } from "./page";

const doors = new Doors();
const token = takeFragment("");

if (token !== "") void doors.join(token);
show(<JoinScreen doors={doors} empty={token === ""} session={parameter("s")} />);
