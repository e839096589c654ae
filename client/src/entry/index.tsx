/** The start page; also the landing of single-use sign-in links `/#enter=TOKEN`. */
import { Doors, takeFragment } from "../net/doors";
import "../i18n/words";
import { StartScreen } from "../screens/start/StartScreen";
import { show } from "./page";

const doors = new Doors();
const token = takeFragment("enter=");

void (token === "" ? doors.load() : doors.enter(token));
show(<StartScreen doors={doors} />);
