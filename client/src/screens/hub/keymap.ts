/** Which key does what on this device: may be changed or taken away one by one (WCAG 2.1.4). */
import { signal } from "@preact/signals";

export const MAPPED = ["take", "cut", "mute", "hold", "notice", "incident"] as const;
export type Mapped = (typeof MAPPED)[number];
/** A key by its place on the keyboard (`KeyboardEvent.code`); empty: none. */
export type Keymap = Readonly<Record<Mapped, string>>;

export const USUAL: Keymap = { take: "Space", cut: "Enter", mute: "KeyM", hold: "KeyH", notice: "KeyT", incident: "KeyI" };
const KEPT = "diemcau.keymap";
/** Keys with a meaning of their own everywhere, and those a page needs. */
const TAKEN = /^(Digit|Numpad[0-9]|Escape$|Tab$|Shift|Control|Alt|Meta|Slash$|F5$|F11$|F12$)/;
const SIGNS: Readonly<Record<string, string>> = { Space: "␣", Enter: "⏎", ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→" };

function kept(): Keymap {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "{}");
    if (typeof found !== "object" || found === null) return USUAL;
    const map = { ...USUAL };
    for (const act of MAPPED) {
      const code = (found as Record<string, unknown>)[act];
      if (typeof code === "string" && /^[A-Za-z0-9]{0,20}$/.test(code)) map[act] = code;
    }
    return map;
  } catch {
    return USUAL;
  }
}

export const keymap = signal<Keymap>(kept());

function keep(map: Keymap): void {
  keymap.value = map;
  try {
    localStorage.setItem(KEPT, JSON.stringify(map));
  } catch {
    // the usual keys again after a reload
  }
}

export type KeyFault = "keys.taken" | "keys.reserved";

/** Give an act another key; return why not. */
export function remap(act: Mapped, code: string): KeyFault | null {
  if (TAKEN.test(code) || !/^[A-Za-z0-9]{1,20}$/.test(code)) return "keys.reserved";
  if (MAPPED.some((other) => other !== act && keymap.peek()[other] === code)) return "keys.taken";
  keep({ ...keymap.peek(), [act]: code });
  return null;
}

export function unmap(act: Mapped): void {
  keep({ ...keymap.peek(), [act]: "" });
}

export function reset(): void {
  keep(USUAL);
}

/** What stands on the key. */
export function sign(code: string): string {
  return SIGNS[code] ?? code.replace(/^Key|^Numpad/, "");
}
