// Kept: everything that the server keeps of somebody, to take along as a file or to have forgotten for
// good. Deleting asks for the password of whoever has one, and a guest whether that is meant.

import { useState } from "preact/hooks";
import { askWhoIfReached } from "../person.ts";
import { visitor } from "../visitor.ts";
import { deleteAll } from "./account.ts";
import { accountTexts } from "./accountTexts.ts";
import { useAsking } from "./asking.ts";
import { PasswordField, ProblemNote } from "./fields.tsx";

export interface KeptProps {
  readonly isGuest: boolean;
  /** After who one is has changed. */
  readonly changed: (() => void) | undefined;
}

export function Kept({ isGuest, changed }: KeptProps) {
  return (
    <details class="card" data-testid="kept">
      <summary data-testid="kept-open">{accountTexts.kept}</summary>
      <div class="stack">
        <p class="dim">{accountTexts.keptAbout}</p>
        <a
          class="account-link"
          href={`${visitor.origin}/api/account/export`}
          download="holdfast.json"
          data-testid="export"
        >
          {accountTexts.export}
        </a>
        <h3>{isGuest ? accountTexts.deleteGuest : accountTexts.deleteAccount}</h3>
        <p>{accountTexts.deleteAbout}</p>
        <Deleting isGuest={isGuest} changed={changed} />
      </div>
    </details>
  );
}

function Deleting({ isGuest, changed }: KeptProps) {
  const [password, setPassword] = useState("");
  const [isMeant, setMeant] = useState(false);
  const asking = useAsking();
  const submit = async (event: Event) => {
    event.preventDefault();
    const isDone = await asking.run(async () => {
      await deleteAll(isGuest ? undefined : password);
      await askWhoIfReached();
    });
    if (isDone) changed?.();
  };
  return (
    <form class="stack deleting" data-testid="delete-form" onSubmit={(event) => void submit(event)}>
      {isGuest ? null : (
        <PasswordField
          label={accountTexts.password}
          kind="current-password"
          value={password}
          set={setPassword}
          isBad={asking.problem?.field === "password"}
        />
      )}
      <label class="check">
        <input
          type="checkbox"
          required
          data-testid="delete-meant"
          checked={isMeant}
          onChange={(event) => setMeant(event.currentTarget.checked)}
        />
        {accountTexts.deleteMeant}
      </label>
      <div class="row">
        <button type="submit" class="danger" data-testid="delete" aria-disabled={asking.isUnderWay}>
          {accountTexts.deleteNow}
        </button>
      </div>
      <ProblemNote problem={asking.problem} />
    </form>
  );
}
