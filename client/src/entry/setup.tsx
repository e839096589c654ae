import { takeFragment } from "../net/api";
import { Setup } from "../screens/setup";
import { mount } from "../ui/bits";

mount(<Setup token={takeFragment()} />, "title.setup");
