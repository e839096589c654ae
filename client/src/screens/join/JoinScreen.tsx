/** A site's link, posted once. What is wrong with it is said in words. */
import type { JSX } from "preact";
import { t } from "../../i18n";
import type { Doors } from "../../net/doors";
import { DoorSaid, Frame } from "../../ui/Frame";

export function JoinScreen({ doors, empty }: { doors: Doors; empty: boolean }): JSX.Element {
  return (
    <Frame>
      <div class="card">
        <h1>{t("join.title")}</h1>
        {empty ? <p>{t("join.empty")}</p> : doors.refused.value === null && <p role="status">{t("join.wait")}</p>}
        <DoorSaid doors={doors} />
        {(empty || doors.refused.value !== null) && <p class="soft">{t("join.help")}</p>}
      </div>
    </Frame>
  );
}
