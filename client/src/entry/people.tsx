/** /people: who may sign in. */
import { Doors } from "../net/doors";
import { People } from "../net/people";
import "../i18n/words";
import { PeopleScreen } from "../screens/people/PeopleScreen";
import { show } from "./page";

const doors = new Doors();
const people = new People();

void doors.load().then(() => people.load());
show(<PeopleScreen doors={doors} people={people} />);
