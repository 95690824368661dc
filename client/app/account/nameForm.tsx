// Name form: how others see somebody, changed for every device at once.

import { useState } from "preact/hooks";
import { NAME_LENGTH_MAX } from "../../../shared/seats.ts";
import { askWhoIfReached } from "../person.ts";
import { rememberName } from "../visitor.ts";
import { rename } from "./account.ts";
import { accountTexts } from "./accountTexts.ts";
import { useAsking } from "./asking.ts";
import { ProblemNote } from "./fields.tsx";

export function NameForm({ name: known }: { readonly name: string }) {
  const [name, setName] = useState(known);
  const [told, setTold] = useState("");
  const asking = useAsking();
  const submit = async (event: Event) => {
    event.preventDefault();
    const wanted = name.trim();
    setTold("");
    const isDone = await asking.run(async () => {
      await rename(wanted);
      await askWhoIfReached();
    });
    if (!isDone) return;
    rememberName(wanted);
    setTold(accountTexts.renamed(wanted));
  };
  return (
    <form class="field" onSubmit={(event) => void submit(event)}>
      <label for="shown-name">
        <span>{accountTexts.shownName}</span>
      </label>
      <div class="row">
        <input
          id="shown-name"
          data-testid="shown-name"
          name="nickname"
          autocomplete="nickname"
          required
          maxLength={NAME_LENGTH_MAX}
          value={name}
          aria-invalid={asking.problem !== undefined}
          aria-describedby="shown-name-about"
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <button type="submit" data-testid="rename" aria-disabled={asking.isUnderWay}>
          {accountTexts.rename}
        </button>
      </div>
      <small id="shown-name-about">{accountTexts.shownNameAbout}</small>
      <ProblemNote problem={asking.problem} />
      <p role="status" data-testid="renamed">
        {told}
      </p>
    </form>
  );
}
