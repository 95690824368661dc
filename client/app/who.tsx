// Who: who plays here, as the first page says it: a name to be typed, or somebody who is known, and the
// way to their account.

import { NAME_LENGTH_MAX } from "../../shared/seats.ts";
import { accountTexts } from "./account/accountTexts.ts";
import { useUnseenAlert } from "./account/alertWatch.ts";
import { mayModerate, type Person } from "./person.ts";
import { texts } from "./texts.ts";

export interface WhoProps {
  readonly person: Person;
  readonly name: string;
  readonly setName: (name: string) => void;
  readonly problem: string | undefined;
  readonly nameField: { readonly current: HTMLInputElement | null };
}

export function Who({ person, ...field }: WhoProps) {
  const isUnseen = useUnseenAlert();
  if (person.kind === "known") {
    return (
      <>
        {isUnseen ? (
          <p class="notice" role="status" data-testid="alert-notice">
            {accountTexts.alertToast} <a href="#/account">{accountTexts.look}</a>
          </p>
        ) : null}
        <p class="who row" data-testid="who" data-role={person.role}>
          <span>{texts.landing.signedInAs(person.name)}</span>
          <span class={`role ${person.role}`}>{accountTexts.roles[person.role]}</span>
          <a href="#/account" data-testid="account">
            {person.role === "guest" ? accountTexts.keep : accountTexts.title}
          </a>
          {mayModerate(person) ? (
            <a href="#/admin" data-testid="admin">
              {accountTexts.moderation}
            </a>
          ) : null}
        </p>
      </>
    );
  }
  return (
    <div class="field">
      {person.kind === "nobody" && person.why !== undefined ? (
        <p class="notice" data-testid="signed-out">
          {accountTexts.signedOut}. {accountTexts.signedOutWhy(person.why)}
        </p>
      ) : null}
      <NameField {...field} />
      <p class="row">
        <a class="account-link" href="#/account" data-testid="account">
          {accountTexts.orSignIn}
        </a>
        <a class="account-link" href="#/take" data-testid="enter-code">
          {accountTexts.orTake}
        </a>
      </p>
    </div>
  );
}

function NameField({ name, setName, problem, nameField }: Omit<WhoProps, "person">) {
  return (
    <label class="field">
      <span>{texts.landing.name}</span>
      <input
        ref={nameField as never}
        data-testid="name"
        name="nickname"
        autocomplete="nickname"
        maxLength={NAME_LENGTH_MAX}
        value={name}
        aria-invalid={problem !== undefined}
        aria-describedby="name-hint"
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <small id="name-hint" role={problem === undefined ? undefined : "alert"}>
        {problem ?? texts.landing.nameHint}
      </small>
    </label>
  );
}
