/** What whoever checks brings along: roots, the hub's key, checkpoints. Read in this page, sent nowhere, kept nowhere. */
import type { JSX } from "preact";
import { signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { t } from "../../i18n";
import { certificatesIn, NOTHING, type Outside } from "../../proof/outside";

const MOST = 4 << 20;
const outside = signal<Outside>(NOTHING);
const names = signal<readonly string[]>([]);
const bad = signal<string | null>(null);
const typed = signal("");
/** What was chosen is not what the last check went by. */
const fresh = signal(false);

/** Return what to check by from now on. */
export function taken(): Outside {
  fresh.value = false;
  return outside.peek();
}

function set(more: Partial<Outside>): void {
  outside.value = { ...outside.peek(), ...more };
  fresh.value = true;
}

async function takeRoots(files: readonly File[]): Promise<void> {
  const found = await Promise.all(files.map(async (file) => [file.name, file.size > MOST ? [] : certificatesIn(new Uint8Array(await file.arrayBuffer()))] as const));
  bad.value = found.find(([, ders]) => ders.length === 0)?.[0] ?? null;
  const good = found.filter(([, ders]) => ders.length > 0);
  names.value = good.map(([name]) => name);
  set({ roots: good.flatMap(([, ders]) => ders) });
}

async function takePoints(file: File | undefined): Promise<void> {
  const text = file === undefined || file.size > MOST ? "" : await file.text();
  set({ checkpoints: text.split("\n").filter((line) => line.trim() !== "") });
}

function takeKey(text: string): void {
  typed.value = text;
  const key = text.toLowerCase().replace(/\s/g, "");
  set({ keys: /^[0-9a-f]{64}$/.test(key) ? [key] : [] });
}

interface Chooser {
  readonly label: string;
  readonly accept: string;
  readonly id: string;
  readonly several?: boolean;
  take(files: readonly File[]): void;
}

function Choose({ label, accept, id, several = false, take }: Chooser): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class="button" aria-label={label} onClick={() => input.current?.click()}>{t("verify.choose")}</button>
      <input ref={input} type="file" hidden multiple={several} accept={accept} data-testid={id} aria-label={label} onChange={(event) => take([...(event.currentTarget.files ?? [])])} />
    </>
  );
}

/** `again`: check the same file once more; null while there is none. */
export function KnownThings({ again }: { again: (() => void) | null }): JSX.Element {
  const points = outside.value.checkpoints.length;
  const wrongKey = typed.value.trim() !== "" && outside.value.keys.length === 0;
  return (
    <details class="card known no-print" data-testid="known">
      <summary>{t("verify.known")}</summary>
      <p class="soft">{t("verify.known-explain")}</p>
      <div class="field"><span>{t("verify.roots")}</span>
        <div class="row"><Choose label={t("verify.roots")} accept=".crt,.cer,.der,.pem" id="roots" several take={(files) => void takeRoots(files)} />
          <span data-testid="roots-chosen">{names.value.length === 0 ? t("verify.roots-none") : t("verify.roots-chosen", { n: outside.value.roots.length, names: names.value.join(", ") })}</span></div>
        {bad.value !== null && <p class="bad" role="alert">{t("verify.roots-bad", { name: bad.value })}</p>}</div>
      <label class="field"><span>{t("verify.key")}</span>
        <input type="text" spellcheck={false} value={typed.value} data-testid="known-key" aria-invalid={wrongKey} onInput={(event) => takeKey(event.currentTarget.value)} />
        {wrongKey && <span class="bad" role="status">{t("verify.key-bad")}</span>}</label>
      <div class="field"><span>{t("verify.points")}</span>
        <div class="row"><Choose label={t("verify.points")} accept=".jsonl,.json,.txt" id="points" take={(files) => void takePoints(files[0])} />
          {points > 0 && <span>{t("verify.points-chosen", { n: points })}</span>}</div></div>
      {again !== null && fresh.value && (
        <p class="row"><button type="button" class="button primary" data-testid="again" onClick={again}>{t("verify.again")}</button></p>
      )}
    </details>
  );
}
