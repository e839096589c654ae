import { Replay } from "../screens/replay/replay";
import { mount } from "../ui/bits";

const query = new URLSearchParams(location.search);
const id = query.get("s");
if (id === null) location.replace("/");
else mount(<Replay id={id} start={query.get("t")} site={query.get("site")} />, "title.replay");
