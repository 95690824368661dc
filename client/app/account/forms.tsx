// Forms: making an account, signing in, changing the password. Each asks once at a time, says what went
// wrong and where, and what was typed stays until it worked.

import { useState } from "preact/hooks";
import { askWhoIfReached } from "../person.ts";
import { changePassword, register, signIn } from "./account.ts";
import { accountTexts } from "./accountTexts.ts";
import { type Asking, useAsking } from "./asking.ts";
import { NameField, PasswordField, ProblemNote } from "./fields.tsx";
import { noteSignedIn } from "./storyWatch.ts";

export interface CredentialsFormProps {
  readonly kind: "register" | "sign-in";
  readonly name: string;
  /** After it worked and everything that shows who one is knows. */
  readonly done: (name: string) => void;
}

export function CredentialsForm({ kind, name: known, done }: CredentialsFormProps) {
  const [name, setName] = useState(known);
  const [password, setPassword] = useState("");
  const asking = useAsking();
  const isNew = kind === "register";
  const submit = async () => {
    const call = isNew ? register : signIn;
    const isDone = await asking.run(async () => {
      await call({ name: name.trim(), password });
      if (!isNew) noteSignedIn();
      await askWhoIfReached();
    });
    if (isDone) done(name.trim());
  };
  return (
    <AskingForm asking={asking} submit={submit} testid={kind}>
      <NameField
        value={name}
        set={setName}
        isBad={asking.problem?.field === "name"}
        {...(isNew ? { hint: accountTexts.nameHint } : {})}
      />
      <PasswordField
        label={accountTexts.password}
        kind={isNew ? "new-password" : "current-password"}
        value={password}
        set={setPassword}
        isBad={asking.problem?.field === "password"}
        {...(isNew ? { hint: accountTexts.passwordHint } : {})}
      />
      <Submit
        asking={asking}
        label={isNew ? accountTexts.register : accountTexts.signIn}
        busy={isNew ? accountTexts.registering : accountTexts.signingIn}
      />
    </AskingForm>
  );
}

export function PasswordForm({ name }: { readonly name: string }) {
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [isChanged, setChanged] = useState(false);
  const asking = useAsking();
  const submit = async () => {
    setChanged(false);
    const isDone = await asking.run(async () => {
      await changePassword(current, next);
      await askWhoIfReached();
    });
    if (!isDone) return;
    setChanged(true);
    setCurrent("");
    setNext("");
  };
  const isCurrentBad = asking.problem?.reason === "sign-in-failed";
  return (
    <AskingForm asking={asking} submit={submit} testid="password">
      <p class="dim">{accountTexts.passwordAbout}</p>
      {/* Tells password keepers whose password it is. */}
      <input
        class="unseen"
        name="username"
        autocomplete="username"
        value={name}
        readOnly
        tabIndex={-1}
        aria-hidden="true"
      />
      <PasswordField
        label={accountTexts.current}
        kind="current-password"
        value={current}
        set={setCurrent}
        isBad={isCurrentBad}
      />
      <PasswordField
        label={accountTexts.next}
        kind="new-password"
        value={next}
        set={setNext}
        isBad={asking.problem?.field === "password" && !isCurrentBad}
        hint={accountTexts.passwordHint}
      />
      <Submit asking={asking} label={accountTexts.change} busy={accountTexts.changing} />
      <p role="status" data-testid="password-changed">
        {isChanged ? accountTexts.changed : ""}
      </p>
    </AskingForm>
  );
}

function AskingForm(props: {
  readonly asking: Asking;
  readonly submit: () => Promise<void>;
  readonly testid: string;
  readonly children: preact.ComponentChildren;
}) {
  const { asking, submit, testid, children } = props;
  const submitted = (event: Event) => {
    event.preventDefault();
    void submit();
  };
  return (
    <form class="stack" data-testid={`${testid}-form`} onSubmit={submitted}>
      {children}
      <ProblemNote problem={asking.problem} />
    </form>
  );
}

function Submit(props: { readonly asking: Asking; readonly label: string; readonly busy: string }) {
  const { asking, label, busy } = props;
  return (
    <div class="row">
      <button type="submit" class="primary" data-testid="submit" aria-disabled={asking.isUnderWay}>
        {asking.isUnderWay ? busy : label}
      </button>
    </div>
  );
}
