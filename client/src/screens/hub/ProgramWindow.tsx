/** The programme on a second screen, and a small always-on-top console. Both reuse this page's streams: one WHEP per seat. */
import { render, type ComponentChild, type JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../../i18n";
import { Act } from "../../ui/Act";
import { PlaceProvider, usePlace, type Place } from "../../ui/context";
import { TimeOfDay } from "../../ui/Clock";
import { Icon } from "../../ui/Icon";
import { Picture } from "../../ui/Picture";
import type { HubActs } from "./acts";
import { Behind } from "./Header";

interface PictureInPicture {
  requestWindow(options: { width: number; height: number }): Promise<Window>;
}

/** Give another window of ours this page's styles and draw into it. Returns how to stop. */
function furnish(other: Window, place: Place, name: string, what: ComponentChild): () => void {
  for (const link of document.querySelectorAll<HTMLLinkElement>("link[rel=stylesheet]")) {
    const copy = other.document.createElement("link");
    copy.rel = "stylesheet";
    copy.href = link.href;
    other.document.head.append(copy);
  }
  other.document.title = t("app.name");
  other.document.documentElement.lang = document.documentElement.lang;
  other.document.body.className = name;
  const root = other.document.createElement("div");
  root.id = "app";
  other.document.body.replaceChildren(root);
  render(<PlaceProvider value={place}>{what}</PlaceProvider>, root);
  return () => render(null, root);
}

function Program(): JSX.Element {
  const { store } = usePlace().room;
  return <Picture view={store.scene.value?.program} testid="second-program" />;
}

function Small({ acts }: { acts: HubActs }): JSX.Element {
  const { store } = usePlace().room;
  return (
    <div class="small-console">
      <p><TimeOfDay /> <Behind /></p>
      <Picture view={store.scene.value?.preview} testid="small-preview" empty={t("hub.preview-empty")} />
      <Act action={acts.cut} look="air" class="big" testid="small-cut" disabled={!store.scene.value?.preview}>{t("hub.cut")}</Act>
    </div>
  );
}

/** Two buttons; a window that closes by itself is forgotten. */
export function Windows({ acts }: { acts: HubActs }): JSX.Element {
  const place = usePlace();
  const [opened, open] = useState<{ window: Window; stop: () => void } | null>(null);
  const [refused, refuse] = useState(false);
  useEffect(() => () => opened?.window.close(), [opened]);
  const second = (): void => {
    if (opened && !opened.window.closed) return opened.window.focus();
    const other = window.open("", "diemcau-program", "popup,width=1280,height=720");
    refuse(other === null);
    if (other === null) return;
    const stop = furnish(other, place, "second", <Program />);
    other.addEventListener("pagehide", stop);
    open({ window: other, stop });
  };
  const pip = (globalThis as { documentPictureInPicture?: PictureInPicture }).documentPictureInPicture;
  const small = (): void => {
    void pip?.requestWindow({ width: 420, height: 330 }).then((other) => {
      const stop = furnish(other, place, "small", <Small acts={acts} />);
      other.addEventListener("pagehide", stop);
    }).catch(() => refuse(true));
  };
  return (
    <>
      <button type="button" class="button quiet" data-testid="second-screen" title={t("hub.second")} onClick={second}><Icon name="screen" size={16} label={t("hub.second")} /></button>
      {pip && <button type="button" class="button quiet" data-testid="small-console" title={t("hub.small")} onClick={small}><Icon name="two" size={16} label={t("hub.small")} /></button>}
      {refused && <span class="hear" role="alert">{t("hub.second-refused")}</span>}
    </>
  );
}
