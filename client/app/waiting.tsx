// Waiting: what a table for two or more says while only one sits at it, and the way there for a
// friend.

import { InviteLink } from "./invite.tsx";
import { isPrivate, plainSeat, type Taken } from "./tables.ts";
import { texts } from "./texts.ts";

export function Waiting({ taken }: { readonly taken: Taken }) {
  const seat = plainSeat(taken);
  return (
    <section class="card" data-testid="waiting">
      <p role="status">
        <strong>{texts.table.waiting}</strong>
      </p>
      <p>{texts.table.waitingAbout}</p>
      <InviteLink game={taken.game} code={seat.code} />
      <p class="dim">{isPrivate(seat) ? texts.table.waitingPrivate : texts.table.waitingListed}</p>
    </section>
  );
}
