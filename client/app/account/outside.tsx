// Outside: what somebody sees at a table once the server takes them for nobody, or keeps them out: why,
// and the way back to the same seat. Who is somebody after all comes back without a question.

import { useEffect, useRef, useState } from "preact/hooks";
import { systemClock } from "../../../shared/clock.ts";
import { useCover } from "../cover.ts";
import { askWhoIfReached, type Person } from "../person.ts";
import { rememberedName, rememberName, visitor } from "../visitor.ts";
import { accountTexts } from "./accountTexts.ts";
import { useAsking } from "./asking.ts";
import { BannedNote } from "./bannedNote.tsx";
import { ProblemNote } from "./fields.tsx";
import { CredentialsForm } from "./forms.tsx";
import "./account.css";

/** Somebody who is let in and put out again at once must not go in circles. */
const AGAIN_AFTER_MS = 5_000;
let cameBackMs = -Infinity;

/** `again` takes the seat anew; `home` leads away from it. */
export function Outside({
  again,
  home,
}: {
  readonly again: () => void;
  readonly home: () => void;
}) {
  const [person, setPerson] = useState<Person>();
  useEffect(() => {
    let isShown = true;
    void askWhoIfReached().then((who) => {
      if (!isShown) return;
      const nowMs = systemClock.now();
      if (who.kind !== "known" || nowMs - cameBackMs < AGAIN_AFTER_MS) return setPerson(who);
      cameBackMs = nowMs;
      again();
    });
    return () => {
      isShown = false;
    };
  }, []);
  const overlay = useRef<HTMLDivElement>(null);
  useCover(overlay, person);
  if (person === undefined) return null;
  return (
    <div
      ref={overlay}
      class="overlay"
      role="dialog"
      tabIndex={-1}
      aria-label={person.kind === "banned" ? accountTexts.banned : accountTexts.signedOut}
      data-testid="overlay"
      data-remedy="sign-in"
    >
      {person.kind === "banned" ? (
        <div class="outside">
          <BannedNote ban={person.ban} />
        </div>
      ) : (
        <SignedOut person={person} again={again} home={home} />
      )}
    </div>
  );
}

function SignedOut(props: {
  readonly person: Person;
  readonly again: () => void;
  readonly home: () => void;
}) {
  const { person, again, home } = props;
  const why = person.kind === "nobody" ? person.why : undefined;
  const isKnown = person.kind === "known";
  return (
    <section class="card outside" data-testid="signed-out">
      <div role="alert">
        <h2>{accountTexts.signedOut}</h2>
        <p data-testid="signed-out-why">{accountTexts.signedOutWhy(why)}</p>
        <p>{accountTexts.signedOutSeat}</p>
      </div>
      {isKnown ? (
        <button type="button" class="primary" data-testid="remedy" onClick={again}>
          {accountTexts.comeBack}
        </button>
      ) : (
        <CredentialsForm
          kind="sign-in"
          name={rememberedName()}
          done={(name) => {
            rememberName(name);
            again();
          }}
        />
      )}
      <div class="row">
        {isKnown ? null : <AsGuest again={again} />}
        <button type="button" class="quiet" data-testid="go-home" onClick={home}>
          {accountTexts.home}
        </button>
      </div>
    </section>
  );
}

/** Whoever does not want to sign in begins anew, knowing it. */
function AsGuest({ again }: { readonly again: () => void }) {
  const asking = useAsking();
  const name = rememberedName();
  if (name === "") return null;
  const begin = async () => {
    if (await asking.run(() => visitor.guest(name))) again();
  };
  return (
    <>
      <button type="button" class="quiet" data-testid="as-guest" onClick={() => void begin()}>
        {accountTexts.asGuest(name)}
      </button>
      <ProblemNote problem={asking.problem} />
    </>
  );
}
