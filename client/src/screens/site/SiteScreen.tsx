/** A site's page (CLIENT §5 /site): device check, then the programme edge to edge. */
import type { JSX } from "preact";
import { usePlace } from "../../ui/context";
import { Notices } from "../../ui/Notices";
import { Ceremony } from "./Ceremony";
import { Check } from "./Check";
import { useReport } from "./LineTest";
import { useStation } from "./station";

export function SiteScreen(): JSX.Element {
  const { store } = usePlace().room;
  const station = useStation();
  useReport();
  const onAir = store.cue.value?.tally === "air" || store.cue.value?.tally === "sound";
  return (
    <>
      {station.entered.value ? <Ceremony /> : <Check />}
      <Notices onAir={onAir} />
    </>
  );
}
