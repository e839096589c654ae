/** Words on the picture and on the stage: lower third, message, blackout, in one drawer (CLIENT §5 /hub 10). */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { say, t } from "../../i18n";
import { Act } from "../../ui/Act";
import { useAction } from "../../ui/action";
import { ownerOf, siteOf, usePlace } from "../../ui/context";
import { Dialog } from "../../ui/Dialog";

/** Who the picture shows, to start a lower third from. */
function useProposals(): readonly string[] {
  const { room } = usePlace();
  const live = room.store.agenda.value?.items.find((item) => item.state === "live");
  const names = (room.store.scene.value?.program.positions ?? []).map((at) => say(siteOf(room, ownerOf(at.source))?.name));
  return [...new Set([say(live?.by), ...names, say(live?.title)].filter((one) => one !== ""))].slice(0, 5);
}

function Caption(): JSX.Element {
  const { store } = usePlace().room;
  const shown = store.scene.value?.caption ?? null;
  const [text, write] = useState(shown ?? "");
  const set = useAction(() => (text.trim() ? { do: "caption.set", text: text.trim() } : null));
  const clear = useAction(() => ({ do: "caption.clear" }));
  return (
    <section>
      <h3>{t("drawer.caption")}</h3>
      <p class="row">{useProposals().map((one) => <button key={one} type="button" class="button quiet small" onClick={() => write(one)}>{one}</button>)}</p>
      <label class="field"><span>{t("drawer.caption-text")}</span>
        <input type="text" maxLength={120} value={text} data-testid="caption-text" onInput={(event) => write(event.currentTarget.value)} /></label>
      <p class="row">
        <Act action={set} look="primary" testid="caption-set" disabled={!text.trim()}>{t("drawer.caption-set")}</Act>
        <Act action={clear} testid="caption-clear" disabled={shown === null}>{t("drawer.caption-clear")}</Act>
        {shown !== null && <span class="weak">{t("drawer.on-air")} <b>{shown}</b></span>}
      </p>
    </section>
  );
}

function StageWords(): JSX.Element {
  const { store } = usePlace().room;
  const stage = store.stage.value;
  const [text, write] = useState(stage?.message ?? "");
  const tell = useAction(() => ({ do: "stage.message", text: text.trim() }));
  const clear = useAction(() => ({ do: "stage.message", text: "" }));
  const black = useAction(() => ({ do: "stage.blackout", on: !(stage?.blackout ?? false) }));
  return (
    <section>
      <h3>{t("drawer.stage")}</h3>
      <label class="field"><span>{t("drawer.stage-text")}</span>
        <input type="text" maxLength={120} value={text} data-testid="stage-text" onInput={(event) => write(event.currentTarget.value)} /></label>
      <p class="row">
        <Act action={tell} look="primary" testid="stage-message" disabled={!text.trim()}>{t("drawer.stage-set")}</Act>
        <Act action={clear} testid="stage-clear" disabled={!stage?.message}>{t("drawer.stage-clear")}</Act>
        <Act action={black} testid="stage-blackout" look={stage?.blackout ? "danger" : "plain"}>{t(stage?.blackout ? "drawer.stage-show" : "drawer.stage-black")}</Act>
        {stage?.message && <span class="weak">{stage.message}</span>}
      </p>
    </section>
  );
}

function Announcement(): JSX.Element {
  const [text, write] = useState("");
  const leave = useAction(() => (text.trim() ? { do: "site.announcement", text: text.trim() } : null));
  return (
    <section>
      <h3>{t("drawer.announcement")}</h3>
      <p class="soft">{t("drawer.announcement-explain")}</p>
      <label class="field"><span>{t("drawer.announcement-text")}</span>
        <input type="text" maxLength={200} value={text} data-testid="announcement-text" onInput={(event) => write(event.currentTarget.value)} /></label>
      <Act action={leave} testid="announcement-set" disabled={!text.trim()}>{t("drawer.announcement-set")}</Act>
    </section>
  );
}

export function Drawer({ close }: { close: () => void }): JSX.Element {
  return (
    <Dialog title={t("drawer.title")} close={close} wide testid="drawer">
      <Caption />
      <StageWords />
      <Announcement />
    </Dialog>
  );
}
