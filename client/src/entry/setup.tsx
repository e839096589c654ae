/** /setup#TOKEN: the first claim. */
import { Doors, takeFragment } from "../net/doors";
import "../i18n/words";
import { SetupScreen } from "../screens/setup/SetupScreen";
import { show } from "./page";

show(<SetupScreen doors={new Doors()} token={takeFragment("")} />);
