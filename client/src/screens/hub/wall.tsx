import { duration, t, tx } from "../../i18n";
import { health, meters, now, online, scene, sites } from "../../net/store";
import type { SiteView } from "../../proto/proto.gen";
import { Do, perform } from "../../ui/actions";
import { Meter } from "../../ui/bits";
import { Composition, Picture } from "../../ui/picture";
import { mayLead, prepare, solo } from "./acts";

export function Panes() {
  return (
    <div class="panes">
      <section class="pane ready" aria-label={t("pane.preview")}>
        <h2>
          {t("pane.preview")} <span class="quiet">{sceneName(scene.value?.preview?.spec)}</span>
        </h2>
        <Composition view={scene.value?.preview} testid="preview" />
      </section>
      <section class="pane air" aria-label={t("pane.program")}>
        <h2>
          ● {t("pane.program")} <span class="quiet">{sceneName(scene.value?.program.spec)}</span>
        </h2>
        <Composition view={scene.value?.program} testid="program" />
      </section>
    </div>
  );
}

export function sceneName(spec: string | undefined): string {
  if (!spec) return "";
  const [kind, rest] = spec.split(":");
  const name = (part: string): string => {
    if (part === "holder") return t("scene.holder");
    const [site, source] = part.split("/");
    const known = tx(sites.value?.sites.find((one) => one.id === site)?.name) || (site ?? "");
    return source && source !== "camera" ? `${known}/${source}` : known;
  };
  switch (kind) {
    case "solo":
    case "two_shot":
      return (rest ?? "").split("+").map(name).join(" + ");
    case "grid":
      return t("scene.grid");
    case "slate":
      return t("scene.slate");
    case "document":
      return t("slate.document");
    case "signing":
      return t("scene.signing");
    default:
      return t("scene.hold");
  }
}

function Links({ site }: { site: SiteView }) {
  const one = health.value[`${site.id}/camera`];
  if (site.presence === "lost") {
    return <span class="bad">✕ {t("tile.lost", { time: site.since ? duration(now.value - site.since / 1000) : "" })}</span>;
  }
  if (site.presence === "absent") {
    return <span class="quiet">{online.value.has(`s-${site.id}`) ? t("tile.page-only") : t("tile.absent")}</span>;
  }
  if (!one) return <span class="quiet">–</span>;
  const loss = one.loss ?? 0;
  const tone = loss >= 50 || (one.rtt_ms ?? 0) > 400 ? "bad" : loss >= 20 ? "weak" : "";
  return (
    <span class={`figures ${tone}`}>
      {one.rtt_ms ?? "–"} ms · {(loss / 10).toFixed(1)}% · {one.height ?? 0}p{one.fps ?? 0}
    </span>
  );
}

const MIC = { open: "mic.open", pre: "mic.pre", closed: "mic.closed" } as const;

function Tile({ site }: { site: SiteView }) {
  const source = `${site.id}/camera`;
  return (
    <li class={`tile tally-${site.tally} ${site.presence}`} data-testid={`tile-${site.id}`} data-presence={site.presence} data-tally={site.tally}>
      <button type="button" class="plain view" disabled={!mayLead.value} onClick={() => solo(site.id)} title={t("tile.hint")}>
        <Picture source={source} small />
        <span class="name">
          <span class="figures n">{site.n}</span> {tx(site.name)}
        </span>
      </button>
      <div class="facts">
        <span class="tallyword">{t(`tally.${site.tally}`)}</span>
        {mayLead.value ? (
          <Do
            name={`mic-${site.id}`}
            label={MIC[site.mic]}
            class={`mini mic-${site.mic}`}
            hint={t("mic.hint")}
            make={() => ({ do: "mic.set", site: site.id, state: site.mic === "closed" ? "open" : "closed" })}
          />
        ) : (
          <span class={`mic-${site.mic}`}>{t(MIC[site.mic])}</span>
        )}
        <Meter level={meters.value[source]} />
        <Links site={site} />
      </div>
    </li>
  );
}

export function Wall() {
  return (
    <ul class="wall" aria-label={t("wall.title")}>
      {(sites.value?.sites ?? []).map((site) => (
        <Tile key={site.id} site={site} />
      ))}
    </ul>
  );
}

export function Scenes() {
  if (!mayLead.value) return null;
  const hub = sites.value?.sites.find((one) => one.role === "hub");
  const extra = hub?.sources ?? [];
  const others = (sites.value?.sites ?? []).filter((one) => one.role !== "hub" && one.presence !== "absent");
  return (
    <div class="scenes row">
      <Do name="prepare" label="scene.hub" class="mini" make={() => prepare("solo:hub")} />
      <Do name="scene-grid" label="scene.grid" class="mini" testid="scene-grid" make={() => prepare("grid")} />
      <Do name="scene-slate" label="scene.slate" class="mini" make={() => prepare("slate")} />
      <Do name="scene-hold" label="scene.hold" class="mini" make={() => prepare("hold")} />
      {extra.map((source) => (
        <Do key={source} name={`scene-${source}`} label="scene.source" class="mini" make={() => prepare(`solo:${source}`)}>
          {sceneName(`solo:${source}`)}
        </Do>
      ))}
      <label class="two">
        {t("scene.two")}
        <TwoShot sites={others} />
      </label>
    </div>
  );
}

function TwoShot({ sites: all }: { sites: SiteView[] }) {
  return (
    <select
      value=""
      onChange={(event) => {
        const site = event.currentTarget.value;
        event.currentTarget.value = "";
        if (site) void perform("prepare", t("act.prepare"), () => prepare(`two_shot:hub+${site}`));
      }}
    >
      <option value="">…</option>
      <option value="holder">{t("scene.holder")}</option>
      {all.map((one) => (
        <option key={one.id} value={one.id}>
          {tx(one.name)}
        </option>
      ))}
    </select>
  );
}
