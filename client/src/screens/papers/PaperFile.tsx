/** The file behind a document: handed in, published to everybody, and after wet ink the scan of the signed paper (CEREMONY §10). */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { say, t } from "../../i18n";
import { attachScan, fileUrl, publishPaper, uploadPaper } from "../../net/papers";
import type { DocumentView } from "../../proto/types";
import { Act, Said } from "../../ui/Act";
import type { Action } from "../../ui/action";
import { usePlace } from "../../ui/context";
import { useRequest } from "../../ui/request";

const PDF = ".pdf,application/pdf";

/** A button that opens a file chooser; the same file may be chosen again. */
export function FileAct({ action, take, accept, testid, children }: { action: Action; take: (file: File) => void; accept: string; testid: string; children: string }): JSX.Element {
  const choose = (input: HTMLInputElement): void => {
    const file = input.files?.[0];
    input.value = "";
    if (file) take(file);
  };
  return (
    <span class="act">
      <label class={action.pending.value ? "button quiet pending" : "button quiet"}>{children}
        <input class="hear" type="file" accept={accept} data-testid={testid} disabled={action.pending.value} onChange={(event) => choose(event.currentTarget)} /></label>
      <Said action={action} />
    </span>
  );
}

function HandIn({ paper }: { paper: DocumentView }): JSX.Element {
  const { room } = usePlace();
  const [file, choose] = useState<File | null>(null);
  const upload = useRequest(() => (file ? uploadPaper(room.session, paper.id, file) : null), () => choose(null));
  const publish = useRequest(() => publishPaper(room.session, paper.id, paper.rev ?? 0));
  const take = (one: File): void => {
    choose(one);
    setTimeout(() => void upload.run());
  };
  return (
    <p class="row paper-acts">
      <FileAct action={upload} take={take} accept={`${PDF},.docx`} testid={`file-${paper.id}`}>{t(paper.file != null ? "papers.file-other" : "papers.file")}</FileAct>
      {paper.file != null && <span class="soft">{paper.name || t("papers.file-there")} · {t("papers.pages", { n: paper.pages ?? 0 })}</span>}
      {paper.file != null && <Act action={publish} look="primary" testid={`publish-${paper.id}`}>{t("papers.publish")}</Act>}
    </p>
  );
}

/** Scan of the paper that was signed by hand; for minutes it also says who signed. */
function Scan({ paper }: { paper: DocumentView }): JSX.Element {
  const { room } = usePlace();
  const open = (paper.slots ?? []).filter((slot) => slot.state !== "landed");
  const wanted = paper.kind === "minutes" ? open.filter((slot) => slot.kind !== "seal") : [];
  const [names, write] = useState<Readonly<Record<string, string>>>({});
  const [file, choose] = useState<File | null>(null);
  const nameOf = (slot: string): string => names[slot] ?? open.find((one) => one.slot === slot)?.person ?? "";
  const signers = Object.fromEntries(wanted.map((slot) => [slot.slot, nameOf(slot.slot).trim()]));
  const attach = useRequest(() => (file ? attachScan(room.session, paper.id, file, signers) : null));
  const take = (one: File): void => {
    choose(one);
    setTimeout(() => void attach.run());
  };
  return (
    <div class="scan">
      {wanted.map((slot) => (
        <label key={slot.slot} class="field"><span>{say(slot.office)}</span>
          <input type="text" maxLength={200} value={nameOf(slot.slot)} data-testid={`signer-${slot.slot}`} onInput={(event) => write({ ...names, [slot.slot]: event.currentTarget.value })} /></label>
      ))}
      <FileAct action={attach} take={take} accept={PDF} testid={`scan-${paper.id}`}>{t("papers.scan")}</FileAct>
    </div>
  );
}

export function PaperFile({ paper }: { paper: DocumentView }): JSX.Element {
  const { room } = usePlace();
  const ink = paper.mode !== "digital";
  const mayScan = ink && paper.scan == null && (paper.kind === "minutes" ? paper.state === "published" : paper.rite === true && paper.state !== "withdrawn");
  const head = paper.head ?? paper.file;
  return (
    <>
      {["draft", "withdrawn"].includes(paper.state) && paper.kind !== "minutes" && <HandIn paper={paper} />}
      {mayScan && <Scan paper={paper} />}
      {paper.stamped != null && (
        <p class="good" data-testid={`stamped-${paper.id}`}>{t("stamp.done")} <a class="button quiet small" href={fileUrl(room.session, paper.id, paper.stamped)} download>{t("stamp.download")}</a></p>
      )}
      {ink && paper.scan != null && paper.stamped == null && <p class="soft">{t("stamp.where")}</p>}
      {head != null && <p class="row"><a class="button quiet small" href={fileUrl(room.session, paper.id, head)} download data-testid={`download-${paper.id}`}>{t("papers.download")}</a></p>}
    </>
  );
}
