/** What went wrong, by itself and by hand: since when, for how long, and what to do (CEREMONY §9). */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../i18n";
import { length } from "../../i18n/times";
import type { IncidentView } from "../../proto/types";
import { Act } from "../../ui/Act";
import { andThen, useAction } from "../../ui/action";
import { At, Since } from "../../ui/Clock";
import { ownerOf, shortName, siteOf, usePlace } from "../../ui/context";
import { Icon } from "../../ui/Icon";
import { mayRollcall } from "./model";

/** Counts up when the key for a note was pressed: the field then takes the focus. */
export interface Noting {
  readonly asked: number;
}

function useSentence(incident: IncidentView): string {
  const { room } = usePlace();
  const site = incident.site ?? (incident.source ? ownerOf(incident.source) : null);
  const name = site ? shortName(siteOf(room, site)) : "";
  const s = Math.round((incident.amount_ms ?? 0) / 1000);
  const phone = site ? siteOf(room, site)?.phone ?? "" : "";
  return t(`incident.${incident.kind}`, { name, s, phone, text: incident.text ?? "" });
}

function Row({ incident }: { incident: IncidentView }): JSX.Element {
  const open = incident.closed == null;
  const sentence = useSentence(incident);
  return (
    <li class={open ? "incident open" : "incident"} data-testid={`incident-${incident.n}`} data-kind={incident.kind}>
      <Icon name={open ? "warn" : "check"} size={14} label={t(open ? "incident.is-open" : "incident.is-over")} />
      <span>
        <At at={incident.opened} /> {sentence}{" "}
        {open ? <Since at={incident.opened} /> : <span class="soft figures">{length(((incident.closed ?? 0) - incident.opened) / 1000)}</span>}
      </span>
    </li>
  );
}

function Note({ noting }: { noting: Noting }): JSX.Element {
  const [text, write] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => { if (noting.asked) field.current?.focus(); }, [noting.asked]);
  const note = andThen(useAction(() => (text.trim() ? { do: "incident.note", text: text.trim() } : null)), () => write(""));
  return (
    <form class="leaf-form one" onSubmit={(event) => { event.preventDefault(); void note.run(); }}>
      <input ref={field} type="text" maxLength={200} value={text} aria-label={t("incident.note")} placeholder={t("incident.note")} data-testid="incident-text" onInput={(event) => write(event.currentTarget.value)} />
      <Act action={note} testid="incident-note" disabled={!text.trim()}>{t("incident.write")}</Act>
    </form>
  );
}

export function Incidents({ noting = { asked: 0 } }: { noting?: Noting }): JSX.Element {
  const { store } = usePlace().room;
  const view = store.incidents.value;
  return (
    <section class="panel incidents" aria-label={t("incident.title")}>
      <h2>{t("incident.title")} {view && view.open > 0 && <span class="figures weak">({view.open})</span>}</h2>
      {mayRollcall(store.session.value) && <Note noting={noting} />}
      <div class="scroll">
        {(view?.incidents.length ?? 0) === 0 && <p class="soft">{t("incident.none")}</p>}
        <ul>{view?.incidents.map((incident) => <Row key={incident.n} incident={incident} />)}</ul>
        {view && view.more > 0 && <p class="soft">{t("incident.more", { n: view.more })}</p>}
      </div>
    </section>
  );
}
