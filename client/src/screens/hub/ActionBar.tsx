import type { JSX } from "preact";
import { say, t } from "../../i18n";
import { Act, HoldAct, Said } from "../../ui/Act";
import { usePlace } from "../../ui/context";
import { ReasonDialog } from "../../ui/Dialog";
import { Icon } from "../../ui/Icon";
import { keymap, sign } from "./keymap";
import type { HubActs } from "./acts";
import { Headphones } from "./Headphones";
import { mayLead, missing, requiredLeft } from "./model";
import { Windows } from "./ProgramWindow";
import { Cancel, Rehearse, Suspend } from "./SessionMenu";

/** Open, end, go on after all: by phase. */
function Phase({ acts }: { acts: HubActs }): JSX.Element | null {
  const { store } = usePlace().room;
  switch (store.session.value?.phase) {
    case "setup":
      return <><Cancel /><Rehearse /><Act action={acts.open} look="primary" class="big" testid="open-session">{t("hub.open")}</Act></>;
    case "open":
      return <><Suspend /><HoldAct action={acts.close} testid="close-session">{t("hub.close")}</HoldAct></>;
    case "suspended":
      return <><Cancel /><Act action={acts.resume} look="primary" class="big" testid="resume-session">{t("hub.resume")}</Act></>;
    case "closed":
      return <HoldAct action={acts.reopen} testid="reopen-session" look="plain">{t("hub.reopen")}</HoldAct>;
    default:
      return null;
  }
}

function Reasons({ acts }: { acts: HubActs }): JSX.Element {
  const { store } = usePlace().room;
  return (
    <>
      <ReasonDialog action={acts.open} title={t("hub.open-missing")} confirm={t("hub.open-anyway")}>
        <p>{t("hub.missing-sites")}</p>
        <ul class="names">{missing(store.sites.value).map((site) => <li key={site.id}>{say(site.name)} <span class="soft figures">{site.phone}</span></li>)}</ul>
      </ReasonDialog>
      <ReasonDialog action={acts.close} title={t("hub.close-left")} confirm={t("hub.close-anyway")}>
        {acts.close.asking.value === "required-items-left" && (
          <>
            <p>{t("hub.required-left")}</p>
            <ul class="names">{requiredLeft(store.agenda.value).map((item) => <li key={item.id} class="numbered"><span class="figures">{item.n}</span> {say(item.title)}</li>)}</ul>
          </>
        ) || undefined}
      </ReasonDialog>
      <ReasonDialog action={acts.reopen} title={t("hub.reopen")} confirm={t("hub.reopen")} />
      <ReasonDialog action={acts.take} title={t("hub.take")} confirm={t("hub.take")} />
    </>
  );
}

export function ActionBar({ acts, help, links, drawer }: { acts: HubActs; help: () => void; links: () => void; drawer: () => void }): JSX.Element {
  const { store } = usePlace().room;
  const session = store.session.value;
  const agenda = store.agenda.value;
  const next = agenda?.items.find((item) => item.id === agenda.next);
  const leads = mayLead(session);
  const open = session?.phase === "open";
  return (
    <footer class="bar actions">
      {leads && (
        <>
          <Act action={acts.take} look="primary" class="big" testid="take" keys={sign(keymap.value.take)} disabled={!open || !next} title={next ? say(next.title) : t("refused.nothing-next")}>
            <Icon name="next" size={16} /> {t("hub.take")}
          </Act>
          <Act action={acts.cut} look="air" class="big" testid="cut" keys={sign(keymap.value.cut)} disabled={!store.scene.value?.preview}>{t("hub.cut")}</Act>
          <Act action={acts.mute} testid="mute-all" keys={sign(keymap.value.mute)}><Icon name="micOff" size={15} /> {t("hub.mute-all")}</Act>
          <Act action={acts.hold} testid="hold-scene" look="danger" keys={sign(keymap.value.hold)}><Icon name="hold" size={15} /> {t("hub.hold")}</Act>
        </>
      )}
      <span class="next-up">{next && open && <><b>{t("item.next")}:</b> <span class="figures">{next.n}</span> {say(next.title)}</>}</span>
      <Headphones />
      {leads && <button type="button" class="button quiet" data-testid="drawer-open" title={t("drawer.title")} onClick={drawer}><Icon name="slate" size={16} label={t("drawer.title")} /></button>}
      <Windows acts={acts} />
      {leads && <button type="button" class="button quiet" data-testid="links" aria-label={t("links.short")} title={t("links.short")} onClick={links}><Icon name="link" size={15} /> <span class="wide-only">{t("links.short")}</span></button>}
      <button type="button" class="button quiet" data-testid="keys" aria-label={t("keys.title")} onClick={help}>?</button>
      {leads && <Phase acts={acts} />}
      {leads ? <Reasons acts={acts} /> : <Said action={acts.take} />}
    </footer>
  );
}
