/** One source's element. Another version of what it plays (more of a growing clip, the other class) is opened in a second
 * element beside it, brought onto the timeline unseen and unheard, and takes its place there (RECORDING §6). */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Part } from "../../replay/cast";
import type { Player } from "../../replay/player";
import type { Clip } from "../../replay/timeline";
import { keyOf, next, pinned, type Version } from "../../replay/versions";

interface Shown {
  readonly player: Player;
  readonly part: Part;
  readonly clip: Clip;
}

/** Let go of what an element still downloads: a removed one may go on. */
function release(element: HTMLMediaElement): void {
  element.removeAttribute("src");
  element.load();
}

interface OneProps extends Shown {
  readonly version: Version;
  /** Waits to take over; then `take` is called once. */
  readonly take: (() => void) | null;
}

function One({ player, part, version, take }: OneProps): JSX.Element {
  const element = useRef<HTMLVideoElement>(null);
  const spare = take !== null;
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    const reel = element.current;
    if (!reel) return undefined;
    if (spare) return player.prepare(part.source, reel, version.clip, () => latest.current?.());
    return player.attach(part.source, reel, version.clip);
  }, [player, part.source, version.clip.clip, spare]);
  useEffect(() => () => {
    if (element.current) release(element.current);
  }, []);
  const more = { ref: element as never, src: player.places.clip(version), preload: "auto" as const, muted: spare || !part.audible || player.muted.value, "data-source": part.source, "data-clip": version.clip.clip };
  if (part.box === null) return <audio {...more} />;
  return <video {...more} class={spare ? "spare" : undefined} playsInline disablePictureInPicture />;
}

/** A picture with its voice, or, without a place on the stage, a voice alone. */
export function Reel(shown: Shown): JSX.Element {
  const { player, clip } = shown;
  const [current, show] = useState<Version>(() => pinned(clip));
  const [coming, open] = useState<Version | null>(null);
  const position = player.position.value;
  const wanted = next(current, clip, position);
  useEffect(() => {
    if (wanted === null) {
      if (coming !== null && coming.clip.clip !== clip.clip) open(null);
    } else if (wanted.at === "once") {
      show(wanted.version);
      open(null);
    } else if (coming === null || coming.clip.clip !== wanted.version.clip.clip) open(wanted.version);
  });
  const take = (): void => {
    if (coming === null) return;
    show(coming);
    open(null);
  };
  const versions = coming === null ? [current] : [current, coming];
  return (
    <>
      {versions.map((version) => <One key={keyOf(version)} {...shown} version={version} take={version === current ? null : take} />)}
    </>
  );
}
