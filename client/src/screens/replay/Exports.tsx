/** Taking the record away: what, how far it is, the finished file with its size and SHA-256 (RECORDING §7). */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { lang, refusal, say, t, type Key } from "../../i18n";
import { length } from "../../i18n/times";
import { unfinished, type Exports, type Job } from "../../net/exports";
import type { Player } from "../../replay/player";
import { CHOICES, MADE, partOf, wantedOf, type Choice, type Draft } from "../../replay/wanted";
import { Copy } from "../../ui/Copy";
import { Icon } from "../../ui/Icon";
import { CaptionFiles } from "./CaptionFiles";

/** 1.4 GB, 12 MB, 3 kB: decimal, as file managers and discs count. */
export function size(bytes: number): string {
  const unit = (["kB", "MB", "GB"] as const)[bytes < 1e6 ? 0 : bytes < 1e9 ? 1 : 2];
  const value = bytes / (bytes < 1e6 ? 1e3 : bytes < 1e9 ? 1e6 : 1e9);
  return `${new Intl.NumberFormat(lang.value, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)} ${unit}`;
}

function Sources({ player, draft, write }: { player: Player; draft: Draft; write: (draft: Draft) => void }): JSX.Element | null {
  const wish = MADE[draft.choice].source;
  if (wish === undefined) return null;
  return (
    <label class="field"><span>{t("replay.export.source")}</span>
      <select value={draft.source} data-testid="export-source" onChange={(event) => write({ ...draft, source: event.currentTarget.value })}>
        {wish === "may" && <option value="">{t("replay.broadcast")}</option>}
        {player.line.value?.sites.map((site) => <option key={site.id} value={`${site.id}/camera`}>{say(site.name)}</option>)}
      </select></label>
  );
}

function Cutters({ player }: { player: Player }): JSX.Element {
  return (
    <p class="row">
      <button type="button" class="button small quiet" aria-keyshortcuts="I" data-testid="cut-in" onClick={() => player.cut("from")}>{t("replay.in")} <kbd>I</kbd></button>
      <button type="button" class="button small quiet" aria-keyshortcuts="O" data-testid="cut-out" onClick={() => player.cut("to")}>{t("replay.out")} <kbd>O</kbd></button>
      {partOf(player.selection.value, player.duration) && <button type="button" class="button small quiet" onClick={() => (player.selection.value = { from: null, to: null })}>{t("replay.clear-part")}</button>}
    </p>
  );
}

/** In and out in words; what is still to be set. */
function Part({ player, draft, write }: { player: Player; draft: Draft; write: (draft: Draft) => void }): JSX.Element | null {
  const wish = MADE[draft.choice].part;
  const part = partOf(player.selection.value, player.duration);
  if (wish === undefined) return draft.choice === "still" ? <p class="soft figures">{t("replay.export.moment", { at: length(player.position.value) })}</p> : null;
  const told = part ? t("replay.export.part", { from: length(part[0]), to: length(part[1]), length: length(part[1] - part[0]) }) : t("replay.export.no-part");
  return (
    <>
      <Cutters player={player} />
      {wish === "must" ? <p class={part ? "figures" : "weak"}>{told}</p> : (
        <label class="check"><input type="checkbox" checked={draft.cut && part !== null} disabled={part === null} onChange={(event) => write({ ...draft, cut: event.currentTarget.checked })} />
          <span class={part ? "figures" : "soft"}>{told}</span></label>
      )}
    </>
  );
}

function Form({ player, exports }: { player: Player; exports: Exports }): JSX.Element {
  const view = player.view.value;
  const first = view.kind === "site" ? view.site : player.line.value?.sites[0]?.id ?? "hub";
  const [draft, write] = useState<Draft>({ choice: "film-720", source: `${first}/camera`, cut: false, caption: true });
  const part = partOf(player.selection.value, player.duration);
  const choose = (choice: Choice): void => write({ ...draft, choice, source: MADE[choice].source === "must" && draft.source === "" ? `${first}/camera` : draft.source });
  const wanted = wantedOf({ ...draft, cut: draft.cut && part !== null }, player.selection.value, player.position.value, player.duration, lang.value);
  return (
    <form class="export-form" onSubmit={(event) => { event.preventDefault(); if (wanted !== null) void exports.create(wanted); }}>
      <label class="field"><span>{t("replay.export.what")}</span>
        <select value={draft.choice} data-testid="export-choice" onChange={(event) => choose(event.currentTarget.value as Choice)}>
          {CHOICES.map((choice) => <option key={choice} value={choice}>{t(`replay.export.${choice}` as Key)}</option>)}
        </select></label>
      <Sources player={player} draft={draft} write={write} />
      <Part player={player} draft={draft} write={write} />
      {draft.choice === "still" && (
        <label class="check"><input type="checkbox" checked={draft.caption} onChange={(event) => write({ ...draft, caption: event.currentTarget.checked })} /><span>{t("replay.export.caption")}</span></label>
      )}
      <button type="submit" class="button primary" disabled={wanted === null || exports.busy.value} data-testid="export-go">{t("replay.export.go")}</button>
    </form>
  );
}

function stateOf(job: Job): string {
  if (job.state === "failed") return refusal(job.code ?? "export-failed");
  const told = t(`replay.job.${job.state}` as Key);
  if (job.state !== "running") return told;
  const share = `${told} ${Math.floor(job.fraction * 100)} %`;
  return job.left_s === null ? share : `${share} · ${t("replay.job.left", { left: length(job.left_s * 1000) })}`;
}

function One({ job, exports }: { job: Job; exports: Exports }): JSX.Element {
  const done = job.state === "done" && job.url !== null;
  return (
    <li class={`job ${job.state}`} data-testid="job" data-state={job.state}>
      <strong>{job.name}</strong>
      <span class={job.state === "failed" ? "bad" : "soft"}>{stateOf(job)}{job.from_ms !== null && job.to_ms !== null && job.to_ms > job.from_ms && <span class="figures"> · {length(job.from_ms)}–{length(job.to_ms)}</span>}</span>
      {unfinished(job) && <progress max={1} value={job.fraction} aria-label={job.name} />}
      {job.sha256 !== null && <code title="SHA-256">{job.sha256}</code>}
      <span class="row">
        {done && <a class="button small primary" href={job.url ?? ""} download="" data-testid="job-file"><Icon name="document" size={14} /> {t("replay.job.take")}{job.bytes !== null && ` · ${size(job.bytes)}`}</a>}
        {job.sha256 !== null && <Copy text={job.sha256} />}
        <button type="button" class="button small quiet" disabled={exports.busy.value} data-testid="job-remove" onClick={() => void exports.remove(job)}>{t(unfinished(job) ? "replay.job.cancel" : "replay.job.remove")}</button>
      </span>
    </li>
  );
}

export function ExportsPanel({ player, exports }: { player: Player; exports: Exports }): JSX.Element {
  useEffect(() => exports.watch(), [exports]);
  const refused = exports.refused.value;
  return (
    <div class="side-body exports">
      <Form player={player} exports={exports} />
      {refused && <p class="error" role="alert" data-testid="export-refused" data-code={refused.code}>{refusal(refused.code, refused.detail)}</p>}
      <ul class="jobs" aria-live="polite">{exports.jobs.value.map((job) => <One key={job.id} job={job} exports={exports} />)}</ul>
      <CaptionFiles exports={exports} />
    </div>
  );
}
