// Browsers: where somebody is signed in, which of these is this one, and unusual sign-ins. Each can be
// ended; it is asked anew now and then while it is seen.

import { useEffect, useState } from "preact/hooks";
import type { BrowserSeen, Owned, RoomSeen } from "../../../shared/owned.ts";
import { type LiveSeat, RefusedError } from "../../join.ts";
import { askWhoIfReached } from "../person.ts";
import { isGameName } from "../route.ts";
import { texts } from "../texts.ts";
import { isUnreached, visitor } from "../visitor.ts";
import { askWhileShown } from "../whileShown.ts";
import { endBrowser, owned } from "./account.ts";
import { accountTexts } from "./accountTexts.ts";
import { noteLooked } from "./alertWatch.ts";
import { useAsking } from "./asking.ts";
import { ProblemNote } from "./fields.tsx";

interface Mine extends Owned {
  readonly seats: readonly LiveSeat[];
}

export function Browsers({ isGuest }: { readonly isGuest: boolean }) {
  const [mine, setMine] = useState<Mine>();
  const [ended, setEnded] = useState("");
  const [round, setRound] = useState(0);
  const asking = useAsking();
  useEffect(() => askWhileShown(read, setMine), [round]);
  if (mine === undefined) return null;
  const end = async ({ label, device, isThis }: BrowserSeen) => {
    const isDone = await asking.run(() => endBrowser(label));
    if (!isDone) return;
    if (isThis) await askWhoIfReached();
    setEnded(accountTexts.ended(device));
    setRound(round + 1);
  };
  return (
    <>
      <Alerts owned={mine} isGuest={isGuest} />
      <section class="card" data-testid="browsers">
        <h3>{accountTexts.browsers}</h3>
        <ul class="lines">
          {mine.sessions.map((browser) => (
            <BrowserLine
              key={browser.label}
              browser={browser}
              seats={mine.seats.filter(({ room }) => browser.rooms.includes(room))}
              rooms={mine.rooms}
              end={end}
            />
          ))}
        </ul>
        <p role="status">{ended}</p>
        <ProblemNote problem={asking.problem} />
        <Seats seats={unheld(mine)} />
      </section>
    </>
  );
}

function BrowserLine(props: {
  readonly browser: BrowserSeen;
  readonly seats: readonly LiveSeat[];
  readonly rooms: readonly RoomSeen[];
  readonly end: (browser: BrowserSeen) => Promise<void>;
}) {
  const { browser, seats, rooms, end } = props;
  const { device, isThis, seenAgoMs, endsInMs, connections } = browser;
  const open = connections > 0 ? accountTexts.connected(connections) : accountTexts.seen(seenAgoMs);
  return (
    <li data-testid={isThis ? "browser-this" : "browser-other"}>
      <div>
        <strong>{device}</strong> {isThis ? <span class="role">{accountTexts.thisOne}</span> : null}
        <br />
        <small>
          {open} · {accountTexts.signsOutIn(endsInMs)}
        </small>
        {seats.map((seat) => (
          <SeatLine key={seat.room} seat={seat} status={statusOf(seat, rooms)} />
        ))}
      </div>
      {isThis ? null : (
        <button
          type="button"
          data-testid="browser-end"
          aria-label={accountTexts.endOf(device)}
          onClick={() => void end(browser)}
        >
          {accountTexts.end}
        </button>
      )}
    </li>
  );
}

/** Seats whose browser is signed out by now, or was another's. */
function unheld({ sessions, seats }: Mine): readonly LiveSeat[] {
  return seats.filter(({ room }) => !sessions.some(({ rooms }) => rooms.includes(room)));
}

function Seats({ seats }: { readonly seats: readonly LiveSeat[] }) {
  if (seats.length === 0) return null;
  return (
    <>
      <h3>{accountTexts.seatsTitle}</h3>
      {seats.map((seat) => (
        <SeatLine key={seat.room} seat={seat} status={undefined} />
      ))}
    </>
  );
}

/** A room that is not in play sleeps. */
function statusOf({ room }: LiveSeat, rooms: readonly RoomSeen[]): RoomSeen["status"] {
  return rooms.find((each) => each.room === room)?.status ?? "parked";
}

function SeatLine(props: {
  readonly seat: LiveSeat;
  readonly status: RoomSeen["status"] | undefined;
}) {
  const { room, game, seat } = props.seat;
  const { status } = props;
  const isKnown = isGameName(game);
  const text = accountTexts.seat(isKnown ? texts.games[game].name : game, seat);
  return (
    <p class="seat-line" data-testid="own-seat">
      {isKnown ? <a href={`#/${game}/room/${room}`}>{text}</a> : text}{" "}
      {status === undefined ? null : <small>{accountTexts.seatStatus[status]}</small>}
    </p>
  );
}

function Alerts(props: { readonly owned: Owned; readonly isGuest: boolean }) {
  const { alerts } = props.owned;
  useEffect(noteLooked, [alerts.length]);
  if (alerts.length === 0) return null;
  return (
    <section class="card alerts" data-testid="alerts">
      <h3>{accountTexts.alertsTitle}</h3>
      <p class="dim">{props.isGuest ? accountTexts.alertsAboutGuest : accountTexts.alertsAbout}</p>
      <ul class="lines">
        {alerts.map((alert) => (
          <li key={`${alert.kind} ${alert.device} ${alert.agoMs}`}>{accountTexts.alert(alert)}</li>
        ))}
      </ul>
    </section>
  );
}

/** Undefined while there is no answer; whoever was signed out meanwhile is shown so. */
async function read(): Promise<Mine | undefined> {
  try {
    const [mine, seats] = await Promise.all([owned(), visitor.seats()]);
    return { ...mine, seats };
  } catch (error) {
    if (!isUnreached(error)) throw error;
    if (error instanceof RefusedError && error.next === "sign-in") await askWhoIfReached();
    return undefined;
  }
}
