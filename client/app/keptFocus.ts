// Kept focus: whoever plays by keyboard or by ear goes on where they are when what they pressed has gone: a
// card that was played, a question that was answered. It takes the focus from nothing that still has it.

import { focusCover } from "./cover.ts";

const FOCUSABLE = "a[href], button, input, select, summary";
/** They come and go: the focus goes back from them to where it came from. */
const PASSING = ".overlay, .toast, .popover, .suits, dialog";
const PARTS = `${PASSING}, main, header, .lab`;

interface Place {
  readonly within: Element;
  /** Which of those in it that can have the focus had it. */
  readonly at: number;
}

interface Holder {
  readonly element: HTMLElement;
  readonly part: Element | null;
  /** From the innermost to the part of the page that they are in. */
  readonly places: readonly Place[];
}

let holder: Holder | undefined;
/** Who had the focus when it first came to a passing part. */
const befores = new WeakMap<Element, Holder | undefined>();

export function keepFocus(root: Element): void {
  root.addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLElement) holder = holderAt(target);
  });
  // Whoever points elsewhere has let go of what is gone.
  root.addEventListener("pointerdown", () => {
    if (holder?.element.isConnected === false) holder = undefined;
  });
  new MutationObserver(() => {
    if (holder === undefined || holder.element.isConnected) return;
    if (document.activeElement !== document.body) return;
    const heir = heirOf(holder);
    // A cover that came while a question lay over it could not have it yet.
    if (heir === undefined) focusCover(root.querySelector<HTMLElement>(".overlay"));
    else heir.focus();
  }).observe(root, { childList: true, subtree: true });
}

function holderAt(element: HTMLElement): Holder {
  const part = element.closest(PARTS);
  const places: Place[] = [];
  for (let within = element.parentElement; within !== null; within = within.parentElement) {
    if (part?.contains(within) !== true) break;
    places.push({ within, at: focusables(within).indexOf(element) });
  }
  if (part?.matches(PASSING) && !befores.has(part)) befores.set(part, holder);
  return { element, part, places };
}

function heirOf({ part, places }: Holder): HTMLElement | undefined {
  for (const { within, at } of places) {
    if (!within.isConnected) continue;
    const found = focusables(within);
    const heir = found[Math.min(Math.max(at, 0), found.length - 1)];
    if (heir !== undefined) return heir;
  }
  const before = part === null ? undefined : befores.get(part);
  if (before === undefined) return undefined;
  const { element } = before;
  return element.isConnected && isInReach(element) ? element : heirOf(before);
}

function focusables(within: Element): readonly HTMLElement[] {
  return [...within.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (each) =>
      each.tabIndex >= 0 && !each.matches(":disabled") && each.checkVisibility() && isInReach(each),
  );
}

/** What is covered is out of reach, except in a question that lies over the cover. */
function isInReach(element: Element): boolean {
  return element.closest("dialog:modal, [inert]")?.matches("dialog") ?? true;
}
