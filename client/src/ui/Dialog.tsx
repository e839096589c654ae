/** Native dialogs: modal, closed by Escape, focus kept inside by the browser. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { refusal, t } from "../i18n";
import type { Action } from "./action";
import { Icon } from "./Icon";

interface DialogProps {
  readonly title: string;
  readonly children: ComponentChildren;
  readonly close: () => void;
  readonly wide?: boolean;
  readonly testid?: string;
}

export function Dialog({ title, children, close, wide, testid }: DialogProps): JSX.Element {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    if (dialog && !dialog.open) dialog.showModal?.();
    return () => dialog?.close?.();
  }, []);
  return (
    <dialog ref={element} class={wide ? "dialog wide" : "dialog"} data-testid={testid} aria-label={title}
      onCancel={(event) => { event.preventDefault(); close(); }}>
      <header>
        <h2>{title}</h2>
        <button type="button" class="button quiet square" aria-label={t("act.close")} onClick={close}><Icon name="cross" /></button>
      </header>
      {children}
    </dialog>
  );
}

/** Shown while an action wants a reason; what stands in `children` says why. */
export function ReasonDialog({ action, title, confirm, children }: {
  action: Action; title: string; confirm: string; children?: ComponentChildren;
}): JSX.Element | null {
  const [reason, write] = useState("");
  const code = action.asking.value;
  if (code === null) return null;
  const close = (): void => { action.asking.value = null; };
  return (
    <Dialog title={title} close={close} testid="reason-dialog">
      <form onSubmit={(event) => { event.preventDefault(); if (reason.trim()) void action.run(reason.trim()).then((done) => done && write("")); }}>
        {children ?? <p>{refusal(code)}</p>}
        <label class="field">
          <span>{t("act.reason")}</span>
          <textarea data-testid="reason" rows={3} maxLength={200} value={reason} autofocus onInput={(event) => write(event.currentTarget.value)} />
        </label>
        <footer>
          <button type="button" class="button" onClick={close}>{t("act.cancel")}</button>
          <button type="submit" class="button primary" data-testid="reason-confirm" disabled={!reason.trim()}>{confirm}</button>
        </footer>
        {action.refused.value && <p class="error" role="alert">{refusal(action.refused.value.code, action.refused.value.detail)}</p>}
      </form>
    </Dialog>
  );
}
