/** One clip's element. When a growing clip nears the end of what was loaded, a second element opens the newer part and
 * takes over when it can play (RECORDING §6, Time-shift). */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Part } from "../../replay/cast";
import type { Player } from "../../replay/player";
import type { Clip } from "../../replay/timeline";

const NEAR_S = 10;
const WORTH_S = 2;

/** How much of a clip is known to be on disk, in ms; null for the whole of a closed one. Asking for exactly that saves the
 * server's redirect to it. */
function pinOf(clip: Clip): number | null {
  return clip.growing && clip.to_ms !== null ? Math.floor(clip.to_ms - clip.from_ms) : null;
}

function url(session: string, clip: Clip, pin: number | null): string {
  const path = `/api/sessions/${encodeURIComponent(session)}/replay/media/${encodeURIComponent(clip.clip)}`;
  return pin === null ? path : `${path}?upto=${pin}`;
}

interface Shown {
  readonly player: Player;
  readonly part: Part;
  readonly clip: Clip;
}

/** Tell whether more of a growing clip is on disk than the element knows, and it will soon be wanted. */
function wantsMore(element: HTMLMediaElement, clip: Clip, position: number): boolean {
  if (!Number.isFinite(element.duration) || clip.to_ms === null) return false;
  const known = clip.from_ms / 1000 + element.duration;
  return clip.to_ms / 1000 - known > WORTH_S && known - position / 1000 < NEAR_S;
}

function useVersions({ player, clip }: Shown, element: { current: HTMLVideoElement | null }): [number | null, number | null | undefined, () => void] {
  const [current, setCurrent] = useState(() => pinOf(clip));
  const [next, setNext] = useState<number | null | undefined>(undefined);
  const position = player.position.value;
  useEffect(() => {
    if (next === undefined && element.current && wantsMore(element.current, clip, position)) setNext(pinOf(clip));
  }, [position, clip, current, next]);
  const swap = (): void => {
    if (next !== undefined) {
      setCurrent(next);
      setNext(undefined);
    }
  };
  return [current, next, swap];
}

/** A picture with its voice, or, without a place on the stage, a voice alone. */
export function Reel(shown: Shown): JSX.Element {
  const { player, part, clip } = shown;
  const element = useRef<HTMLVideoElement | null>(null);
  const [current, next, swap] = useVersions(shown, element);
  useEffect(() => {
    const reel = element.current;
    if (reel) player.attach(part.source, reel, clip);
    return () => player.attach(part.source, null, clip);
  }, [current, clip.clip, player]);
  const silent = !part.audible || player.muted.value;
  const begin = (reel: HTMLMediaElement): void => {
    reel.currentTime = Math.max(0, (player.position.peek() - clip.from_ms) / 1000);
  };
  if (part.box === null) {
    return <audio key={`a${current}`} ref={element as never} src={url(player.session, clip, current)} preload="auto" muted={silent} data-source={part.source} />;
  }
  return (
    <>
      <video key={`v${current}`} ref={element} src={url(player.session, clip, current)} preload="auto" playsInline muted={silent}
        disablePictureInPicture data-source={part.source} data-clip={clip.clip} />
      {next !== undefined && next !== current && (
        <video key={`v${next}`} class="spare" src={url(player.session, clip, next)} preload="auto" playsInline muted
          onLoadedMetadata={(event) => begin(event.currentTarget)} onCanPlay={swap} />
      )}
    </>
  );
}
