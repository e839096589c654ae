/** Keeps the screen on, and takes the lock again when the page is shown again. */
export function keepAwake(): void {
  const take = () => {
    if (document.visibilityState === "visible") void navigator.wakeLock?.request("screen").catch(() => undefined);
  };
  take();
  document.addEventListener("visibilitychange", take);
}
