/** The other desks of /hub, by role: chair, MC, secretary. They ask nothing but `usePlace()`; styles in `desk.css`. */
export { ChairView } from "./ChairView";
export { Prompter } from "./Prompter";
export { SecretaryDesk } from "./SecretaryDesk";
