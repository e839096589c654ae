import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../../i18n";
import { clockTime, length, writePosition } from "../../i18n/times";
import type { View } from "../../replay/cast";
import { RATES, type Player } from "../../replay/player";
import type { Exports } from "../../net/exports";
import { Icon } from "../../ui/Icon";
import type { Desk } from "./Side";

/** Space and K play, J and L slower and faster, arrows ten seconds, comma and full stop one frame, I and O cut a part. */
function useKeys(player: Player): void {
  useEffect(() => {
    const acts: Record<string, () => void> = {
      Space: () => player.toggle(), KeyK: () => player.toggle(), KeyJ: () => player.shift(-1), KeyL: () => player.shift(1),
      ArrowLeft: () => player.seek(player.position.peek() - 10_000), ArrowRight: () => player.seek(player.position.peek() + 10_000),
      Comma: () => player.nudge(-1), Period: () => player.nudge(1), KeyM: () => { player.muted.value = !player.muted.peek(); },
      KeyI: () => player.cut("from"), KeyO: () => player.cut("to"),
    };
    const down = (event: KeyboardEvent): void => {
      const act = acts[event.code];
      const busy = event.target instanceof Element && event.target.closest("input, select, button, a, textarea");
      if (!act || busy || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      act();
    };
    document.addEventListener("keydown", down);
    return () => document.removeEventListener("keydown", down);
  }, [player]);
}

function linkHere(player: Player): string {
  const view = player.view.peek();
  const where = new URL(location.href);
  where.searchParams.set("t", writePosition(player.position.peek()));
  if (view.kind === "site") where.searchParams.set("site", view.site);
  else where.searchParams.delete("site");
  return where.href;
}

function CopyHere({ player }: { player: Player }): JSX.Element {
  const [done, mark] = useState(false);
  const copy = (): void => {
    const link = linkHere(player);
    history.replaceState(null, "", link);
    void navigator.clipboard?.writeText(link).catch(() => undefined);
    mark(true);
    setTimeout(() => mark(false), 2000);
  };
  return <button type="button" class="button" onClick={copy}><Icon name={done ? "check" : "link"} size={16} /> {t(done ? "links.copied" : "replay.link")}</button>;
}

function ViewButton({ player, view, testid, children }: { player: Player; view: View; testid: string; children: string }): JSX.Element {
  return <button type="button" class="button" aria-pressed={player.view.value.kind === view.kind} data-testid={testid} onClick={() => player.look(view)}>{children}</button>;
}

function SiteView({ player }: { player: Player }): JSX.Element {
  const line = player.line.value;
  const view = player.view.value;
  const first = view.kind === "site" ? view.site : line?.sites[0]?.id ?? "hub";
  return <ViewButton player={player} view={{ kind: "site", site: first }} testid="view-site">{t("replay.site")}</ViewButton>;
}

function CaptionChoice({ exports }: { exports: Exports }): JSX.Element | null {
  const there = exports.captions.value;
  if (there.length === 0) return null;
  return (
    <label class="rate"><span class="hear">{t("replay.captions")}</span>
      <select value={exports.reading.value ?? ""} data-testid="captions-read" onChange={(event) => void exports.readCaptions((event.currentTarget.value || null) as "vi" | "en" | null)}>
        <option value="">{t("replay.captions-off")}</option>
        {there.map((one) => <option key={one.lang} value={one.lang}>{t(`replay.captions-${one.lang}`)}</option>)}
      </select></label>
  );
}

export function Controls({ player, desk, offset }: { player: Player; desk: Desk; offset: number }): JSX.Element {
  useKeys(player);
  const line = player.line.value;
  const at = player.position.value;
  const playing = player.playing.value;
  return (
    <div class="controls">
      <button type="button" class="button primary square" data-testid="replay-play" data-playing={playing} aria-label={t(playing ? "replay.pause" : "replay.play")} onClick={() => player.toggle()}>
        <Icon name={playing ? "pause" : "play"} size={20} />
      </button>
      <span class="figures time" data-testid="replay-time" data-ms={Math.round(at)}>{length(at)} <span class="soft">/ {length(player.duration)}</span></span>
      {line && <span class="figures soft" title={t("replay.local")}>{clockTime(line.zero_us / 1000 + at, offset, true)}</span>}
      <input class="seek" type="range" min={0} max={Math.max(1, player.duration)} step={100} value={at} aria-label={t("replay.seek")} data-testid="replay-seek" onInput={(event) => player.seek(event.currentTarget.valueAsNumber)} />
      <label class="rate"><span class="hear">{t("replay.rate")}</span>
        <select value={String(player.rate.value)} data-testid="replay-rate" onChange={(event) => player.setRate(Number(event.currentTarget.value))}>
          {RATES.map((rate) => <option key={rate} value={String(rate)}>{rate}×</option>)}
        </select></label>
      <button type="button" class="button square" aria-pressed={player.muted.value} aria-label={t("replay.mute")} onClick={() => (player.muted.value = !player.muted.value)}><Icon name={player.muted.value ? "micOff" : "speaker"} /></button>
      <CaptionChoice exports={desk.exports} />
      {desk.live.value !== null && player.nearLive() && <a class="button air" href={desk.live.value} data-testid="go-live">{t("replay.live")}</a>}
      <span class="views" role="group" aria-label={t("replay.view")}>
        <ViewButton player={player} view={{ kind: "broadcast" }} testid="view-broadcast">{t("replay.broadcast")}</ViewButton>
        <SiteView player={player} />
        <ViewButton player={player} view={{ kind: "grid" }} testid="view-grid">{t("replay.grid")}</ViewButton>
      </span>
      {desk.record === undefined && <CopyHere player={player} />}
    </div>
  );
}
