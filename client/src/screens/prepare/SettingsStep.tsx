/** The session's own data: title, host, start, microphones, codec, forms of address, quorum (CEREMONY §3 `session.edit`). */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { refusal, t } from "../../i18n";
import { ApiRefused } from "../../net/api";
import { saveSettings, settings, type Settings } from "../../net/prepare";
import { fromLocal, toLocal } from "./local";

const CHOICES = { mic_policy: ["on_grant", "always_on"], address: ["comrade", "formal"], scene_on_take: ["cut", "arm"], video: ["vp8", "h264"] } as const;

interface Part {
  readonly whole: Settings;
  readonly closed: boolean;
  set(part: Partial<Settings>): void;
}

function Words({ name, part }: { name: "title" | "host"; part: Part }): JSX.Element {
  const text = part.whole[name];
  return (
    <div class="pair">
      {(["vi", "en"] as const).map((language) => (
        <label key={language} class="field"><span>{t(`settings.${name}-${language}`)}</span>
          <input type="text" maxLength={300} value={text[language]} disabled={part.closed} data-testid={`settings-${name}-${language}`}
            onInput={(event) => part.set({ [name]: { ...text, [language]: event.currentTarget.value } })} /></label>
      ))}
    </div>
  );
}

function Choice<Name extends keyof typeof CHOICES>({ name, part }: { name: Name; part: Part }): JSX.Element {
  return (
    <label class="field"><span>{t(`settings.${name}`)}</span>
      <select value={part.whole[name]} disabled={part.closed} data-testid={`settings-${name}`} onChange={(event) => part.set({ [name]: event.currentTarget.value })}>
        {CHOICES[name].map((one) => <option key={one} value={one}>{t(`settings.${one}`)}</option>)}
      </select></label>
  );
}

function QuorumFields({ part }: { part: Part }): JSX.Element {
  const rule = part.whole.quorum;
  const choose = (kind: string): void => part.set({ quorum: kind === "none" ? null : { rule: kind as "sites" | "percent", least: rule?.least ?? 1 } });
  return (
    <div class="pair">
      <label class="field"><span>{t("settings.quorum")}</span>
        <select value={rule?.rule ?? "none"} disabled={part.closed} data-testid="settings-quorum" onChange={(event) => choose(event.currentTarget.value)}>
          {(["none", "sites", "percent"] as const).map((one) => <option key={one} value={one}>{t(`settings.quorum-${one}`)}</option>)}
        </select></label>
      {rule && (
        <label class="field"><span>{t("settings.least")}</span>
          <input type="number" min={1} max={rule.rule === "percent" ? 100 : 200} value={rule.least} disabled={part.closed} data-testid="settings-least"
            onInput={(event) => part.set({ quorum: { ...rule, least: Math.max(1, Math.round(event.currentTarget.valueAsNumber) || 1) } })} /></label>
      )}
    </div>
  );
}

export function SettingsStep({ session }: { session: string }): JSX.Element | null {
  const [whole, write] = useState<Settings | null>(null);
  const [closed, close] = useState(false);
  const [offset, place] = useState(0);
  const [said, say] = useState<{ code: string } | "saved" | null>(null);
  const fail = (error: unknown): void => say({ code: error instanceof ApiRefused ? error.code : "internal" });
  useEffect(() => {
    settings(session).then((told) => {
      write(told.settings);
      close(!told.open);
      place(told.utc_offset_s);
    }, fail);
  }, [session]);
  if (whole === null) return said === null ? null : <section class="card step"><p class="error" role="alert">{refusal((said as { code: string }).code)}</p></section>;
  const part: Part = { whole, closed, set: (change) => { say(null); write({ ...whole, ...change }); } };
  const save = (): void => void saveSettings(session, whole).then((told) => { write(told.settings); say("saved"); }, fail);
  return (
    <section class="card step" data-testid="settings">
      <h2>{t("settings.heading")}</h2>
      {closed && <p class="soft">{t("settings.closed")}</p>}
      <Words name="title" part={part} />
      <Words name="host" part={part} />
      <div class="pair">
        <label class="field"><span>{t("settings.start")}</span>
          <input type="datetime-local" value={toLocal(whole.start, offset)} disabled={closed} data-testid="settings-start"
            onInput={(event) => { const at = fromLocal(event.currentTarget.value, offset); if (at !== null) part.set({ start: at }); }} /></label>
        <Choice name="mic_policy" part={part} />
      </div>
      <div class="pair"><Choice name="address" part={part} /><Choice name="scene_on_take" part={part} /></div>
      <div class="pair"><Choice name="video" part={part} /></div>
      <QuorumFields part={part} />
      <p class="row">
        {!closed && <button type="button" class="button primary" data-testid="settings-save" disabled={!whole.title.vi.trim() || !whole.host.vi.trim()} onClick={save}>{t("settings.save")}</button>}
        {said === "saved" ? <span role="status">{t("settings.saved")}</span> : said && <span class="error" role="alert">{refusal(said.code)}</span>}
      </p>
    </section>
  );
}
