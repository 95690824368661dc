// Banned note: what somebody who is kept out is told: why, until when, and what stays theirs.

import type { Ban } from "../../join.ts";
import { askWhoIfReached } from "../person.ts";
import { accountTexts } from "./accountTexts.ts";

export function BannedNote({ ban }: { readonly ban: Ban }) {
  return (
    <section class="card banned" role="alert" data-testid="who-banned">
      <h2>{accountTexts.banned}</h2>
      <p data-testid="ban-reason">{accountTexts.bannedFor(ban)}</p>
      <p data-testid="ban-end">{accountTexts.bannedUntil(ban)}</p>
      <p class="dim">{accountTexts.bannedAbout}</p>
      <div class="row">
        <button type="button" onClick={() => void askWhoIfReached()}>
          {accountTexts.tryAgain}
        </button>
      </div>
    </section>
  );
}
