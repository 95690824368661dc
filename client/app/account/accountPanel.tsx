// Account panel: who one is and what can be done about it, on a page of its own or over a table: another
// face for nobody, for a guest, for somebody with an account and for somebody who is kept out.

import { useEffect, useRef, useState } from "preact/hooks";
import { unreachable } from "../../../shared/assert.ts";
import { HandOffCard } from "../handOff/handOffCard.tsx";
import { askWhoIfReached, hasAccount, type Person, usePerson } from "../person.ts";
import { PreferencesForm } from "../preferences/preferencesForm.tsx";
import { rememberedName, rememberName } from "../visitor.ts";
import { signOut, signOutEverywhere } from "./account.ts";
import { accountTexts } from "./accountTexts.ts";
import { useAsking } from "./asking.ts";
import { BannedNote } from "./bannedNote.tsx";
import { Browsers } from "./browsers.tsx";
import { ProblemNote } from "./fields.tsx";
import { CredentialsForm, PasswordForm } from "./forms.tsx";
import { Kept } from "./kept.tsx";
import { Stories } from "./stories.tsx";
import "./account.css";

type Known = Extract<Person, { kind: "known" }>;

/** `changed`: after who one is has changed. */
export function AccountPanel({ changed }: { readonly changed?: () => void }) {
  const person = usePerson();
  switch (person.kind) {
    case "unasked":
      return <p role="status">{accountTexts.asking}</p>;
    case "banned":
      return <BannedNote ban={person.ban} />;
    case "nobody":
      return (
        <section class="card" data-testid="who-nobody">
          <h2>{accountTexts.nobody}</h2>
          {person.why === undefined ? null : <p>{accountTexts.signedOutWhy(person.why)}</p>}
          <p class="dim">{accountTexts.nobodyAbout}</p>
          <Credentials first="sign-in" name={rememberedName()} changed={changed} />
        </section>
      );
    case "known":
      return hasAccount(person) ? (
        <Player person={person} changed={changed} />
      ) : (
        <Guest person={person} changed={changed} />
      );
    default:
      return unreachable(person);
  }
}

interface Changing {
  readonly changed: (() => void) | undefined;
}

function Guest({ person, changed }: Changing & { readonly person: Known }) {
  return (
    <>
      <section class="card" data-testid="who-guest">
        <h2>{accountTexts.guest(person.name)}</h2>
        <p class="dim">{accountTexts.guestAbout}</p>
        <Credentials first="register" name={person.name} changed={changed} />
      </section>
      <Stories isGuest />
      <HandOffCard />
      <PreferencesForm name={person.name} />
      <Browsers isGuest />
      <Kept isGuest changed={changed} />
      <Leaving isGuest changed={changed} />
    </>
  );
}

function Player({ person, changed }: Changing & { readonly person: Known }) {
  return (
    <>
      <section class="card" data-testid="who-player" data-role={person.role}>
        <h2>{accountTexts.player(person.name)}</h2>
        <p class="row">
          <span class={`role ${person.role}`}>{accountTexts.roles[person.role]}</span>
        </p>
      </section>
      <Stories isGuest={false} />
      <HandOffCard />
      <Browsers isGuest={false} />
      <PreferencesForm name={person.name} />
      <details class="card">
        <summary data-testid="password-open">{accountTexts.passwordTitle}</summary>
        <PasswordForm name={person.name} />
      </details>
      <Kept isGuest={false} changed={changed} />
      <Leaving isGuest={false} changed={changed} />
    </>
  );
}

/** Making an account or signing in, whichever is likelier first. */
function Credentials(
  props: Changing & { readonly first: "register" | "sign-in"; readonly name: string },
) {
  const { first, name, changed } = props;
  const [kind, setKind] = useState(first);
  const isNew = kind === "register";
  const done = (given: string) => {
    rememberName(given);
    changed?.();
  };
  return (
    <>
      <h3>{isNew ? accountTexts.registerTitle : accountTexts.signInTitle}</h3>
      {!isNew && first === "register" ? <p class="dim">{accountTexts.signInKeeps}</p> : null}
      <CredentialsForm key={kind} kind={kind} name={name} done={done} />
      <button
        type="button"
        class="quiet switch"
        data-testid={isNew ? "to-sign-in" : "to-register"}
        onClick={() => setKind(isNew ? "sign-in" : "register")}
      >
        {isNew ? accountTexts.toSignIn : accountTexts.toRegister}
      </button>
    </>
  );
}

/** A guest who leaves is nobody for good: that is asked first. */
function Leaving({ isGuest, changed }: Changing & { readonly isGuest: boolean }) {
  const [isAsked, setAsked] = useState(false);
  const asking = useAsking();
  const leave = async (call: () => Promise<void>) => {
    const isDone = await asking.run(async () => {
      await call();
      await askWhoIfReached();
    });
    if (isDone) changed?.();
  };
  const staying = useRef<HTMLButtonElement>(null);
  // What was pressed is gone, and the focus with it.
  useEffect(() => {
    if (isAsked) staying.current?.focus();
  }, [isAsked]);
  if (isGuest && isAsked) {
    return (
      <section class="card" role="alertdialog" aria-label={accountTexts.signOutGuestAsk}>
        <h3>{accountTexts.signOutGuestAsk}</h3>
        <p>{accountTexts.signOutGuestAbout}</p>
        <div class="row">
          <button type="button" data-testid="sign-out-yes" onClick={() => void leave(signOut)}>
            {accountTexts.signOutYes}
          </button>
          <button ref={staying} type="button" class="primary" onClick={() => setAsked(false)}>
            {accountTexts.stay}
          </button>
        </div>
        <ProblemNote problem={asking.problem} />
      </section>
    );
  }
  return (
    <div class="row">
      <button
        type="button"
        data-testid="sign-out"
        aria-disabled={asking.isUnderWay}
        onClick={() => (isGuest ? setAsked(true) : void leave(signOut))}
      >
        {accountTexts.signOut}
      </button>
      {isGuest ? null : (
        <button
          type="button"
          data-testid="sign-out-everywhere"
          aria-disabled={asking.isUnderWay}
          onClick={() => void leave(signOutEverywhere)}
        >
          {accountTexts.signOutEverywhere}
        </button>
      )}
      <ProblemNote problem={asking.problem} />
    </div>
  );
}
