// Story watch: tells at a table, once after a sign-in, that there are two stories of a game. It asks
// then, and remembers only that nobody was told yet.

import { useEffect } from "preact/hooks";
import { hasAccount, usePerson } from "../person.ts";
import { texts } from "../texts.ts";
import type { Toaster } from "../toasts.tsx";
import { accountTexts } from "./accountTexts.ts";
import { hasOthers, readStories } from "./storiesOf.ts";

let isToBeTold = false;

/** Somebody has signed in, and may have played as a guest before. */
export function noteSignedIn(): void {
  isToBeTold = true;
}

const LOOK = { label: accountTexts.look, run: () => location.assign("#/account") };

export function useStoryWatch(toaster: { readonly current: Toaster }): void {
  const person = usePerson();
  const isPlayer = hasAccount(person);
  useEffect(() => {
    if (!isPlayer || !isToBeTold) return;
    let isShown = true;
    void readStories().then((games) => {
      if (!isShown || games === undefined) return;
      isToBeTold = false;
      for (const { game, stories, isBegun } of games.filter(hasOthers)) {
        const count = stories.length + (isBegun ? 1 : 0);
        const text = accountTexts.storiesOf(texts.games[game].name, count);
        toaster.current.say(text, "plain", LOOK);
      }
    });
    return () => {
      isShown = false;
    };
  }, [isPlayer, toaster]);
}
