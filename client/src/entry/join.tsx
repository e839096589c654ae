import { takeFragment } from "../net/api";
import { Join } from "../screens/join";
import { mount } from "../ui/bits";

mount(<Join token={takeFragment()} />, "title.join");
