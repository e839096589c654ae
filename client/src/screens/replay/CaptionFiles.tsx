/** Captions brought as WebVTT files, one a language. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../../i18n";
import type { Exports } from "../../net/exports";

const LANGUAGES = ["vi", "en"] as const;

export function CaptionFiles({ exports }: { exports: Exports }): JSX.Element {
  useEffect(() => void exports.loadCaptions().catch(() => undefined), [exports]);
  const there = new Set(exports.captions.value.map((one) => one.lang));
  const bring = (lang: "vi" | "en", input: HTMLInputElement): void => {
    const file = input.files?.[0];
    input.value = ""; // the same file, mended, may be brought again
    if (file) void exports.bringCaptions(lang, file);
  };
  return (
    <section class="caption-files">
      <h3>{t("replay.captions")}</h3>
      {LANGUAGES.map((lang) => (
        <div class="row" key={lang}>
          <span>{t(`replay.captions-${lang}`)}</span>
          <label class="button small quiet">{t(there.has(lang) ? "replay.captions-replace" : "replay.captions-bring")}
            <input class="hear" type="file" accept=".vtt,text/vtt" data-testid={`captions-${lang}`} disabled={exports.busy.value} onChange={(event) => bring(lang, event.currentTarget)} /></label>
          {exports.captioner.value && !there.has(lang) && (
            <button type="button" class="button small quiet" data-testid={`captions-make-${lang}`} disabled={exports.busy.value} onClick={() => void exports.create({ kind: "captions", lang })}>{t("replay.captions-make")}</button>
          )}
          {there.has(lang) && <button type="button" class="button small quiet" data-testid={`captions-drop-${lang}`} disabled={exports.busy.value} onClick={() => void exports.dropCaptions(lang)}>{t("replay.job.remove")}</button>}
        </div>
      ))}
      {exports.captioner.value && <p class="soft">{t("replay.captions-make-explain")}</p>}
    </section>
  );
}
