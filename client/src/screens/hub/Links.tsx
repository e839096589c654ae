import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { refusal, t } from "../../i18n";
import { LinksDesk } from "../../net/links";
import { usePlace } from "../../ui/context";
import { Dialog } from "../../ui/Dialog";
import { LinkRows } from "../../ui/LinkRows";
import { GiveControl } from "./Control";
import { MachineRows } from "./MachineRows";

export function LinksDialog({ close }: { close: () => void }): JSX.Element {
  const { room } = usePlace();
  const desk = useMemo(() => new LinksDesk(room.session), [room.session]);
  useEffect(() => void desk.load(), [desk]);
  return (
    <Dialog title={t("links.title")} close={close} wide testid="links-dialog">
      <GiveControl />
      <p class="soft">{t("links.explain")}</p>
      {desk.refused.value && <p class="error" role="alert">{refusal(desk.refused.value)}</p>}
      <div class="scroll tall"><LinkRows desk={desk} /><MachineRows /></div>
    </Dialog>
  );
}
