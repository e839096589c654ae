/** Anybody may check a record here: what is dropped is read in this page and sent nowhere (CLIENT §5 /verify). */
import type { JSX } from "preact";
import { signal } from "@preact/signals";
import { useRef, useState } from "preact/hooks";
import { t, type Key } from "../../i18n";
import { checkBundle } from "../../proof/bundle";
import { pieces, Running } from "../../proof/bytes";
import { overall, QUESTIONS, type Answer, type Finding, type Question, type State, type Verdict } from "../../proof/findings";
import { Frame } from "../../ui/Frame";
import { grouped } from "../../ui/hash";
import { Icon, type IconName } from "../../ui/Icon";
import { expected } from "./expected";
import { KnownThings, taken } from "./KnownThings";

interface Checked {
  readonly name: string;
  readonly size: number;
  /** SHA-256 of a file that is no bundle. */
  readonly sha: string | null;
  readonly verdict: Verdict | null;
}

const GLYPH: Readonly<Record<State, IconName>> = { good: "check", unknown: "warn", bad: "cross" };
const progress = signal<number | null>(null);

async function check(file: File): Promise<Checked> {
  progress.value = 0;
  try {
    if (/\.zip$/i.test(file.name)) return { name: file.name, size: file.size, sha: null, verdict: await checkBundle(file, (done) => (progress.value = done), taken()) };
    const running = new Running();
    for await (const piece of pieces(file)) {
      running.feed(piece);
      progress.value = running.size / (file.size || 1);
    }
    return { name: file.name, size: file.size, sha: running.end().sha, verdict: null };
  } finally {
    progress.value = null;
  }
}

function Says({ one }: { one: Finding }): JSX.Element {
  const key = one.code.startsWith("doc.") ? one.code : `proof.${one.code}`;
  return <li>{one.of !== undefined && <b class="of">{one.of}: </b>}{t(key as Key, one.detail)}</li>;
}

const SHOWN = 40;

function Answered({ question, answer }: { question: Question; answer: Answer }): JSX.Element {
  return (
    <li class={`answer ${answer.state}`} data-testid={`answer-${question}`} data-state={answer.state}>
      <h3><Icon name={GLYPH[answer.state]} size={18} /> {t(`verify.${question}`)} <b>{t(`verify.state-${answer.state}`)}</b></h3>
      <ul>{answer.says.slice(0, SHOWN).map((one, n) => <Says key={n} one={one} />)}</ul>
      {answer.says.length > SHOWN && <p class="soft">{t("verify.more", { n: answer.says.length - SHOWN })}</p>}
      {answer.open !== undefined && <ul class="open">{answer.open.map((one, n) => <Says key={n} one={one} />)}</ul>}
    </li>
  );
}

/** A hash, and whether it is the one that was printed or kept elsewhere. */
function Compared({ hash, label }: { hash: string; label: Key }): JSX.Element {
  const [printed, write] = useState(expected());
  const plain = printed.toLowerCase().replace(/[^0-9a-f]/g, "");
  const same = plain.length >= 8 && hash.startsWith(plain);
  return (
    <section class="compared">
      <h3>{t(label)}</h3>
      <p><code data-testid="hash">{grouped(hash)}</code></p>
      <label class="field"><span>{t("verify.printed")}</span>
        <input type="text" value={printed} spellcheck={false} data-testid="printed" onInput={(event) => write(event.currentTarget.value)} /></label>
      {plain.length > 0 && (
        <p class={same ? "good" : "bad"} role="status" data-testid="same" data-same={same}>
          <Icon name={same ? "check" : "cross"} size={16} /> {t(plain.length < 8 ? "verify.short" : same ? "verify.same" : "verify.differs")}
        </p>
      )}
    </section>
  );
}

function Result({ found }: { found: Checked }): JSX.Element {
  const { verdict } = found;
  const state = verdict === null ? null : overall(verdict);
  return (
    <article class="card verdict" data-testid="verdict" data-state={state ?? "file"}>
      <p class="soft">{found.name} · <span class="figures">{(found.size / 1e6).toFixed(1)}</span> MB</p>
      {state !== null && <h2 class={state}><Icon name={GLYPH[state]} size={22} /> {t(`verify.whole-${state}`)}</h2>}
      {verdict !== null && <ul class="answers">{QUESTIONS.map((one) => <Answered key={one} question={one} answer={verdict.answers[one]} />)}</ul>}
      {verdict?.head != null && <Compared hash={verdict.head} label="verify.head" />}
      {found.sha !== null && <><p>{t("verify.file")}</p><Compared hash={found.sha} label="verify.file-hash" /></>}
      <section class="not-proven"><h3>{t("verify.not-proven")}</h3>
        <ul>{(["not-time", "not-before", "not-law"] as const).map((one) => <li key={one}>{t(`verify.${one}`)}</li>)}</ul></section>
      <p class="row no-print"><button type="button" class="button" data-testid="print" onClick={() => print()}>{t("verify.print")}</button></p>
    </article>
  );
}

export function VerifyScreen(): JSX.Element {
  const [found, tell] = useState<Checked | null>(null);
  const [over, hover] = useState(false);
  const last = useRef<File | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const take = (file: File | undefined): void => {
    if (!file || progress.peek() !== null) return;
    last.current = file;
    tell(null);
    void check(file).then(tell);
  };
  return (
    <Frame wide>
      <h1>{t("verify.title")}</h1>
      <p>{t("verify.explain")}</p>
      <div class={over ? "drop over no-print" : "drop no-print"} onDragOver={(event) => { event.preventDefault(); hover(true); }} onDragLeave={() => hover(false)}
        onDrop={(event) => { event.preventDefault(); hover(false); take(event.dataTransfer?.files[0]); }}>
        <p>{t("verify.drop")}</p>
        <button type="button" class="button primary" disabled={progress.value !== null} onClick={() => input.current?.click()}>{t("verify.choose")}</button>
        <input ref={input} type="file" hidden data-testid="verify-file" aria-label={t("verify.choose")} onChange={(event) => take(event.currentTarget.files?.[0])} />
        {progress.value !== null && <p role="status"><progress aria-label={t("verify.reading")} max={1} value={progress.value} /> {t("verify.reading")} <span class="figures">{Math.floor(progress.value * 100)} %</span></p>}
      </div>
      <KnownThings again={found?.verdict != null ? () => take(last.current ?? undefined) : null} />
      {found && <Result key={found.name} found={found} />}
    </Frame>
  );
}
