// Take page: where another device shows the code it was told, and becomes the same somebody. Whoever is
// somebody else here already is told what that means before.

import { useEffect, useState } from "preact/hooks";
import { accountTexts } from "../account/accountTexts.ts";
import { useAsking } from "../account/asking.ts";
import { ProblemNote } from "../account/fields.tsx";
import { askWhoIfReached, nameOf, usePerson } from "../person.ts";
import { goHome, hashOf, isGameName } from "../route.ts";
import { rememberName, visitor } from "../visitor.ts";
import { takeCode } from "./handOff.ts";
import "../account/account.css";

export function TakePage({ code }: { readonly code: string }) {
  const [typed, setTyped] = useState(code);
  const person = usePerson();
  const asking = useAsking();
  useEffect(() => void askWhoIfReached(), []);
  const submit = (event: Event) => {
    event.preventDefault();
    void asking.run(async () => {
      await takeCode(typed);
      await goOn();
    });
  };
  const here = nameOf(person);
  const { problem } = asking;
  const isUnknown = problem?.reason === "not-found";
  return (
    <main class="account-page" data-testid="take-page">
      <header class="row">
        <a href="#/" class="home" data-testid="home">
          ‹ {accountTexts.home}
        </a>
        <h1>{accountTexts.take}</h1>
      </header>
      <form class="card" onSubmit={submit}>
        <p>{accountTexts.takeAbout}</p>
        <label class="field">
          <span>{accountTexts.takeCode}</span>
          <input
            data-testid="take-code"
            autocomplete="one-time-code"
            autocapitalize="off"
            spellcheck={false}
            required
            maxLength={12}
            value={typed}
            aria-invalid={isUnknown}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </label>
        {here === undefined ? null : <p class="dim">{accountTexts.takeInstead(here)}</p>}
        <div class="row">
          <button
            type="submit"
            class="primary"
            data-testid="take"
            aria-disabled={asking.isUnderWay}
          >
            {accountTexts.takeNow}
          </button>
        </div>
        <ProblemNote
          problem={isUnknown ? { ...problem, text: accountTexts.takeUnknown } : problem}
        />
      </form>
    </main>
  );
}

/** To the one seat there is; with several, the first page offers them all. */
async function goOn(): Promise<void> {
  const person = await askWhoIfReached();
  const name = nameOf(person);
  if (name !== undefined) rememberName(name);
  const [seat, another] = await visitor.seats();
  if (seat === undefined || another !== undefined || !isGameName(seat.game)) return goHome();
  const place = { kind: "room", room: seat.room } as const;
  location.replace(hashOf({ game: seat.game, place, isWatching: false }));
}
