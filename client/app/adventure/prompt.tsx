// Prompt: where one types what one does, with lines typed before on the arrow keys and completion on
// the tab key or by touch. It sends lines; it does not know what they mean.

import { useEffect, useRef, useState } from "preact/hooks";
import { TYPED_LENGTH_MAX } from "../../../shared/games/adventure/declared.ts";
import { useMedia } from "../media.ts";
import { adventureTexts } from "./adventureTexts.ts";
import { completions, type History, NO_HISTORY, noted, shownLine, turned } from "./typing.ts";

export interface PromptProps {
  /** Names that can be used where one stands. */
  readonly names: readonly string[];
  readonly send: (line: string) => void;
}

export function Prompt({ names, send }: PromptProps) {
  const [line, setLine] = useState("");
  const [history, setHistory] = useState<History>(NO_HISTORY);
  const field = useRef<HTMLInputElement>(null);
  // On a phone the keyboard would cover half of the story before it was read.
  const hasKeyboard = useMedia("(hover: hover) and (pointer: fine)");
  const found = completions(line, names);
  useEffect(() => {
    if (hasKeyboard) field.current?.focus();
  }, [hasKeyboard]);

  const submit = (event: Event) => {
    event.preventDefault();
    const typed = line.trim();
    if (typed === "") return;
    setHistory(noted(history, typed));
    setLine("");
    send(typed);
  };
  const turn = (by: -1 | 1) => {
    const next = turned(history, by);
    if (next === undefined) return;
    setHistory(next);
    setLine(shownLine(next));
  };
  const pressed = (event: KeyboardEvent) => {
    const [first] = found;
    // Without anything to complete the tab key goes on to the next button, as everywhere.
    const completes = event.key === "Tab" && !event.shiftKey && first !== undefined;
    const turns = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : undefined;
    if (!completes && turns === undefined) return;
    event.preventDefault();
    if (completes) setLine(first);
    else if (turns !== undefined) turn(turns);
  };
  return (
    <form class="prompt" onSubmit={submit}>
      {found.length > 0 ? (
        <fieldset class="suggestions" aria-label={adventureTexts.suggestions}>
          {found.map((each) => (
            <button
              key={each}
              type="button"
              tabIndex={-1}
              onClick={() => {
                setLine(each);
                field.current?.focus();
              }}
            >
              {each}
            </button>
          ))}
        </fieldset>
      ) : null}
      <div class="row">
        <input
          ref={field as never}
          type="text"
          aria-label={adventureTexts.prompt}
          placeholder={adventureTexts.promptHint}
          data-testid="prompt"
          autocomplete="off"
          autocapitalize="off"
          autocorrect="off"
          spellcheck={false}
          enterkeyhint="send"
          maxLength={TYPED_LENGTH_MAX}
          value={line}
          onInput={(event) => setLine(event.currentTarget.value)}
          onKeyDown={pressed}
        />
        <button
          type="submit"
          class="primary"
          data-testid="do-it"
          aria-disabled={line.trim() === ""}
        >
          {adventureTexts.send}
        </button>
      </div>
    </form>
  );
}
