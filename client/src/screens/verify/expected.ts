/** The hash a printed code brings along: `/verify#sha=…`. It never leaves the browser: a fragment is not sent. */
export function expected(): string {
  return /(?:^#|&)sha=([0-9a-f]{8,64})\b/.exec(location.hash)?.[1] ?? "";
}
