/** What the MC reads: now and next in large type, the delegates in order of protocol, the clock (CEREMONY §1). */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { say, t } from "../../i18n";
import { length } from "../../i18n/times";
import type { ScriptView } from "../../proto/types";
import { TimeOfDay, useNow } from "../../ui/Clock";
import { siteOf, usePlace } from "../../ui/context";
import { Icon } from "../../ui/Icon";
import { SocketMark } from "../../ui/Notices";
import { phaseOf } from "../../ui/pace";
import { Ribbon } from "../../ui/Ribbon";

const SIZES = [1, 1.25, 1.5, 2] as const;

function Script({ script, next }: { script: ScriptView | null; next?: boolean }): JSX.Element {
  const { room } = usePlace();
  const title = t(next ? "prompter.next" : "prompter.now");
  if (script === null) return <section class={next ? "script next" : "script"} aria-label={title}><p class="script-kind">{title}</p><p class="soft">{t("prompter.nothing")}</p></section>;
  const site = script.site === null ? "" : say(siteOf(room, script.site)?.name);
  return (
    <section class={next ? "script next" : "script"} aria-label={title} data-testid={next ? "script-next" : "script-now"}>
      <p class="script-kind">{title} · {t("prompter.item", { n: script.n })}</p>
      <h2>{say(script.title)}</h2>
      {(script.by || site) && <p class="script-who"><Icon name="mic" size={20} /> {[say(script.by), site].filter(Boolean).join(" · ")}</p>}
      {script.script ? <p class="script-text">{say(script.script)}</p> : <p class="soft">{t("prompter.no-script")}</p>}
    </section>
  );
}

function Pace(): JSX.Element | null {
  const { store } = usePlace().room;
  const now = useNow();
  const agenda = store.agenda.value;
  const live = agenda?.items.find((item) => item.id === agenda.live);
  if (live?.due == null) return null;
  const left = live.due / 1000 - now;
  const pace = phaseOf(left, live.warn_s, live.danger_s);
  return (
    <strong class={`pace ${pace}`} data-testid="prompter-pace">
      {pace !== "calm" && <Icon name="warn" size={20} />} {t(pace === "over" ? "stage.over" : "big.left")} <span class="figures">{pace === "over" ? "+" : ""}{length(left)}</span>
    </strong>
  );
}

function Delegates(): JSX.Element | null {
  const { room } = usePlace();
  const list = room.store.delegates.value?.delegates ?? [];
  if (list.length === 0) return null;
  return (
    <section class="delegates" aria-label={t("prompter.delegates")}>
      <h2>{t("prompter.delegates")}</h2>
      <ol>
        {[...list].sort((a, b) => a.order - b.order).map((one) => (
          <li key={`${one.order}-${one.site}`}><span class="figures">{one.order}</span><span><strong>{[one.name, say(one.office)].filter(Boolean).join(", ")}</strong>{say(one.unit) && <>, {say(one.unit)}</>}</span></li>
        ))}
      </ol>
    </section>
  );
}

export function Prompter(): JSX.Element {
  const { store } = usePlace().room;
  const [size, grow] = useState(0);
  const prompter = store.prompter.value;
  const scale = SIZES[size] ?? 1;
  return (
    <main class="prompter" style={{ "--scale": scale }} data-testid="prompter">
      <header class="desk-head">
        <h1 class="hear">{t("prompter.title")}</h1>
        <TimeOfDay /><Pace /><Ribbon /><SocketMark />
        <span class="row end" role="group" aria-label={t("prompter.size")}>
          <button type="button" class="button" disabled={size === 0} aria-label={t("prompter.smaller")} onClick={() => grow(size - 1)}>A−</button>
          <button type="button" class="button" disabled={size === SIZES.length - 1} aria-label={t("prompter.larger")} onClick={() => grow(size + 1)}>A+</button>
        </span>
      </header>
      <div aria-live="polite"><Script script={prompter?.now ?? null} /></div>
      <Script script={prompter?.next ?? null} next />
      <Delegates />
    </main>
  );
}
