/** A button that copies a text. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n";
import { Icon } from "./Icon";

export function Copy({ text }: { text: string }): JSX.Element {
  const [done, mark] = useState(false);
  const copy = (): void => {
    void navigator.clipboard?.writeText(text).then(() => {
      mark(true);
      setTimeout(() => mark(false), 2000);
    }).catch(() => undefined);
  };
  return <button type="button" class="button" onClick={copy}><Icon name={done ? "check" : "copy"} size={14} /> {t(done ? "links.copied" : "links.copy")}</button>;
}
