/** The operator's console. CLIENT §5 /hub. */
import { useEffect, useState } from "preact/hooks";
import { t } from "../../i18n";
import { agenda, scene, session, sites, who } from "../../net/store";
import { devices, listDevices } from "../../rtc/devices";
import { setSink } from "../../rtc/slots";
import { Do, ReasonDialog } from "../../ui/actions";
import { Live, Modal, SeatGone } from "../../ui/bits";
import { cut, helpOpen, holdScene, keysOn, mayLead, muteAll, onKey, setKeys, take } from "./acts";
import { Agenda } from "./agenda";
import { Header } from "./header";
import { LinksDialog } from "./links";
import { FloorPanel, Rollcall } from "./side";
import { Panes, Scenes, Wall } from "./wall";

export function Hub({ id }: { id: string }) {
  const [links, setLinks] = useState(false);
  useEffect(() => {
    const key = (event: KeyboardEvent) => onKey(event, (sites.peek()?.sites ?? []).map((one) => one.id));
    // after a pointer click the focus goes back, so that Space never repeats a button
    const click = (event: PointerEvent | MouseEvent) => {
      const button = (event.target as Element).closest?.("button");
      if (button && event.detail > 0 && !button.closest("dialog")) button.blur();
    };
    addEventListener("keydown", key);
    addEventListener("click", click);
    return () => {
      removeEventListener("keydown", key);
      removeEventListener("click", click);
    };
  }, []);
  return (
    <div class="hub">
      <Header />
      <Agenda />
      <main class="centre">
        <Panes />
        <Scenes />
        <Wall />
      </main>
      <aside class="side">
        <FloorPanel />
        <Rollcall />
      </aside>
      <Footer links={() => setLinks(true)} id={id} />
      {links && <LinksDialog session={id} close={() => setLinks(false)} />}
      {helpOpen.value && <Keys />}
      <ReasonDialog />
      <Live />
      <SeatGone onAir={session.value?.phase === "open"} />
    </div>
  );
}

function Footer({ links, id }: { links: () => void; id: string }) {
  const phase = session.value?.phase;
  const lead = mayLead.value;
  return (
    <footer class="bar acts">
      {lead && phase === "setup" && (
        <Do
          name="open"
          label="act.open"
          class="act"
          testid="open-session"
          make={(reason) => ({ do: "session.open", ...(reason ? { reason } : {}) })}
        />
      )}
      {lead && phase === "closed" && (
        <Do name="reopen" label="act.reopen" reason make={(reason) => ({ do: "session.reopen", reason: reason ?? "" })} />
      )}
      {lead && (
        <>
          <Do name="take" label="act.take" class="air" testid="take" disabled={phase !== "open" || !agenda.value?.next} make={take}>
            {t("act.take")} <kbd>␣</kbd>
          </Do>
          <Do name="cut" label="act.cut" class="air" testid="cut" disabled={!scene.value?.preview} make={cut}>
            {t("act.cut")} <kbd>⏎</kbd>
          </Do>
          <Do name="hold" label="act.hold" class="warn" testid="hold-scene" make={holdScene}>
            {t("act.hold")} <kbd>H</kbd>
          </Do>
          <Do name="mute" label="act.mute-all" testid="mute-all" disabled={phase === "closed"} make={muteAll}>
            {t("act.mute-all")} <kbd>M</kbd>
          </Do>
        </>
      )}
      {!lead && <span class="quiet">{who.value ? t("hub.watching") : ""}</span>}
      <span class="grow" />
      <Headphones />
      {lead && (
        <button type="button" data-testid="links" onClick={links}>
          {t("links.open")}
        </button>
      )}
      <a class="button" href={`/replay?s=${encodeURIComponent(id)}`} target="_blank" rel="noopener">
        {t("index.replay")}
      </a>
      <button type="button" aria-label={t("keys.title")} onClick={() => (helpOpen.value = true)}>
        ?
      </button>
      {lead && phase === "open" && (
        <Do
          name="close"
          label="act.close"
          class="danger"
          testid="close-session"
          hold
          make={(reason) => ({ do: "session.close", ...(reason ? { reason } : {}) })}
        />
      )}
    </footer>
  );
}

/** The operator listens by headphones, when one is chosen; else the console is silent. */
function Headphones() {
  const [sink, set] = useState("off");
  useEffect(() => void listDevices(), []);
  return (
    <label class="phones">
      {t("hub.phones")}
      <select
        value={sink}
        data-testid="headphones"
        onFocus={() => void listDevices()}
        onChange={(event) => {
          const to = event.currentTarget.value;
          set(to);
          setSink(to === "off" ? null : to === "default" ? "" : to);
        }}
      >
        <option value="off">{t("hub.phones-off")}</option>
        <option value="default">{t("hub.phones-default")}</option>
        {devices.value.speakers
          .filter((one) => one.id !== "default" && one.label)
          .map((one) => (
            <option key={one.id} value={one.id}>
              {one.label}
            </option>
          ))}
      </select>
    </label>
  );
}

const KEYS = [
  ["␣", "act.take"],
  ["⏎", "act.cut"],
  ["0–9", "keys.preview"],
  ["H", "act.hold"],
  ["M", "act.mute-all"],
  ["?", "keys.title"],
] as const;

function Keys() {
  return (
    <Modal title={t("keys.title")} close={() => (helpOpen.value = false)}>
      <dl class="keys">
        {KEYS.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(what)}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input type="checkbox" checked={keysOn.value} onChange={(event) => setKeys(event.currentTarget.checked)} />
        {t("keys.on")}
      </label>
    </Modal>
  );
}
