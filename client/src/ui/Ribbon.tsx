import type { JSX } from "preact";
import { t } from "../i18n";
import { usePlace } from "./context";

/** On every page of a rehearsal, so that nobody takes it for the ceremony. */
export function Ribbon(): JSX.Element | null {
  if (!usePlace().room.store.session.value?.rehearsal) return null;
  return <p class="ribbon" role="note" data-testid="rehearsal">{t("word.rehearsal")}</p>;
}

/** The lower third, over the programme. */
export function Caption(): JSX.Element | null {
  const text = usePlace().room.store.scene.value?.caption;
  return text ? <p class="caption" data-testid="caption">{text}</p> : null;
}
