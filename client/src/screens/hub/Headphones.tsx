import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../../i18n";
import { look, plugged, recall, remember } from "../../rtc/devices";
import { usePlace } from "../../ui/context";
import { Icon } from "../../ui/Icon";

const OFF = "-";

/** What the operator hears, and where: nothing until headphones are chosen, or the hall would hear itself (RULINGS). */
export function Headphones(): JSX.Element {
  const { sound } = usePlace().media;
  useEffect(() => void look(), []);
  const choose = (value: string): void => {
    sound.silent.value = value === OFF;
    if (value === OFF) return;
    sound.sink.value = value;
    remember("headphones", plugged.peek().speaker.find((one) => one.id === value) ?? null);
    sound.unblock();
  };
  const chosen = sound.silent.value ? OFF : sound.sink.value;
  const before = recall("headphones", "speaker");
  return (
    <label class={sound.silent.value ? "headphones" : "headphones on"}>
      <Icon name={sound.silent.value ? "micOff" : "speaker"} size={15} />
      <span class="hear">{t("hub.headphones")}</span>
      <select data-testid="headphones" value={chosen} onFocus={() => void look()} onChange={(event) => choose(event.currentTarget.value)}>
        <option value={OFF}>{t("hub.headphones-off")}</option>
        <option value="">{t("device.default-speaker")}</option>
        {plugged.value.speaker.filter((one) => one.id !== "default").map((one) => (
          <option key={one.id} value={one.id}>{one.label || t("device.speaker")}{one.id === before ? " ✓" : ""}</option>
        ))}
      </select>
    </label>
  );
}
