import type { JSX } from "preact";
import { say, t } from "../../i18n";
import type { PictureView } from "../../proto/types";
import { Act } from "../../ui/Act";
import { useAction } from "../../ui/action";
import { Since } from "../../ui/Clock";
import { ownerOf, shortName, siteOf, usePlace } from "../../ui/context";
import { Icon, type IconName } from "../../ui/Icon";
import { Picture } from "../../ui/Picture";
import { mayLead } from "./model";

/** A scene in words. */
function SceneName({ view }: { view: PictureView | null | undefined }): JSX.Element {
  const { room } = usePlace();
  if (!view) return <span class="scene-name">–</span>;
  if (view.layout === "hold") return <span class="scene-name">{t("scene.hold")}</span>;
  if (view.layout === "slate") return <span class="scene-name">{t("scene.slate")} · {say(view.slate?.title)}</span>;
  if (view.layout === "grid") return <span class="scene-name">{t("scene.grid")}</span>;
  const names = view.positions.map((at) => shortName(siteOf(room, ownerOf(at.source))));
  return <span class="scene-name">{names.join(" + ")}</span>;
}

function SceneButton({ scene, icon, children, testid }: { scene: string; icon: IconName; children: string; testid: string }): JSX.Element {
  const { room } = usePlace();
  const prepare = useAction(() => ({ do: "scene.prepare", scene }));
  const loaded = room.store.scene.value?.preview?.spec === scene;
  return (
    <Act action={prepare} testid={testid} look="quiet" class={loaded ? "loaded" : ""}>
      <Icon name={icon} size={14} /> {children}
    </Act>
  );
}

/** What can be prepared besides a site's own tile. */
function SceneBar(): JSX.Element | null {
  const { store } = usePlace().room;
  const hub = store.sites.value?.sites.find((site) => site.role === "hub");
  const holder = store.floor.value?.state === "granted";
  const extra = new Set(hub?.sources ?? []);
  if (!mayLead(store.session.value)) return null;
  return (
    <div class="scene-bar" role="group" aria-label={t("scene.choose")}>
      <SceneButton scene="grid" icon="grid" testid="scene-grid">{t("scene.grid")}</SceneButton>
      <SceneButton scene="slate" icon="slate" testid="scene-slate">{t("scene.slate")}</SceneButton>
      {holder && <SceneButton scene="two_shot:hub+holder" icon="two" testid="scene-holder">{t("scene.holder")}</SceneButton>}
      {extra.has("hub/table") && <SceneButton scene="solo:hub/table" icon="table" testid="scene-table">{t("source.table")}</SceneButton>}
      {extra.has("hub/document") && <SceneButton scene="solo:hub/document" icon="document" testid="scene-document">{t("source.document")}</SceneButton>}
      {extra.has("hub/slides") && <SceneButton scene="solo:hub/slides" icon="screen" testid="scene-slides">{t("source.slides")}</SceneButton>}
    </div>
  );
}

export function Panes(): JSX.Element {
  const { store } = usePlace().room;
  const scene = store.scene.value;
  return (
    <div class="panes">
      <section class="pane ready" aria-label={t("hub.preview")}>
        <h2>{t("hub.preview")} <SceneName view={scene?.preview} /></h2>
        <Picture view={scene?.preview} testid="preview" empty={t("hub.preview-empty")} />
      </section>
      <section class="pane air" aria-label={t("hub.program")}>
        <h2>{t("hub.program")} <SceneName view={scene?.program} />{scene?.since != null && <small><Since at={scene.since} /></small>}</h2>
        <Picture view={scene?.program} testid="program" />
      </section>
      <SceneBar />
    </div>
  );
}
