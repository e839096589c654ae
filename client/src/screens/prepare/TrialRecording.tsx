/** Ten seconds of every place, recorded as the ceremony will be and played back here (RECORDING §4, pre-flight). */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { refusal, t } from "../../i18n";
import { ApiRefused } from "../../net/api";
import { TRIAL_MS, trialAddress, tried, tryRecording, type Ready, type Tried } from "../../net/prepare";

const STEP_MS = 250;
const WORDS = {
  picture: { good: "prepare.trial-picture-good", poor: "prepare.trial-picture-poor", none: "prepare.trial-picture-none" },
  sound: { good: "prepare.trial-sound-good", poor: "prepare.trial-sound-poor", none: "prepare.trial-sound-none" },
} as const;

function Verdict({ value, kind }: { value: Tried["picture"]; kind: "picture" | "sound" }): JSX.Element {
  return <td class={value === "good" ? "good" : "bad"}>{t(WORDS[kind][value])}</td>;
}

export function TrialRecording({ session, names }: { session: string; names: (site: string) => string }): JSX.Element {
  const [found, show] = useState<readonly Tried[]>([]);
  const [since, began] = useState<number | null>(null);
  const [now, tick] = useState(0);
  const [refused, refuse] = useState<string | null>(null);
  const [take, retake] = useState(0);
  const say = (error: unknown): void => refuse(error instanceof ApiRefused ? error.code : "internal");
  useEffect(() => void tried(session).then((last) => show(last.sources), say), [session]);
  useEffect(() => {
    if (since === null) return undefined;
    const timer = setInterval(() => tick(performance.now()), STEP_MS);
    return () => clearInterval(timer);
  }, [since]);
  const run = async (): Promise<void> => {
    refuse(null);
    began(performance.now());
    try {
      show((await tryRecording(session)).sources);
      retake(take + 1);
    } catch (error) {
      say(error);
    }
    began(null);
  };
  const left = since === null ? 0 : Math.max(0, Math.ceil((TRIAL_MS - (now - since)) / 1000));
  return (
    <section class="trial" aria-label={t("prepare.trial")}>
      <h3>{t("prepare.trial")}</h3>
      <p class="row">
        <button type="button" class="button" data-testid="trial" disabled={since !== null} onClick={() => void run()}>
          {since === null ? t("prepare.trial-run") : t("prepare.trial-running", { n: Math.min(left, TRIAL_MS / 1000) })}
        </button>
        <span class="soft">{t("prepare.trial-explain")}</span>
      </p>
      {refused && <p class="error" role="alert">{refusal(refused)}</p>}
      {found.length > 0 && (
        <table class="rows board" data-testid="trial-found">
          <thead><tr><th>{t("prepare.site")}</th><th>{t("prepare.trial-picture")}</th><th>{t("prepare.trial-sound")}</th><th>{t("prepare.trial-play")}</th></tr></thead>
          <tbody>
            {found.map((one) => (
              <tr key={one.source} data-testid={`trial-${one.source}`}>
                <th scope="row">{names(one.source.split("/")[0] ?? "")} <small class="soft">{one.source.split("/")[1]}</small></th>
                <Verdict value={one.picture} kind="picture" />
                <Verdict value={one.sound} kind="sound" />
                <td><video controls preload="metadata" width="240" height="135" aria-label={t("prepare.trial-play")} src={`${trialAddress(session, one.clip)}?take=${take}`} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** The name of a site in the reader's language, from the readiness board. */
export function namesOf(sites: readonly Ready[], isEnglish: boolean): (site: string) => string {
  return (site) => {
    const found = sites.find((one) => one.site === site);
    return found === undefined ? site : isEnglish ? found.en : found.vi;
  };
}
