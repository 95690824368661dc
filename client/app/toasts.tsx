// Toasts: short sentences that come and go, read out by screen readers. They never ask a question
// that has to be answered.

import type { ComponentChildren } from "preact";
import { useReducer } from "preact/hooks";
import { systemClock } from "../../shared/clock.ts";

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: "good" | "plain" | "bad";
  readonly action: ToastAction | undefined;
}

/** A way on, offered for half a minute, or for as long as it leads anywhere. */
export interface ToastAction {
  readonly label: string;
  readonly offeredMs?: number;
  run(): void;
}

const SHOWN_MS = 5_000;
const OFFERED_MS = 30_000;
const SHOWN_MAX = 3;

/** What a page says in passing. */
export interface Toaster {
  readonly toasts: readonly Toast[];
  say(text: string, tone?: Toast["tone"], action?: ToastAction): void;
  drop(id: number): void;
}

type Step = { readonly say: Toast } | { readonly drop: number };

function stepped(toasts: readonly Toast[], step: Step): readonly Toast[] {
  if ("drop" in step) return toasts.filter(({ id }) => id !== step.drop);
  // The same sentence again takes the place of the one before.
  const others = toasts.filter(({ text }) => text !== step.say.text);
  return [...others, step.say].slice(-SHOWN_MAX);
}

let numbered = 0;

export function useToaster(): Toaster {
  const [toasts, step] = useReducer(stepped, []);
  const drop = (id: number) => step({ drop: id });
  return {
    toasts,
    drop,
    say(text, tone = "plain", action = undefined) {
      numbered += 1;
      const id = numbered;
      step({ say: { id, text, tone, action } });
      const { offeredMs = OFFERED_MS } = action ?? {};
      systemClock.after(action === undefined ? SHOWN_MS : offeredMs, () => drop(id));
    },
  };
}

/** `children` are said with them, and stay for as long as they are true. */
export function Toasts(props: {
  readonly toaster: Toaster;
  readonly children?: ComponentChildren;
}) {
  const { toaster, children } = props;
  return (
    // Not atomic: what was read out already is not read out again with each new one.
    <div class="toasts" role="status" aria-atomic={false} data-testid="toasts">
      {toaster.toasts.map(({ id, text, tone, action }) => (
        <p key={id} class={`toast ${tone}`} data-testid="toast">
          <span>{text}</span>
          {action === undefined ? null : (
            <button
              type="button"
              class="quiet"
              onClick={() => {
                action.run();
                toaster.drop(id);
              }}
            >
              {action.label}
            </button>
          )}
        </p>
      ))}
      {children}
    </div>
  );
}
