/** A scene, drawn: live pictures in their rectangles of 1280 × 720, slates and the holding card (RULINGS, audience). */
import type { ComponentChildren, CSSProperties, JSX } from "preact";
import { say, t } from "../i18n";
import type { PictureView, PositionView, SheetView, SlateView } from "../proto/types";
import { ownerOf, siteOf, usePlace } from "./context";
import { Emblem } from "./Emblem";
import { Live } from "./Live";
import { Sheet } from "./Sheet";
import { SpeaksMark, useSpeaks, Voice } from "./Voice";

const WIDTH = 1280;
const HEIGHT = 720;

const part = (value: number, whole: number): string => `${(value / whole) * 100}%`;

function box(at: Pick<PositionView, "x" | "y" | "w" | "h">): CSSProperties {
  return { left: part(at.x, WIDTH), top: part(at.y, HEIGHT), width: part(at.w, WIDTH), height: part(at.h, HEIGHT) };
}

function Position({ at, named }: { at: PositionView; named: boolean }): JSX.Element {
  const { room } = usePlace();
  const name = say(siteOf(room, ownerOf(at.source))?.name);
  // alone in the picture, nobody asks who speaks
  const speaks = useSpeaks(at.source) && named && !at.gone;
  return (
    <div class={speaks ? "position speaks" : "position"} style={box(at)}>
      {at.gone ? (
        <div class="gone" data-source={at.source}>
          <strong>{name}</strong>
          <span>{t("picture.gone")}</span>
        </div>
      ) : (
        <Live source={at.source} />
      )}
      {named && !at.gone && <span class="nameplate">{speaks && <SpeaksMark source={at.source} />}{name}</span>}
      {!at.gone && <Voice source={at.source} name={name} />}
    </div>
  );
}

/** A page of a document among the pictures: the same one everywhere. */
function Page({ sheet }: { sheet: SheetView }): JSX.Element {
  const { room } = usePlace();
  const paper = room.store.documents.value?.documents.find((one) => one.id === sheet.document);
  return (
    <div class="position sheet-place" style={box(sheet)}>
      <Sheet document={sheet.document} sha256={sheet.sha256} page={sheet.page} width={1600} title={say(paper?.title)} />
    </div>
  );
}

export function Slate({ slate }: { slate: SlateView }): JSX.Element {
  const { room } = usePlace();
  return (
    <div class={`slate ${slate.kind}`}>
      <Emblem kind={slate.kind} />
      <p class="slate-host">{say(room.store.session.value?.host)}</p>
      <h2>{say(slate.title)}</h2>
      {slate.text && <p class="slate-text">{say(slate.text)}</p>}
    </div>
  );
}

function HoldCard(): JSX.Element {
  const { room } = usePlace();
  return (
    <div class="slate hold-card">
      <p class="slate-host">{say(room.store.session.value?.host)}</p>
      <h2>{t("picture.hold")}</h2>
      <p class="slate-text">{t("picture.hold-text")}</p>
    </div>
  );
}

interface Props {
  readonly view: PictureView | null | undefined;
  readonly testid: string;
  readonly empty?: string;
  /** Drawn over it: the lower third. */
  readonly children?: ComponentChildren;
}

export function Picture({ view, testid, empty, children }: Props): JSX.Element {
  return (
    <div class="picture" data-testid={testid} data-scene={view?.spec}>
      {!view && <p class="picture-empty">{empty ?? t("live.connecting")}</p>}
      {view?.layout === "slate" && view.slate && <Slate slate={view.slate} />}
      {view && (view.layout === "hold" || (view.positions.length === 0 && !view.sheet && view.layout !== "slate")) && <HoldCard />}
      {view?.layout !== "slate" && view?.layout !== "hold" &&
        view?.positions.map((at, i) => <Position key={i} at={at} named={view.positions.length > 1} />)}
      {view?.sheet && <Page sheet={view.sheet} />}
      {children}
    </div>
  );
}
