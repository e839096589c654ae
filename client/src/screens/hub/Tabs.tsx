/** The side panel's leaves: roll call, confirmations, notices, incidents, lobby. One at a time, each with its count. */
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { t, type Key } from "../../i18n";
import { usePlace } from "../../ui/context";
import { Icon, type IconName } from "../../ui/Icon";
import { Confirmations } from "./Confirmations";
import { Incidents } from "./Incidents";
import { Lobby } from "./Lobby";
import { NoticesPanel } from "./NoticesPanel";
import { nearest } from "../papers/model";
import { Rollcall } from "./Rollcall";
import { Signing } from "../papers/Signing";

export type Leaf = "roll" | "sign" | "confirm" | "notice" | "incident" | "lobby";

interface Tab {
  readonly leaf: Leaf;
  readonly icon: IconName;
  readonly name: Key;
  /** What stands beside the name; `alarm`: it wants somebody's eye. */
  readonly count: string;
  readonly alarm: boolean;
}

function useTabs(): readonly Tab[] {
  const { store } = usePlace().room;
  const sites = store.sites.value?.sites ?? [];
  const answered = sites.filter((site) => site.attendance?.answered_at != null).length;
  const question = store.confirmation.value;
  const letters = store.notices.value?.letters?.length ?? 0;
  const incidents = store.incidents.value?.open ?? 0;
  const paper = nearest(store.documents.value, null);
  const waiting = store.lobby.value?.waiting ?? 0;
  const asked = question ? question.answers.length + question.pending.length : 0;
  return [
    { leaf: "roll", icon: "people", name: "roll.title", count: `${answered}/${sites.length}`, alarm: false },
    { leaf: "sign", icon: "document", name: "papers.title", count: paper && (paper.persons ?? 0) > 0 ? `${paper.signed ?? 0}/${paper.persons}` : "", alarm: paper?.state === "interrupted" },
    { leaf: "confirm", icon: "check", name: "ask.title", count: question?.open ? `${question.answers.length}/${asked}` : "", alarm: false },
    { leaf: "notice", icon: "slate", name: "tell.title", count: letters ? String(letters) : "", alarm: letters > 0 },
    { leaf: "incident", icon: "warn", name: "incident.title", count: incidents ? String(incidents) : "", alarm: incidents > 0 },
    { leaf: "lobby", icon: "lock", name: "lobby.title", count: waiting ? String(waiting) : "", alarm: waiting > 0 },
  ];
}

function Leaves({ leaf }: { leaf: Leaf }): JSX.Element {
  switch (leaf) {
    case "roll": return <Rollcall />;
    case "sign": return <Signing />;
    case "confirm": return <Confirmations />;
    case "notice": return <NoticesPanel />;
    case "incident": return <Incidents />;
    case "lobby": return <Lobby />;
  }
}

/** Tabs with the arrow keys of the ARIA pattern: one stop for the Tab key, arrows between. */
export function Tabs({ leaf, turn }: { leaf: Leaf; turn: (leaf: Leaf) => void }): JSX.Element {
  const tabs = useTabs();
  const list = useRef<HTMLDivElement>(null);
  const arrow = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const at = tabs.findIndex((tab) => tab.leaf === leaf);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (!next) return;
    event.preventDefault();
    turn(next.leaf);
    list.current?.querySelector<HTMLElement>(`[data-testid="tab-${next.leaf}"]`)?.focus();
  };
  return (
    <div class="tabbed">
      <div class="tabs" role="tablist" ref={list} aria-label={t("hub.side")} onKeyDown={arrow}>
        {tabs.map((tab) => (
          <button key={tab.leaf} type="button" role="tab" id={`tab-${tab.leaf}`} aria-controls="leaf" aria-selected={tab.leaf === leaf}
            tabIndex={tab.leaf === leaf ? 0 : -1} class={tab.alarm ? "tab alarm" : "tab"} data-testid={`tab-${tab.leaf}`}
            title={t(tab.name)} onClick={() => turn(tab.leaf)}>
            <Icon name={tab.icon} size={15} label={t(tab.name)} />
            {tab.count && <span class="figures">{tab.count}</span>}
          </button>
        ))}
      </div>
      <div id="leaf" role="tabpanel" aria-labelledby={`tab-${leaf}`} class="leaf"><Leaves leaf={leaf} /></div>
    </div>
  );
}

/** Which leaf is up, kept while the page lives. */
export function useLeaf(): [Leaf, (leaf: Leaf) => void] {
  return useState<Leaf>("roll");
}
