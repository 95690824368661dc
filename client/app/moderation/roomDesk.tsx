// Room desk: what moderators may do at a table: see who sits there, guests as well, and put somebody out
// of the room or off the server. Shown to nobody else.

import { useEffect, useState } from "preact/hooks";
import { useAsking } from "../account/asking.ts";
import { ProblemNote } from "../account/fields.tsx";
import { mayModerate, usePerson } from "../person.ts";
import { Popover } from "../popover.tsx";
import { findById, type PersonSeen, putOut, type Seated, seatsIn } from "./moderation.ts";
import { moderationTexts } from "./moderationTexts.ts";
import { PersonCard } from "./personCard.tsx";

export interface RoomDeskProps {
  readonly room: string;
  /** Whoever looks does not put themselves out. */
  readonly ownSeat: number | undefined;
}

/** The button that opens it. */
export function RoomDesk(props: RoomDeskProps) {
  const person = usePerson();
  if (!mayModerate(person)) return null;
  const isAdmin = person.kind === "known" && person.role === "admin";
  return (
    <Popover name="desk" look="quiet" label={moderationTexts.desk}>
      {() => <Desk {...props} isAdmin={isAdmin} />}
    </Popover>
  );
}

function Desk({ room, ownSeat, isAdmin }: RoomDeskProps & { readonly isAdmin: boolean }) {
  const [seats, setSeats] = useState<readonly Seated[]>([]);
  const [found, setFound] = useState<PersonSeen>();
  const [told, setTold] = useState("");
  const asking = useAsking();
  useEffect(() => void asking.run(async () => setSeats(await seatsIn(room))), [room]);
  const out = ({ identity, name }: Seated, keepOut: boolean) =>
    void asking.run(async () => {
      await putOut(identity, room, keepOut);
      setTold(moderationTexts.isOut(name));
      setSeats(await seatsIn(room));
    });
  const more = ({ identity }: Seated) =>
    void asking.run(async () => setFound(await findById(identity)));
  const others = seats.filter(({ seat }) => seat !== ownSeat);
  return (
    <>
      <h2>{moderationTexts.seats}</h2>
      {others.length === 0 ? <p class="dim">{moderationTexts.empty}</p> : null}
      <ul class="lines">
        {others.map((seated) => (
          <li key={seated.identity}>
            <strong>{seated.name}</strong>
            <span class="row">
              <button
                type="button"
                data-testid="put-out"
                aria-label={moderationTexts.putOutOf(seated.name)}
                onClick={() => out(seated, false)}
              >
                {moderationTexts.putOut}
              </button>
              <button
                type="button"
                data-testid="keep-out"
                aria-label={moderationTexts.keepOutOf(seated.name)}
                onClick={() => out(seated, true)}
              >
                {moderationTexts.keepOut}
              </button>
              <button
                type="button"
                class="quiet"
                data-testid="desk-more"
                aria-label={moderationTexts.moreOf(seated.name)}
                onClick={() => more(seated)}
              >
                {moderationTexts.more}
              </button>
            </span>
          </li>
        ))}
      </ul>
      <p role="status" data-testid="desk-told">
        {told}
      </p>
      <ProblemNote problem={asking.problem} />
      {found === undefined ? null : (
        <PersonCard key={found.identity} person={found} isAdmin={isAdmin} changed={setFound} />
      )}
    </>
  );
}
