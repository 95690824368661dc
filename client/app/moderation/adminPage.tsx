// Admin page: for moderators and admins: somebody is found, kept out, let in or given a role, and the
// audit is read. Whoever may not is told so and shown nothing else.

import { useEffect, useState } from "preact/hooks";
import { NAME_LENGTH_MAX } from "../../../shared/seats.ts";
import { accountTexts } from "../account/accountTexts.ts";
import { useAsking } from "../account/asking.ts";
import { ProblemNote } from "../account/fields.tsx";
import { askWhoIfReached, mayModerate, usePerson } from "../person.ts";
import { type AuditLine, auditTail, find, type PersonSeen } from "./moderation.ts";
import { moderationTexts } from "./moderationTexts.ts";
import { PersonCard } from "./personCard.tsx";
import "../account/account.css";

export function AdminPage() {
  const person = usePerson();
  useEffect(() => void askWhoIfReached(), []);
  return (
    <main class="account-page" data-testid="admin-page">
      <header class="row">
        <a href="#/" class="home" data-testid="home">
          ‹ {accountTexts.home}
        </a>
        <h1>{moderationTexts.title}</h1>
      </header>
      {person.kind === "unasked" ? <p role="status">{accountTexts.asking}</p> : null}
      {mayModerate(person) ? (
        <Desk isAdmin={person.kind === "known" && person.role === "admin"} />
      ) : null}
      {person.kind !== "unasked" && !mayModerate(person) ? (
        <section class="card" data-testid="not-allowed">
          <p>{moderationTexts.notAllowed}</p>
          <a href="#/account">{moderationTexts.account}</a>
        </section>
      ) : null}
    </main>
  );
}

function Desk({ isAdmin }: { readonly isAdmin: boolean }) {
  const [name, setName] = useState("");
  const [found, setFound] = useState<PersonSeen>();
  const asking = useAsking();
  const submit = (event: Event) => {
    event.preventDefault();
    setFound(undefined);
    void asking.run(async () => setFound(await find(name.trim())));
  };
  return (
    <>
      <form class="card" onSubmit={submit}>
        <label class="field">
          <span>{moderationTexts.find}</span>
          <div class="row">
            <input
              data-testid="find-name"
              autocomplete="off"
              autocapitalize="off"
              spellcheck={false}
              required
              maxLength={NAME_LENGTH_MAX}
              value={name}
              aria-describedby="find-hint"
              onInput={(event) => setName(event.currentTarget.value)}
            />
            <button
              type="submit"
              class="primary"
              data-testid="find"
              aria-disabled={asking.isUnderWay}
            >
              {asking.isUnderWay ? moderationTexts.finding : moderationTexts.findButton}
            </button>
          </div>
          <small id="find-hint">{moderationTexts.findHint}</small>
        </label>
        <ProblemNote problem={asking.problem} />
      </form>
      {found === undefined ? null : (
        <PersonCard key={found.identity} person={found} isAdmin={isAdmin} changed={setFound} />
      )}
      {isAdmin ? <Audit /> : null}
    </>
  );
}

function Audit() {
  const [lines, setLines] = useState<readonly AuditLine[]>();
  const asking = useAsking();
  const show = () => void asking.run(async () => setLines(await auditTail()));
  return (
    <section class="card" data-testid="audit">
      <h3>{moderationTexts.audit}</h3>
      <div class="row">
        <button
          type="button"
          data-testid="audit-show"
          aria-disabled={asking.isUnderWay}
          onClick={show}
        >
          {moderationTexts.auditShow}
        </button>
      </div>
      <ProblemNote problem={asking.problem} />
      {lines === undefined ? null : (
        <ol class="lines audit">
          {lines.map((line, at) => (
            // Lines have no name of their own, and are drawn anew as a whole.
            <li key={`${lines.length} ${at}`}>{moderationTexts.auditLine(line)}</li>
          ))}
        </ol>
      )}
    </section>
  );
}
