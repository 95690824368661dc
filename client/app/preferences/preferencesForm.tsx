// Preferences form: how somebody likes the pages; each choice holds at once, here and with the account.

import { useState } from "preact/hooks";
import type { Preferences } from "../../../shared/owned.ts";
import { accountTexts } from "../account/accountTexts.ts";
import { ProblemNote } from "../account/fields.tsx";
import { NameForm } from "../account/nameForm.tsx";
import { type Problem, problemFrom } from "../account/problem.ts";
import { LANGUAGES, prefer, usePreferences } from "./preferences.ts";

const COLOURS = ["", "light", "dark", "contrast"] as const;
const MOTIONS = ["", "calm", "full"] as const;

export function PreferencesForm({ name }: { readonly name: string }) {
  const preferences = usePreferences();
  const [problem, setProblem] = useState<Problem>();
  const set = (changed: { readonly [Key in keyof Preferences]: Preferences[Key] | undefined }) => {
    const all = Object.entries({ ...preferences, ...changed });
    const wanted: Preferences = Object.fromEntries(all.filter(([, value]) => value !== undefined));
    prefer(wanted).then(
      () => setProblem(undefined),
      (error: unknown) => setProblem(problemFrom(error)),
    );
  };
  const { colours = "", reducedMotion, language = "" } = preferences;
  const motion = reducedMotion === undefined ? "" : reducedMotion ? "calm" : "full";
  return (
    <section class="card" data-testid="preferences">
      <h3>{accountTexts.preferences}</h3>
      <NameForm name={name} />
      <div class="pairs">
        <Choice
          name="colours"
          label={accountTexts.colours}
          value={colours}
          options={COLOURS.map((each) => [each, accountTexts.colour[each]])}
          set={(value) => set({ colours: COLOURS.find((each) => each === value) || undefined })}
        />
        <Choice
          name="motion"
          label={accountTexts.motion}
          value={motion}
          options={MOTIONS.map((each) => [each, accountTexts.motions[each]])}
          set={(value) => set({ reducedMotion: value === "" ? undefined : value === "calm" })}
        />
        <Choice
          name="language"
          label={accountTexts.language}
          value={language}
          options={[["", accountTexts.asDevice], ...Object.entries(LANGUAGES)]}
          set={(value) => set({ language: value === "" ? undefined : value })}
        />
      </div>
      <ProblemNote problem={problem} />
    </section>
  );
}

function Choice(props: {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly set: (value: string) => void;
}) {
  const { name, label, value, options, set } = props;
  return (
    <label class="field">
      <span>{label}</span>
      <select data-testid={name} value={value} onChange={(event) => set(event.currentTarget.value)}>
        {options.map(([each, words]) => (
          <option key={each} value={each}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}
