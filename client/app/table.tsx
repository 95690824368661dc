// Table: the way to a seat, and the frame around a game while one is held: who sits here, how the
// line stands, and the way out. It knows no game's rules.

import { useEffect, useState } from "preact/hooks";
import { NAME_LENGTH_MAX } from "../../shared/seats.ts";
import { RefusedError } from "../join.ts";
import { Outside } from "./account/outside.tsx";
import { useElapsed } from "./hooks.ts";
import { LabCorner } from "./lab/labPanel.tsx";
import { LineFace } from "./line/banner.tsx";
import { OVERLAY_MS, overOf, type Remedy } from "./line/faces.ts";
import { askWho, type Person } from "./person.ts";
import { type GameName, goHome, hashOf, type TableWanted, tableOf } from "./route.ts";
import { SeatedTable } from "./seatedTable.tsx";
import { hasWatchers, plainSeat, type Taken, take } from "./tables.ts";
import { texts } from "./texts.ts";
import { isUnreached, rememberedName, rememberName } from "./visitor.ts";

type Way =
  | { readonly kind: "naming" }
  | { readonly kind: "seating" }
  | { readonly kind: "seated"; readonly taken: Taken }
  | { readonly kind: "refused"; readonly error: RefusedError };

export function Table({ wanted }: { readonly wanted: TableWanted }) {
  const [way, setWay] = useState<Way>({ kind: "seating" });
  const [round, setRound] = useState(0);

  useEffect(() => {
    const visit = { isOver: false, taken: undefined as Taken | undefined };
    // The address knows the room since it is known, also one that was made without a code.
    const here = tableOf(location.hash) ?? wanted;
    void approach(here).then((next) => {
      if (next.kind === "seated") visit.taken = next.taken;
      if (visit.isOver) return visit.taken?.seat.close();
      if (next.kind === "seated") settle(here, next.taken);
      setWay(next);
    });
    return () => {
      visit.isOver = true;
      visit.taken?.seat.close();
    };
  }, [wanted.game, round]);

  const again = () => {
    setWay({ kind: "seating" });
    setRound(round + 1);
  };
  const isPutOut =
    way.kind === "refused" && (way.error.next === "sign-in" || way.error.reason === "banned");
  if (way.kind === "seated") return <SeatedTable key={round} taken={way.taken} again={again} />;
  return (
    <main class="door" data-testid="door">
      {way.kind === "naming" ? <NameForm game={wanted.game} done={again} /> : null}
      {way.kind === "seating" ? <Seating /> : null}
      {isPutOut ? <Outside again={again} home={goHome} /> : null}
      {way.kind === "refused" && !isPutOut ? (
        <Refusal wanted={tableOf(location.hash) ?? wanted} error={way.error} again={again} />
      ) : null}
      <LabCorner />
    </main>
  );
}

/** Somebody who came by a link and has no name yet is asked for one first. */
async function approach(wanted: TableWanted): Promise<Way> {
  const person = await whoComes();
  if (person?.kind === "nobody") {
    // Whoever was signed out must not find themselves a stranger with the same name.
    if (person.why !== undefined) return { kind: "refused", error: SIGNED_OUT };
    if (rememberedName() === "") return { kind: "naming" };
  }
  const way = await seatAt(wanted);
  // The seat that this tab remembered is no more; any other one is as good.
  const isGone = way.kind === "refused" && GONE.has(way.error.reason);
  return isGone && wanted.place.kind === "any" ? seatAt(wanted) : way;
}

const GONE: ReadonlySet<string> = new Set([
  "room-ended",
  "room-unknown",
  "room-removed",
  "seat-lost",
  "seat-left",
  "put-out",
]);

async function seatAt(wanted: TableWanted): Promise<Way> {
  try {
    return { kind: "seated", taken: await take(wanted, rememberedName()) };
  } catch (error) {
    if (error instanceof RefusedError) return { kind: "refused", error };
    throw error;
  }
}

const SIGNED_OUT = new RefusedError({ reason: "sign-in-needed", next: "sign-in" });

/** Undefined while the server is away: joining will go on trying, with the cookie if there is one. */
async function whoComes(): Promise<Person | undefined> {
  try {
    return await askWho();
  } catch (error) {
    if (isUnreached(error)) return undefined;
    throw error;
  }
}

/** From here on the page's address leads to this very room. */
function settle(wanted: TableWanted, taken: Taken): void {
  const { code } = plainSeat(taken);
  history.replaceState(null, "", hashOf({ ...wanted, place: { kind: "code", code } }));
}

function NameForm({ game, done }: { readonly game: GameName; readonly done: () => void }) {
  const [name, setName] = useState("");
  const submit = (event: Event) => {
    event.preventDefault();
    if (name.trim() === "") return;
    rememberName(name.trim());
    done();
  };
  return (
    <form class="card face" onSubmit={submit}>
      <h2>{texts.games[game].name}</h2>
      <label class="field">
        <span>{texts.landing.name}</span>
        <input
          data-testid="name"
          name="nickname"
          autocomplete="nickname"
          maxLength={NAME_LENGTH_MAX}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <small>{texts.landing.nameHint}</small>
      </label>
      <div class="row">
        <button type="submit" class="primary" data-testid="sit-down">
          {texts.landing.sitDown}
        </button>
        <button type="button" class="quiet" onClick={goHome}>
          {texts.faces.home}
        </button>
      </div>
    </form>
  );
}

function Seating() {
  const waitedMs = useElapsed();
  return (
    <div class="card face" data-testid="seating">
      <p role="status">{waitedMs < OVERLAY_MS ? texts.table.seating : texts.table.seatingLong}</p>
      <button type="button" class="quiet" onClick={goHome}>
        {texts.faces.home}
      </button>
    </div>
  );
}

interface RefusalProps {
  readonly wanted: TableWanted;
  readonly error: RefusedError;
  readonly again: () => void;
}

function Refusal({ wanted, error, again }: RefusalProps) {
  const run = (remedy: Remedy) => {
    if (remedy === "home") goHome();
    else if (remedy === "watch") location.assign(hashOf({ ...wanted, isWatching: true }));
    // The page has loaded itself anew once by now; the next time is up to the person.
    else if (remedy === "renew") location.reload();
    else again();
  };
  // A seat that is free again is offered to whoever watches.
  const isForWatching = error.reason === "room-full" && hasWatchers(wanted.game);
  return <LineFace face={overOf(error, isForWatching ? "may-watch" : "at-door")} run={run} />;
}
