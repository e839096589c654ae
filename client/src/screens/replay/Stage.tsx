import type { CSSProperties, JSX } from "preact";
import { useState } from "preact/hooks";
import { say, t, type Key } from "../../i18n";
import type { Exports } from "../../net/exports";
import type { Box, Part } from "../../replay/cast";
import { cueAt } from "../../replay/cues";
import type { Player } from "../../replay/player";
import { sceneAt, type Timeline } from "../../replay/timeline";
import type { SheetView } from "../../proto/types";
import { Emblem } from "../../ui/Emblem";
import { Icon } from "../../ui/Icon";
import { SpeaksGlyph } from "../../ui/Meter";
import { Level, useSpoke } from "./Level";
import { Reel } from "./Reel";

const part = (value: number, whole: number): string => `${(value / whole) * 100}%`;

function place(box: Box): CSSProperties {
  return { left: part(box.x, 1280), top: part(box.y, 720), width: part(box.w, 1280), height: part(box.h, 720) };
}

function nameOf(line: Timeline, source: string): string {
  return say(line.sites.find((site) => site.id === source.split("/")[0])?.name);
}

function Seen({ player, line, one, named }: { player: Player; line: Timeline; one: Part; named: boolean }): JSX.Element {
  const name = nameOf(line, one.source);
  // alone in the picture, nobody asks who speaks
  const speaks = useSpoke(player, one.source) && named && !one.gap;
  return (
    <div class={`position ${one.gap ? "holed" : ""} ${speaks ? "speaks" : ""}`} style={one.box ? place(one.box) : undefined} data-testid={`stage-${one.source}`}>
      {one.clip && <Reel player={player} part={one} clip={one.clip} />}
      {one.gap && <div class="gone"><strong>{name}</strong><span>{t(`gap.${one.gap}` as Key)}</span></div>}
      {named && !one.gap && <span class="nameplate">{speaks && <SpeaksGlyph />}{one.audible && <Icon name="mic" size={12} />}{name}</span>}
      {!one.gap && <Level player={player} source={one.source} name={name} />}
    </div>
  );
}

/** The page of a document that was in the picture, drawn from the revision the log names. */
function Page({ player, sheet }: { player: Player; sheet: SheetView }): JSX.Element {
  const url = player.places.page(sheet);
  const [failed, fail] = useState<string | null>(null);
  return (
    <div class="position sheet-place" style={place(sheet)}>
      {failed === url ? <p class="gone"><span>{t("sheet.failed")}</span></p>
        : <img class="sheet" src={url} alt={t("papers.page-alt", { n: sheet.page })} data-testid="stage-sheet" data-page={sheet.page} onError={() => fail(url)} />}
    </div>
  );
}

function Card({ line, ms }: { line: Timeline; ms: number }): JSX.Element | null {
  const scene = sceneAt(line, ms);
  if (scene?.slate) {
    return (
      <div class={`slate ${scene.slate.kind}`}>
        <Emblem kind={scene.slate.kind} />
        <h2>{say(scene.slate.title)}</h2>
        {scene.slate.text && <p class="slate-text">{say(scene.slate.text)}</p>}
      </div>
    );
  }
  if (!scene || scene.layout === "hold" || (scene.positions.length === 0 && !scene.sheet)) {
    return <div class="slate hold-card"><h2>{t("picture.hold")}</h2></div>;
  }
  return null;
}

function Caption({ player, exports }: { player: Player; exports: Exports }): JSX.Element | null {
  const text = cueAt(exports.cues.value, player.position.value);
  return text === "" ? null : <p class="caption" lang={exports.reading.value ?? undefined} data-testid="caption"><span>{text}</span></p>;
}

/** The picture: as broadcast, one site, or all of them. */
export function Stage({ player, exports }: { player: Player; exports: Exports }): JSX.Element {
  const line = player.line.value;
  const stage = player.stage.value;
  const seen = stage.filter((one) => one.box !== null);
  const heard = stage.filter((one) => one.box === null);
  if (line === null) return <div class="picture"><p class="picture-empty">{t("replay.loading")}</p></div>;
  const broadcast = player.view.value.kind === "broadcast";
  const sheet = broadcast ? sceneAt(line, player.position.value)?.sheet : undefined;
  return (
    <div class="picture" data-testid="stage">
      {broadcast && seen.length === 0 && <Card line={line} ms={player.position.value} />}
      {seen.map((one) => <Seen key={one.source} player={player} line={line} one={one} named={seen.length > 1} />)}
      {heard.map((one) => one.clip && <Reel key={`h-${one.source}`} player={player} part={one} clip={one.clip} />)}
      {sheet && <Page player={player} sheet={sheet} />}
      <Caption player={player} exports={exports} />
      {player.waiting.value && <span class="spinner" role="status">{t("replay.waiting")}</span>}
    </div>
  );
}
