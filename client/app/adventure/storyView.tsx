// Story view: the transcript as one reads it, read out by screen readers as it grows. It follows the
// newest lines unless the reader has scrolled back.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Line } from "../../../shared/games/adventure/line.ts";
import { useIsCalm } from "../media.ts";
import { adventureTexts } from "./adventureTexts.ts";
import type { Leaf } from "./transcript.ts";
import "./story.css";

/** A line that was sent and has not come back in the story yet. */
export interface SentLine {
  readonly number: number;
  readonly line: string;
  readonly isVain: boolean;
}

export interface StoryProps {
  readonly leaves: readonly Leaf[];
  readonly sent: readonly SentLine[];
  /** Lines of a page before this one that have not ended; their words are not known. */
  readonly othersSent: number;
}

/** This close to the end counts as being there, in CSS pixels. */
const NEAR = 80;

export function StoryView({ leaves, sent, othersSent }: StoryProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [isBehind, setBehind] = useState(false);
  const isAtEnd = useRef(true);
  const isCalm = useIsCalm();
  const lineCount = leaves.reduce((sum, { lines }) => sum + lines.length, sent.length);

  const toEnd = (behavior: ScrollBehavior) => {
    const element = scroller.current;
    if (element !== null) element.scrollTo({ top: element.scrollHeight, behavior });
  };
  const toNewestLeaf = (behavior: ScrollBehavior) => {
    const leaf = scroller.current?.querySelector<HTMLElement>(".leaf:last-of-type");
    scroller.current?.scrollTo({ top: leaf?.offsetTop ?? 0, behavior });
  };
  const newest = leaves.at(-1)?.number;
  const shown = useRef({ newest: -1, sent: 0, isAwaited: false });
  useLayoutEffect(() => {
    const before = shown.current;
    const isFirst = before.newest === -1;
    const isNewLeaf = newest !== before.newest;
    // Whoever types wants to see what comes of it, wherever they were reading.
    const isAwaited = sent.length > before.sent || (before.isAwaited && !isNewLeaf);
    const behavior = isCalm || isFirst ? "instant" : "smooth";
    if (!isAtEnd.current && !isAwaited && !before.isAwaited) setBehind(true);
    // What is longer than the screen is read from its beginning.
    else if (isNewLeaf) toNewestLeaf(behavior);
    else toEnd(behavior);
    shown.current = { newest: newest ?? -1, sent: sent.length, isAwaited };
  }, [lineCount]);
  useResizes(scroller, () => {
    if (isAtEnd.current) toEnd("instant");
  });
  usePageKeys(scroller);
  const scrolled = () => {
    const element = scroller.current;
    if (element === null) return;
    const left = element.scrollHeight - element.scrollTop - element.clientHeight;
    isAtEnd.current = left < NEAR;
    if (isAtEnd.current) setBehind(false);
  };
  return (
    <div class="story-frame">
      <div
        class="story"
        ref={scroller}
        role="log"
        aria-label={adventureTexts.story}
        aria-live="polite"
        data-testid="story"
        onScroll={scrolled}
      >
        <div class="page">
          {leaves.map((leaf) => (
            <LeafView key={leaf.number} leaf={leaf} />
          ))}
          {sent.map(({ number, line, isVain }) => (
            // Whoever has typed it hears it when it is in the story, not twice.
            <p
              key={`sent${number}`}
              class={`line typed ${isVain ? "vain" : "under-way"}`}
              aria-live={isVain ? undefined : "off"}
            >
              {isVain ? adventureTexts.notDone(line) : line}
              {isVain ? null : <small> · {adventureTexts.underWay}</small>}
            </p>
          ))}
          {othersSent > 0 ? (
            <p class="line typed under-way">{adventureTexts.underWayCount(othersSent)}</p>
          ) : null}
        </div>
      </div>
      {isBehind ? (
        <button type="button" class="newest" onClick={() => toEnd(isCalm ? "instant" : "smooth")}>
          ↓ {adventureTexts.newest}
        </button>
      ) : null}
    </div>
  );
}

function LeafView({ leaf }: { readonly leaf: Leaf }) {
  return (
    <div class="leaf">
      {leaf.lines.map((line, at) => (
        <LineView key={at} line={line} />
      ))}
    </div>
  );
}

function LineView({ line: { sort, text } }: { readonly line: Line }) {
  if (sort === "place") return <h3 class="line place">{text}</h3>;
  if (sort !== "typed") return <p class={`line ${sort}`}>{text}</p>;
  return (
    <p class="line typed">
      <span class="unseen">{adventureTexts.youTyped}: </span>
      {text}
    </p>
  );
}

/** A keyboard on the screen or a row of suggestions takes room: whoever read the end goes on reading it. */
function useResizes(element: { readonly current: Element | null }, resized: () => void): void {
  const newest = useRef(resized);
  newest.current = resized;
  useEffect(() => {
    const observer = new ResizeObserver(() => newest.current());
    if (element.current !== null) observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
}

/** The page keys turn the story, wherever one types. */
function usePageKeys(scroller: { readonly current: HTMLDivElement | null }): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const by = event.key === "PageUp" ? -1 : event.key === "PageDown" ? 1 : 0;
      const element = scroller.current;
      if (by === 0 || element === null) return;
      event.preventDefault();
      element.scrollBy({ top: by * 0.85 * element.clientHeight });
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [scroller]);
}
