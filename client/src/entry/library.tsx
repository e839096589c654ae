/** /library: every record, found by words; how long each is kept. */
import { Doors } from "../net/doors";
import { Library } from "../net/library";
import "../i18n/words";
import { LibraryScreen } from "../screens/library/LibraryScreen";
import { show } from "./page";

const doors = new Doors();
const library = new Library();

void doors.load().then(() => library.load());
show(<LibraryScreen doors={doors} library={library} />);
