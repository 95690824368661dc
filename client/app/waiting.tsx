// Waiting: what a table for two or more says while only one sits at it, and the code to tell a friend.

import { type GameName, tellingOf } from "./route.ts";
import { texts } from "./texts.ts";

export function Waiting({ game, code }: { readonly game: GameName; readonly code: string }) {
  return (
    <section class="card" data-testid="waiting">
      <p role="status">
        <strong>{texts.table.waiting}</strong>
      </p>
      <p>{texts.table.waitingAbout}</p>
      <p class="code">{tellingOf(game, code)}</p>
    </section>
  );
}
