/** How good a line is, in words an operator or a site can act on. The server judges and keeps it from flickering; pages only say it. */
import { t } from "../i18n";
import type { LineHealth } from "../proto/types";

/** Return what is wrong with a line and what to do, null while it is good. `name`: whose line. */
export function lineSentence(line: LineHealth, name: string): string | null {
  const { direction, colour, reason } = line;
  if (colour === "good" || !reason) return null;
  const value = reason === "loss" ? Math.max(1, Math.round((line.value ?? 0) / 10)) : line.value ?? 0;
  return t(`quality.${direction}-${reason}` as "quality.up-loss", { name, how: t(`quality.how-${colour}`), value });
}
