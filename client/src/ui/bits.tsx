/** Small shared pieces. */
import { render, type ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { lang, setLang, t, timeOfDay, type TranslationKey } from "../i18n";
import { link, newBuild, now, offset, tries } from "../net/store";
import { spoken } from "./actions";

export function mount(page: ComponentChildren, title: TranslationKey): void {
  document.documentElement.lang = lang.value;
  document.title = `${t(title)} – ${t("app")}`;
  const root = document.getElementById("app");
  if (root) render(page, root);
}

export function LangSwitch() {
  return (
    <span class="langs" role="group" aria-label={t("lang")}>
      {(["vi", "en"] as const).map((one) => (
        <button
          key={one}
          type="button"
          class="plain"
          data-testid={`lang-${one}`}
          aria-pressed={lang.value === one}
          lang={one}
          onClick={() => setLang(one)}
        >
          {one === "vi" ? "VI" : "EN"}
        </button>
      ))}
    </span>
  );
}

export function WallClock() {
  return <time class="figures clock">{timeOfDay(now.value * 1000, offset.value, true)}</time>;
}

/** The state of the connection to the hub, by word, glyph and colour. */
export function LinkMark() {
  if (link.value === "open") return <span class="mark good">● {t("link.open")}</span>;
  return (
    <span class="mark bad" role="status">
      ▲ {link.value === "connecting" ? t("link.connecting") : t("link.lost", { n: tries.value })}
    </span>
  );
}

export function Live() {
  return (
    <div class="sr" aria-live="polite">
      {spoken.value}
    </div>
  );
}

/** Over everything when the seat is no longer ours, or a newer page is there. */
export function SeatGone({ onAir }: { onAir: boolean }) {
  if (link.value === "signed-out") return <Full title={t("gone.signed-out")} href="/" label={t("gone.start")} />;
  if (link.value === "revoked") return <Full title={t("gone.revoked")} href="/" label={t("gone.start")} />;
  if (newBuild.value && !onAir) {
    return (
      <div class="toast" role="status">
        {t("build.new")}{" "}
        <button type="button" class="act" onClick={() => location.reload()}>
          {t("build.reload")}
        </button>
      </div>
    );
  }
  return null;
}

function Full({ title, href, label }: { title: string; href: string; label: string }) {
  return (
    <div class="full" role="alert">
      <h1>{title}</h1>
      <a class="button" href={href}>
        {label}
      </a>
    </div>
  );
}

/** A native dialog, open while mounted. */
export function Modal({ title, close, children, wide }: { title: string; close: () => void; children: ComponentChildren; wide?: boolean }) {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (box.current && !box.current.open) box.current.showModal();
  }, []);
  return (
    <dialog ref={box} class={wide ? "wide" : ""} onClose={close} aria-label={title}>
      <header class="row">
        <h2>{title}</h2>
        <button type="button" class="plain" aria-label={t("close")} onClick={close}>
          ×
        </button>
      </header>
      {children}
    </dialog>
  );
}

/** Loudness, −127…0 dBov, as a bar from −60. */
export function Meter({ level }: { level: number | undefined }) {
  const part = level === undefined ? 0 : Math.max(0, Math.min(1, (level + 60) / 55));
  return (
    <span class="meter" aria-hidden="true">
      <span style={{ transform: `scaleX(${part.toFixed(2)})` }} />
    </span>
  );
}
