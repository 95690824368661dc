// Waiting: what a table for two or more says while only one sits at it, and the way there for a
// friend.

import { InviteLink } from "./invite.tsx";
import type { GameName } from "./route.ts";
import { texts } from "./texts.ts";

export function Waiting({ game, code }: { readonly game: GameName; readonly code: string }) {
  return (
    <section class="card" data-testid="waiting">
      <p role="status">
        <strong>{texts.table.waiting}</strong>
      </p>
      <p>{texts.table.waitingAbout}</p>
      <InviteLink game={game} code={code} />
      <p class="dim">{texts.table.waitingOpen}</p>
    </section>
  );
}
