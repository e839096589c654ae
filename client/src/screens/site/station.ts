import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Station } from "../../rtc/station";

const StationContext = createContext<Station | null>(null);
export const StationProvider = StationContext.Provider;

/** Return this page's own camera and microphone. */
export function useStation(): Station {
  const station = useContext(StationContext);
  if (station === null) throw new Error("no station");
  return station;
}
