import { Index } from "../screens/index";
import { mount } from "../ui/bits";

mount(<Index />, "title.index");
