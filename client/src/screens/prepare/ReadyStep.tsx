/** The readiness board: what each site's last check found, and the rehearsal (CLIENT §5 /setup 5). */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { lang, refusal, t, type Key } from "../../i18n";
import { calendarDate, clockTime } from "../../i18n/times";
import { ApiRefused, rehearse } from "../../net/api";
import { address } from "../../net/doors";
import { readiness, type Ready } from "../../net/prepare";
import { Icon } from "../../ui/Icon";
import { namesOf, TrialRecording } from "./TrialRecording";

const AGAIN_MS = 5000;

function Light({ value, label }: { value: string | undefined; label: string }): JSX.Element {
  const good = value === "good";
  const unknown = value === undefined || value === "untested";
  return (
    <td class={unknown ? "soft" : good ? "good" : "bad"}>
      <Icon name={unknown ? "clock" : good ? "check" : "cross"} size={15} label={`${label}: ${t(`light.state-${value ?? "untested"}` as Key)}`} />
    </td>
  );
}

function Row({ one, offset }: { one: Ready; offset: number }): JSX.Element {
  return (
    <tr data-testid={`ready-${one.site}`} data-verdict={one.verdict}>
      <th scope="row">{lang.value === "en" ? one.en : one.vi}</th>
      <td class={one.verdict === "good" || one.verdict === "fair" ? "good" : one.verdict === "unknown" ? "soft" : "bad"}>{t(`doc.verdict.${one.verdict}`)}</td>
      <Light value={one.report?.camera} label={t("prepare.camera")} />
      <Light value={one.report?.mic} label={t("prepare.mic")} />
      <Light value={one.report?.speaker} label={t("prepare.speaker")} />
      <Light value={one.report ? (one.report.played ? "good" : "untested") : undefined} label={t("prepare.played")} />
      <td class="figures soft">{one.checked_at === null ? t("prepare.never") : `${calendarDate(one.checked_at / 1000, offset)} ${clockTime(one.checked_at / 1000, offset)}`}</td>
      <td class="figures">{one.ready ? <span class="good">{t("prepare.ready")}</span> : one.phone}</td>
    </tr>
  );
}

export function ReadyStep({ session, offset }: { session: string; offset: number }): JSX.Element {
  const [sites, show] = useState<readonly Ready[]>([]);
  const [refused, refuse] = useState<string | null>(null);
  const say = (error: unknown): void => refuse(error instanceof ApiRefused ? error.code : "internal");
  useEffect(() => {
    const load = (): void => void readiness(session).then((board) => show(board.sites), say);
    load();
    const timer = setInterval(load, AGAIN_MS);
    return () => clearInterval(timer);
  }, [session]);
  const begin = (): void => void rehearse(session).then((made) => location.assign(address("/hub", made.session)), say);
  return (
    <section class="card step" data-testid="step-ready">
      <h2>{t("prepare.board")} <small class="soft figures">{t("prepare.ready-count", { n: sites.filter((one) => one.ready).length, all: sites.length })}</small></h2>
      {refused && <p class="error" role="alert">{refusal(refused)}</p>}
      <table class="rows board">
        <thead><tr>
          <th>{t("prepare.site")}</th><th>{t("prepare.line")}</th><th>{t("prepare.camera")}</th><th>{t("prepare.mic")}</th><th>{t("prepare.speaker")}</th>
          <th>{t("prepare.played")}</th><th>{t("prepare.checked")}</th><th>{t("prepare.phone")}</th>
        </tr></thead>
        <tbody>{sites.map((one) => <Row key={one.site} one={one} offset={offset} />)}</tbody>
      </table>
      <TrialRecording session={session} names={namesOf(sites, lang.value === "en")} />
      <p class="row"><button type="button" class="button" data-testid="rehearse" onClick={begin}>{t("hub.rehearse")}</button> <span class="soft">{t("prepare.rehearse-explain")}</span></p>
    </section>
  );
}
