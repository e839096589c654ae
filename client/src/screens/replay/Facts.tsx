/** Of a record opened from disk: the run sheet with its times, who was there, what was asked and answered. */
import type { JSX } from "preact";
import { say, t, type Key } from "../../i18n";
import { clockTime, length } from "../../i18n/times";
import { tally, type Attendance, type KeptRecord, type Planned, type Question, type Run } from "../../replay/kept";
import type { Player } from "../../replay/player";
import { CheckCode } from "../../ui/Sheet";

export interface Shown {
  readonly player: Player;
  readonly record: KeptRecord;
}

const offsetOf = ({ timeline }: KeptRecord): number => timeline.utc_offset_s ?? 25_200;
const clock = (record: KeptRecord, us: number, seconds = false): string => clockTime(us / 1000, offsetOf(record), seconds);

/** A time of day that leads to its moment. */
export function Moment({ player, record, us }: Shown & { us: number }): JSX.Element {
  return <button type="button" class="button small quiet figures" onClick={() => player.seek((us - record.timeline.zero_us) / 1000)}>{clock(record, us, true)}</button>;
}

function Line({ player, record, line, runs }: Shown & { line: Planned; runs: readonly Run[] }): JSX.Element {
  return (
    <li data-testid={`plan-${line.item}`}>
      <span class="figures soft">{line.planned_us === null ? "–" : clock(record, line.planned_us)}</span>
      <span>
        {line.n}. {say(line.title)}
        {line.state === "skipped" && <em> {t("viewer.skipped")}</em>}
        {runs.map((run) => (
          <span class="row" key={run.at}><Moment player={player} record={record} us={run.at} />{run.ended !== null && <span class="soft figures">{length((run.ended - run.at) / 1000)}</span>}</span>
        ))}
      </span>
    </li>
  );
}

function heads(one: Attendance): string {
  if (one.present === null) return one.mark === "" ? t("viewer.no-answer") : t(`viewer.mark-${one.mark}` as Key);
  const counted = t("viewer.present", { present: one.present, expected: one.expected });
  return one.by_phone ? `${counted} · ${t("viewer.by-phone")}` : counted;
}

function Site({ one }: { one: Attendance }): JSX.Element {
  return <li><strong>{say(one.name)}</strong><span class="figures">{heads(one)}</span>{one.head !== "" && <span class="soft">{one.head}</span>}</li>;
}

function Asked({ player, record, question }: Shown & { question: Question }): JSX.Element {
  const nameOf = (site: string): string => say(record.facts.sites[site]?.name) || site;
  const silent = question.asked.filter((site) => !(site in question.answers));
  return (
    <li data-testid="question">
      <span class="row"><Moment player={player} record={record} us={question.at} /><strong>{question.text}</strong></span>
      <span class="figures">{tally(question).map(([choice, n]) => `${t(`choice.${choice}` as Key)}: ${n}`).join(" · ")}</span>
      <ul class="answers">
        {Object.entries(question.answers).map(([site, one]) => <li key={site}>{nameOf(site)}: {t(`choice.${one.choice}` as Key)} <span class="soft">{one.name}{one.by_phone && ` · ${t("viewer.by-phone")}`}</span></li>)}
        {silent.length > 0 && <li class="soft">{t("viewer.silent")} {silent.map(nameOf).join(", ")}</li>}
      </ul>
    </li>
  );
}

export function FactsPanel({ player, record }: Shown): JSX.Element {
  const { facts, plan } = record;
  const shown = { player, record };
  return (
    <div class="side-body facts" data-testid="facts">
      <h3>{t("viewer.plan")}</h3>
      <ol class="plan">{plan.map((line) => <Line key={line.item} {...shown} line={line} runs={facts.runs.filter((run) => run.item === line.item)} />)}</ol>
      <h3>{t("viewer.attendance")}</h3>
      {facts.declared && <p>{t(facts.declared[1] ? "viewer.quorum" : "viewer.no-quorum")} {facts.declared[2]}</p>}
      <ul class="present">{Object.values(facts.sites).map((one) => <Site key={one.site} one={one} />)}</ul>
      {facts.questions.length > 0 && <h3>{t("viewer.questions")}</h3>}
      <ul class="questions">{facts.questions.map((one) => <Asked key={one.at} {...shown} question={one} />)}</ul>
      <h3>{t("viewer.head")}</h3>
      <CheckCode sha256={facts.head[1]} testid="log-head" />
      <p class="soft">{t(record.sealed ? "viewer.sealed" : "viewer.unsealed")}</p>
    </div>
  );
}
