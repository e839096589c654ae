/** Who sits at /hub: the console for those who lead, and a narrower desk for chair, MC and secretary (CLIENT §5 /hub 12). */
import type { JSX } from "preact";
import { t } from "../../i18n";
import { usePlace } from "../../ui/context";
import { Notices } from "../../ui/Notices";
import { ChairView, Prompter, SecretaryDesk } from "../desk";
import { HubScreen } from "./HubScreen";

export function Desk(): JSX.Element {
  const { store } = usePlace().room;
  const session = store.session.value;
  const onAir = session?.phase === "open";
  switch (session?.role) {
    case undefined: return <><p class="waiting soft" role="status">{t("page.connecting")}</p><Notices onAir={false} /></>;
    case "chair": return <><ChairView /><Notices onAir={onAir} /></>;
    case "mc": return <><Prompter /><Notices onAir={onAir} /></>;
    case "secretary": return <><SecretaryDesk /><Notices onAir={onAir} /></>;
    default: return <HubScreen />;
  }
}
