// Fields: a name, a password and what went wrong, as every form of an account asks and says it. Their
// autocomplete tells password keepers what is what; nothing typed here is kept.

import { useId, useState } from "preact/hooks";
import { NAME_LENGTH_MAX } from "../../../shared/seats.ts";
import { accountTexts } from "./accountTexts.ts";
import type { Problem } from "./problem.ts";

interface FieldProps {
  readonly value: string;
  readonly set: (value: string) => void;
  readonly isBad: boolean;
}

const PASSWORD_LENGTH_MAX = 256;

export function NameField({ value, set, isBad, hint }: FieldProps & { readonly hint?: string }) {
  const id = useId();
  return (
    <label class="field">
      <span>{accountTexts.name}</span>
      <input
        data-testid="account-name"
        name="username"
        autocomplete="username"
        autocapitalize="off"
        spellcheck={false}
        required
        maxLength={NAME_LENGTH_MAX}
        value={value}
        aria-invalid={isBad}
        aria-describedby={hint === undefined ? undefined : id}
        onInput={(event) => set(event.currentTarget.value)}
      />
      {hint === undefined ? null : <small id={id}>{hint}</small>}
    </label>
  );
}

export interface PasswordFieldProps extends FieldProps {
  readonly label: string;
  readonly kind: "current-password" | "new-password";
  readonly hint?: string;
}

export function PasswordField({ value, set, isBad, label, kind, hint }: PasswordFieldProps) {
  const [isShown, setShown] = useState(false);
  const id = useId();
  return (
    <div class="field">
      <label for={`${id}-field`}>
        <span>{label}</span>
      </label>
      <input
        id={`${id}-field`}
        data-testid={kind}
        {...(isShown ? { type: "text" as const } : { type: "password" as const })}
        name={kind}
        autocomplete={kind}
        autocapitalize="off"
        spellcheck={false}
        required
        minLength={kind === "new-password" ? 8 : undefined}
        maxLength={PASSWORD_LENGTH_MAX}
        value={value}
        aria-invalid={isBad}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onInput={(event) => set(event.currentTarget.value)}
      />
      {hint === undefined ? null : <small id={`${id}-hint`}>{hint}</small>}
      <label class="check">
        <input
          type="checkbox"
          checked={isShown}
          onChange={(event) => setShown(event.currentTarget.checked)}
        />
        {accountTexts.show}
      </label>
    </div>
  );
}

/** Read out as soon as it is there. */
export function ProblemNote({ problem }: { readonly problem: Problem | undefined }) {
  return (
    <p class="problem" role="alert" data-testid="problem">
      {problem?.text}
    </p>
  );
}
