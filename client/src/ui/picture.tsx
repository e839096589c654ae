/** Live pictures: one source, and a scene made of several. */
import { useEffect, useRef } from "preact/hooks";
import { duration, t, tx } from "../i18n";
import { now, session, sitesById } from "../net/store";
import type { PictureView, SlateView } from "../proto/proto.gen";
import { programLink, show, slotOf, streams } from "../rtc/slots";

export const siteOf = (source: string): string => source.split("/")[0] ?? source;
export const kindOf = (source: string): string => source.split("/")[1] ?? "camera";

export function sourceName(source: string): string {
  const name = tx(sitesById.value.get(siteOf(source))?.name) || siteOf(source);
  const kind = kindOf(source);
  if (kind === "table" || kind === "document" || kind === "slides") return `${name} · ${t(`source.${kind}`)}`;
  return name;
}

/** The reason why there is no picture of a source, or null when there is one. */
function why(source: string): string | null {
  const site = sitesById.value.get(siteOf(source));
  const down = programLink.value;
  if (down.phase === "down") return t("picture.reconnecting", { n: Math.max(1, down.tries) });
  if (site && kindOf(source) === "camera") {
    if (site.presence === "lost") {
      const since = site.since === null ? "" : duration(now.value - site.since / 1000);
      return t("picture.lost", { time: since });
    }
    if (site.presence === "absent") return t("picture.absent");
  }
  const slot = slotOf.value.get(source);
  if (!slot) return t("picture.none");
  switch (slot.paused) {
    case "weak-link":
      return t("picture.weak");
    case "lost":
      return t("picture.lost", { time: "" });
    case "codec":
      return t("picture.codec");
    default:
      return null;
  }
}

export function Picture({ source, small }: { source: string; small?: boolean }) {
  const box = useRef<HTMLVideoElement>(null);
  const slot = slotOf.value.get(source)?.slot;
  const stream = slot === undefined ? null : (streams.value[slot]?.video ?? null);
  const reason = why(source);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    if (element.srcObject !== stream) element.srcObject = stream;
    if (stream) void element.play().catch(() => undefined);
  }, [stream]);
  useEffect(() => (box.current ? show(box.current, source) : undefined), [source]);
  return (
    <div class={`picture${reason ? " without" : ""}`}>
      <video ref={box} data-source={source} muted autoplay playsInline disablePictureInPicture />
      {reason && (
        <div class="plate">
          {!small && <strong>{sourceName(source)}</strong>}
          <span>{reason}</span>
        </div>
      )}
    </div>
  );
}

const percent = (part: number, of: number) => `${(part / of) * 100}%`;

/** A scene in its 1280×720 frame; the same rectangles as replay and export. */
export function Composition({ view, names, testid }: { view: PictureView | null | undefined; names?: boolean; testid: string }) {
  return (
    <div class="frame" data-testid={testid} data-scene={view?.spec ?? ""}>
      {view && (view.layout === "hold" || view.layout === "slate") && <Slate slate={view.slate ?? null} hold={view.layout === "hold"} />}
      {view?.positions.map((one, i) => (
        <div
          key={`${i}-${one.source}`}
          class="position"
          style={{ left: percent(one.x, 1280), top: percent(one.y, 720), width: percent(one.w, 1280), height: percent(one.h, 720) }}
        >
          {one.gone ? (
            <div class="picture without">
              <div class="plate">
                <strong>{sourceName(one.source)}</strong>
                <span>{t("picture.plate")}</span>
              </div>
            </div>
          ) : (
            <Picture source={one.source} />
          )}
          {names && !one.gone && <span class="lower">{sourceName(one.source)}</span>}
        </div>
      ))}
    </div>
  );
}

export function Slate({ slate, hold, title }: { slate: SlateView | null; hold: boolean; title?: string }) {
  const head = title ?? tx(session.value?.title);
  if (hold || !slate) {
    return (
      <div class="slate hold-slate">
        <h2>{head}</h2>
        <p>{tx(session.value?.host)}</p>
        <p class="quiet">{t("slate.hold")}</p>
      </div>
    );
  }
  return (
    <div class={`slate slate-${slate.kind}`}>
      {slate.kind === "flag" && (
        <svg class="flag" viewBox="0 0 30 20" aria-hidden="true">
          <rect width="30" height="20" fill="#da251d" />
          <path fill="#ff0" d="M15 4l1.35 4.15h4.36l-3.53 2.56 1.35 4.15L15 12.3l-3.53 2.56 1.35-4.15-3.53-2.56h4.36z" />
        </svg>
      )}
      {slate.kind === "document" && <p class="quiet">{t("slate.document")}</p>}
      <h2>{tx(slate.title)}</h2>
      {slate.text && <p>{tx(slate.text)}</p>}
      {slate.kind === "opening" && <p class="quiet">{t("notice.recorded")}</p>}
    </div>
  );
}
