/** When a site's line was not good: a lane for each way that ever was, in colour, glyph and word, and the sentence the desks read. */
import type { JSX } from "preact";
import { say, t } from "../../i18n";
import { length } from "../../i18n/times";
import { lineSpans, seen, type Span, type Window } from "../../replay/lanes";
import type { Timeline, WeakLine } from "../../replay/timeline";
import { Icon } from "../../ui/Icon";
import { lineSentence } from "../../ui/quality";
import { Bar } from "./Bar";

const WAYS = ["up", "down"] as const;

/** Return what was wrong with a line, in the words of the ceremony's own screens. */
export function weakSentence(line: Timeline, one: WeakLine): string {
  const name = say(line.sites.find((site) => site.id === one.site)?.name);
  return lineSentence({ ...one, score: 0 }, name) ?? `${name}: ${t(`quality.${one.direction}`)} – ${t(`quality.${one.colour}`)}`;
}

function told(line: Timeline, span: Span): string {
  return `${span.line ? weakSentence(line, span.line) : ""} · ${length(span.from)} – ${length(span.to)}`;
}

export function LineLanes({ line, whole, window, site }: { line: Timeline; whole: number; window: Window; site: Timeline["sites"][number] }): JSX.Element {
  return (
    <>
      {WAYS.map((way) => {
        const spans = lineSpans(line, site.id, way, whole);
        return spans.length > 0 && (
          <div key={way} class="lane line" data-testid={`lane-line-${site.id}-${way}`}>
            <span class="lane-name" title={t("quality.title", { name: say(site.name) })}><Icon name={way} size={11} /> {t(`quality.${way}`)}</span>
            <span class="lane-track">
              {seen(spans, window).map((span, i) => (
                <Bar key={`${span.from}-${i}`} span={span} window={window} kind={`quality ${span.kind}`} title={told(line, span)}>
                  <Icon name="warn" size={10} /><span class="word">{t(`quality.${span.line?.colour ?? "fair"}`)}</span>
                </Bar>
              ))}
            </span>
          </div>
        );
      })}
    </>
  );
}
