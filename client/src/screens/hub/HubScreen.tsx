/** The console (CLIENT §5 /hub): run sheet, preview and programme, wall, floor, roll call, recording. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../../i18n";
import { refusal } from "../../i18n";
import { Alerts } from "../../ui/Alerts";
import { usePlace } from "../../ui/context";
import { Notices } from "../../ui/Notices";
import { ActionBar } from "./ActionBar";
import { useHubActs } from "./acts";
import { Control } from "./Control";
import { Drawer } from "./Drawer";
import { FloorPanel } from "./FloorPanel";
import { Header } from "./Header";
import { KeysDialog, useKeys } from "./Keys";
import { LinksDialog } from "./Links";
import { mayLead, sceneOf } from "./model";
import { Panes } from "./Panes";
import { Recording } from "./Recording";
import { RunSheet } from "./RunSheet";
import { Interrupted } from "./SessionMenu";
import { Tabs, useLeaf } from "./Tabs";
import { Wall } from "./Wall";

export function HubScreen(): JSX.Element {
  const { room } = usePlace();
  const { store } = room;
  const acts = useHubActs();
  const [shown, show] = useState<"keys" | "links" | "drawer" | null>(null);
  const [leaf, turn] = useLeaf();
  const leads = mayLead(store.session.value);
  const preview = (n: number, two: boolean): void => {
    const site = store.sites.peek()?.sites.find((one) => one.n === n);
    if (!site || !leads) return;
    void room.ask({ do: "scene.prepare", scene: sceneOf(site.id, two) }).then((answer) => {
      if (!answer.ok) store.notice.value = refusal(answer.code, answer.detail);
    });
  };
  const led = (act: { run(): unknown }) => (): void => {
    if (leads) act.run();
  };
  useKeys({ take: led(acts.take), cut: led(acts.cut), mute: led(acts.mute), hold: led(acts.hold), preview, help: () => show("keys"),
    undo: led(acts.undo), notice: () => turn("notice"), incident: () => turn("incident") });
  return (
    <div class="hub">
      <Header />
      <RunSheet acts={acts} />
      <main class="centre" aria-label={t("hub.pictures")}>
        <Panes />
        <Wall />
      </main>
      <aside class="side">
        <Alerts />
        <FloorPanel acts={acts} />
        <Tabs leaf={leaf} turn={turn} />
        <Recording />
      </aside>
      <div class="strips"><Interrupted /><Control /></div>
      <ActionBar acts={acts} help={() => show("keys")} links={() => show("links")} drawer={() => show("drawer")} />
      {shown === "keys" && <KeysDialog close={() => show(null)} />}
      {shown === "links" && <LinksDialog close={() => show(null)} />}
      {shown === "drawer" && <Drawer close={() => show(null)} />}
      <Notices onAir={store.session.value?.phase === "open"} />
    </div>
  );
}
