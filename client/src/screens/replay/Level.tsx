/** A picture's voice in the record: how loud, and who spoke. Apart from the picture: each step draws only this anew. */
import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import type { Player } from "../../replay/player";
import { Loudness } from "../../ui/Meter";

/** Tell whether a source was the speaker. */
export function useSpoke(player: Player, source: string): boolean {
  return useComputed(() => player.hearing.speaker(player.position.value) === source).value;
}

/** A meter; nothing where nothing of the source was recorded. */
export function Level({ player, source, name }: { player: Player; source: string; name: string }): JSX.Element | null {
  const level = useComputed(() => player.hearing.at(source, player.position.value)).value;
  return level === null ? null : <Loudness dbov={level} name={name} />;
}
