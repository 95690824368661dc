// Code field: the way into a room by what a friend told or sent. It goes nowhere itself.

import { useState } from "preact/hooks";
import { heardOf } from "../route.ts";
import { texts } from "../texts.ts";
import type { Enter } from "./enter.ts";

export function CodeField({ enter }: { readonly enter: Enter }) {
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<string>();
  const submit = (event: Event) => {
    event.preventDefault();
    const heard = heardOf(typed);
    if (heard === undefined) return setProblem(texts.landing.codeUnknown);
    enter(heard.game, heard.place, heard.isWatching);
  };
  return (
    <form class="field" onSubmit={submit}>
      <label>
        <span>{texts.landing.codeLabel}</span>
        <div class="row">
          <input
            data-testid="code"
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            value={typed}
            aria-describedby="code-hint"
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
          <button type="submit" data-testid="join-code">
            {texts.landing.codeJoin}
          </button>
        </div>
      </label>
      <small id="code-hint" role={problem === undefined ? undefined : "alert"}>
        {problem ?? texts.landing.codeHint}
      </small>
    </form>
  );
}
