/** Keep the screen on, ask before leaving on air, remember that one had entered. */

interface Lock {
  release(): Promise<void>;
}

/** Hold a wake lock from now on; taken again whenever the page is seen again. */
export function stayAwake(): void {
  const ask = async (): Promise<void> => {
    const lock = (navigator as { wakeLock?: { request(kind: "screen"): Promise<Lock> } }).wakeLock;
    if (lock && document.visibilityState === "visible") await lock.request("screen").catch(() => undefined);
  };
  void ask();
  document.addEventListener("visibilitychange", () => void ask());
}

/** Ask before the page is left, while `onAir` says so. */
export function guardLeaving(onAir: () => boolean): void {
  addEventListener("beforeunload", (event) => {
    if (onAir()) event.preventDefault();
  });
}

const entered = (seat: string, session: string): string => `diemcau.entered.${session}.${seat}`;

/** A reload goes straight back to the seat. */
export function rememberEntered(seat: string, session: string): void {
  try {
    sessionStorage.setItem(entered(seat, session), "1");
  } catch {
    // then one more click
  }
}

export function hadEntered(seat: string, session: string): boolean {
  try {
    return sessionStorage.getItem(entered(seat, session)) === "1";
  } catch {
    return false;
  }
}
