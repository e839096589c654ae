/** The documents of a record opened from disk: their files, check codes, and who signed, as the log tells it. Nothing is judged here. */
import type { JSX } from "preact";
import { say, t, type Key } from "../../i18n";
import { paperUrl } from "../../replay/places";
import { revisionOf, type KeptRecord, type Paper, type Signature } from "../../replay/kept";
import { Icon } from "../../ui/Icon";
import { CheckCode } from "../../ui/Sheet";
import { Moment, type Shown } from "./Facts";

function File({ record, sha256, children }: { record: KeptRecord; sha256: string; children: string }): JSX.Element {
  if (!record.files.includes(sha256)) return <span class="weak">{t("viewer.no-file")}</span>;
  return <a class="button small" href={paperUrl(sha256)} target="_blank" rel="noopener noreferrer" data-testid="paper-file"><Icon name="document" size={14} /> {children}</a>;
}

/** An agency's seal on a scan is told as that, whatever else the document is. */
function how(one: Signature): string {
  const told = t(`papers.how-${one.how}` as Key);
  return one.how === "digital" && one.level !== "" ? `${told} (${one.level})` : told;
}

function Signed({ player, record, one }: Shown & { one: Signature }): JSX.Element {
  return (
    <li data-testid="signature">
      <span class="row"><Moment player={player} record={record} us={one.at} /><strong>{one.person || say(one.party)}</strong></span>
      <span>{[one.authority, say(one.office), one.person === "" ? "" : say(one.party)].filter((part) => part !== "").join(" · ")}</span>
      <span class="soft">{how(one)}</span>
    </li>
  );
}

function stateOf(paper: Paper): Key {
  if (paper.completed !== null) return "papers.state-completed";
  if (paper.left !== null) return "papers.state-left";
  if (paper.withdrawn.length > 0 && (paper.withdrawn.at(-1)?.[0] ?? 0) > (paper.published.at(-1)?.[0] ?? 0)) return "papers.state-withdrawn";
  return paper.published.length > 0 ? "papers.state-published" : "papers.state-draft";
}

function One({ player, record, paper }: Shown & { paper: Paper }): JSX.Element {
  const sha256 = revisionOf(paper);
  return (
    <li class="paper" data-testid={`paper-${paper.id}`}>
      <strong>{say(paper.title)}</strong>
      <span class="soft">{t(stateOf(paper))} · {t(`papers.mode-${paper.mode}` as Key)}</span>
      {sha256 !== null && <><span class="row"><File record={record} sha256={sha256}>{t(paper.kind === "minutes" ? "viewer.open-minutes" : "viewer.open")}</File></span><CheckCode sha256={sha256} testid={`paper-code-${paper.id}`} /></>}
      {paper.scan !== null && <><span class="row"><File record={record} sha256={paper.scan[1]}>{t("viewer.open-scan")}</File></span><CheckCode sha256={paper.scan[1]} /></>}
      <ul class="signatures">{paper.signatures.map((one) => <Signed key={`${one.at}-${one.office.vi}-${one.kind}`} player={player} record={record} one={one} />)}</ul>
    </li>
  );
}

export function PapersPanel({ player, record }: Shown): JSX.Element {
  const { papers } = record.facts;
  return (
    <div class="side-body papers-kept">
      <p class="soft">{t("viewer.as-recorded")}</p>
      <ul>
        {papers.map((paper) => <One key={paper.id} player={player} record={record} paper={paper} />)}
        {papers.length === 0 && <li class="soft">{t("papers.none")}</li>}
      </ul>
    </div>
  );
}
