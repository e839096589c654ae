/** /setup#TOKEN: the first claim. /setup[?s=<session>]: preparing a ceremony. */
import { Doors, takeFragment } from "../net/doors";
import { PrepareScreen } from "../screens/prepare/PrepareScreen";
import "../i18n/words";
import { SetupScreen } from "../screens/setup/SetupScreen";
import { parameter, show } from "./page";

const doors = new Doors();
const token = takeFragment("");

if (token !== "") show(<SetupScreen doors={doors} token={token} />);
else {
  void doors.load();
  show(<PrepareScreen doors={doors} first={parameter("s")} />);
}
