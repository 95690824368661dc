// Person card: somebody as moderators see them, and what may be done: keep out with a reason and an end,
// let in again, give a role. Each deed is confirmed by what the server then says of them.

import { useState } from "preact/hooks";
import { accountTexts } from "../account/accountTexts.ts";
import { type Asking, useAsking } from "../account/asking.ts";
import { ProblemNote } from "../account/fields.tsx";
import { ban, giveRole, liftBan, type PersonSeen, type Role } from "./moderation.ts";
import { moderationTexts } from "./moderationTexts.ts";

const SENT_AWAY_MS = 60_000;
const GIVEN_ROLES = ["player", "moderator", "admin"] as const satisfies readonly Role[];
const REASON_LENGTH_MAX = 200;

export interface PersonCardProps {
  readonly person: PersonSeen;
  /** Whether whoever looks may give roles. */
  readonly isAdmin: boolean;
  readonly changed: (person: PersonSeen) => void;
}

export function PersonCard({ person, isAdmin, changed }: PersonCardProps) {
  const asking = useAsking();
  const [done, setDone] = useState("");
  const act = async (deed: () => Promise<PersonSeen>, told: string) => {
    setDone("");
    const isDone = await asking.run(async () => changed(await deed()));
    if (isDone) setDone(told);
  };
  const { name, role, auditedAs } = person;
  return (
    <section class="card" data-testid="person" data-banned={person.ban !== undefined}>
      <h2>{name}</h2>
      <p class="row">
        <span class={`role ${role}`}>{moderationTexts.roles[role]}</span>
        <small>{moderationTexts.audited(auditedAs)}</small>
      </p>
      {person.ban === undefined ? (
        <BanForm person={person} asking={asking} act={act} />
      ) : (
        <>
          <p data-testid="person-ban">
            {accountTexts.bannedFor(person.ban)} {accountTexts.bannedUntil(person.ban)}
          </p>
          <div class="row">
            <button
              type="button"
              data-testid="lift"
              aria-disabled={asking.isUnderWay}
              onClick={() => void act(() => liftBan(person), moderationTexts.lifted(name))}
            >
              {moderationTexts.lift}
            </button>
          </div>
        </>
      )}
      {isAdmin && role !== "guest" ? <RoleForm person={person} asking={asking} act={act} /> : null}
      <ProblemNote problem={asking.problem} />
      <p role="status" data-testid="person-done">
        {done}
      </p>
    </section>
  );
}

interface DeedProps {
  readonly person: PersonSeen;
  readonly asking: Asking;
  /** Says what was done once it is. */
  readonly act: (deed: () => Promise<PersonSeen>, told: string) => Promise<void>;
}

function BanForm({ person, asking, act }: DeedProps) {
  const [reason, setReason] = useState("");
  const [chosen, setChosen] = useState(1);
  const keepOut = (why: string, forMs: number | null) =>
    void act(() => ban(person, why, forMs), moderationTexts.banned(person.name));
  const submit = (event: Event) => {
    event.preventDefault();
    keepOut(reason.trim(), moderationTexts.lengths[chosen]?.forMs ?? null);
  };
  return (
    <form class="stack" onSubmit={submit}>
      <label class="field">
        <span>{moderationTexts.reason}</span>
        <input
          data-testid="ban-reason-field"
          required
          maxLength={REASON_LENGTH_MAX}
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>{moderationTexts.length}</span>
        <select
          data-testid="ban-length"
          value={chosen}
          onChange={(event) => setChosen(Number(event.currentTarget.value))}
        >
          {moderationTexts.lengths.map(({ label }, at) => (
            <option key={label} value={at}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <div class="row">
        <button type="submit" class="primary" data-testid="ban" aria-disabled={asking.isUnderWay}>
          {moderationTexts.ban}
        </button>
        <button
          type="button"
          data-testid="send-away"
          aria-disabled={asking.isUnderWay}
          aria-describedby="send-away-about"
          onClick={() => keepOut(moderationTexts.sendAwayReason, SENT_AWAY_MS)}
        >
          {moderationTexts.sendAway}
        </button>
      </div>
      <small id="send-away-about">{moderationTexts.sendAwayAbout}</small>
    </form>
  );
}

function RoleForm({ person, asking, act }: DeedProps) {
  const [role, setRole] = useState<(typeof GIVEN_ROLES)[number]>(
    person.role === "guest" ? "player" : person.role,
  );
  const give = () => {
    if (role === person.role) return;
    void act(() => giveRole(person, role), moderationTexts.given(person.name, role));
  };
  return (
    <div class="row">
      <label class="field grow">
        <span>{moderationTexts.role}</span>
        <select
          data-testid="role"
          value={role}
          onChange={({ currentTarget }) =>
            setRole(GIVEN_ROLES.find((each) => each === currentTarget.value) ?? role)
          }
        >
          {GIVEN_ROLES.map((each) => (
            <option key={each} value={each}>
              {moderationTexts.roles[each]}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        data-testid="give-role"
        aria-disabled={asking.isUnderWay || role === person.role}
        onClick={give}
      >
        {moderationTexts.give}
      </button>
    </div>
  );
}
