/** What happened when, in lanes over the whole length. */
import { t, tx } from "../../i18n";
import type { Timeline } from "../../replay/timeline";
import { reasonText } from "./clip";

interface Bar {
  from: number;
  to: number;
  kind: string;
  text: string;
}

function Lane({ name, bars, end, seek }: { name: string; bars: Bar[]; end: number; seek: (ms: number) => void }) {
  return (
    <div class="lane">
      <span class="name" title={name}>
        {name}
      </span>
      <div
        class="track"
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          seek(((event.clientX - box.left) / box.width) * end);
        }}
      >
        {bars.map((bar, i) => (
          <span
            key={i}
            class={bar.kind}
            title={bar.text}
            style={{ left: `${(bar.from / end) * 100}%`, width: `${Math.max(0.15, ((bar.to - bar.from) / end) * 100)}%` }}
          >
            {bar.to - bar.from > end / 12 ? bar.text : ""}
          </span>
        ))}
      </div>
    </div>
  );
}

export function Lanes({ line, end, at, seek }: { line: Timeline; end: number; at: number; seek: (ms: number) => void }) {
  if (end <= 0) return null;
  const nameOf = (site: string) => tx(line.sites.find((one) => one.id === site)?.name) || site;
  const sources = line.sources.filter((one) => one.clips.length > 0);
  return (
    <div class="lanes" role="group" aria-label={t("replay.lanes")}>
      <Lane
        name={t("agenda.title")}
        end={end}
        seek={seek}
        bars={line.chapters.map((one) => ({ from: one.from_ms, to: one.to_ms ?? end, kind: "chapter", text: `${one.n}. ${tx(one.title)}` }))}
      />
      <Lane
        name={t("replay.cuts")}
        end={end}
        seek={seek}
        bars={line.scenes.map((one, i) => ({ from: one.from_ms, to: line.scenes[i + 1]?.from_ms ?? end, kind: "cut", text: one.scene }))}
      />
      <Lane
        name={t("replay.floor")}
        end={end}
        seek={seek}
        bars={line.floor.map((one) => ({ from: one.from_ms, to: one.to_ms ?? end, kind: "floorbar", text: nameOf(one.site) }))}
      />
      {sources.map((one) => {
        const [site = "", kind = ""] = one.source.split("/");
        const name = kind === "camera" ? nameOf(site) : `${nameOf(site)}/${kind}`;
        const clips = one.clips.filter((clip) => clip.class === "hi");
        const bars: Bar[] = clips.map((clip) => ({ from: clip.from_ms, to: clip.to_ms ?? end, kind: "clipbar", text: name }));
        for (const clip of clips) {
          for (const [from, to, reason, what] of clip.gaps) {
            if (what === "v") bars.push({ from, to, kind: "gapbar", text: reasonText(reason) });
          }
        }
        return <Lane key={one.source} name={name} end={end} seek={seek} bars={bars} />;
      })}
      <div class="needlebox" aria-hidden="true">
        <span class="needle" style={{ left: `${Math.min(100, (at / end) * 100)}%` }} />
      </div>
    </div>
  );
}
