// Seated table: the frame around a game while a seat is held: the bar with the line's light, what a
// person is told of the line, and the way out.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { systemClock } from "../../shared/clock.ts";
import { forgetSeat, type Seat, type SeatStatus } from "../join.ts";
import { AccountButton } from "./account/accountDialog.tsx";
import { Outside } from "./account/outside.tsx";
import { useStoryWatch } from "./account/storyWatch.ts";
import { actWith } from "./act.ts";
import { AdventureTable } from "./adventure/adventureTable.tsx";
import { adventureTexts } from "./adventure/adventureTexts.ts";
import { ArenaTable } from "./arena/arenaTable.tsx";
import { EightsTable } from "./eights/eightsTable.tsx";
import { takenBy, useTakingDevice } from "./handOff/takenBy.ts";
import { useBeat, useNews } from "./hooks.ts";
import { Invite } from "./invite.tsx";
import { LabCorner } from "./lab/labPanel.tsx";
import { LeaveAsk } from "./leaveAsk.tsx";
import { LineFace } from "./line/banner.tsx";
import { faceOf, type Remedy, ROOM_OVER } from "./line/faces.ts";
import { LineLight } from "./line/lineLight.tsx";
import { LineWatch } from "./line/lineWatch.ts";
import { RoomDesk } from "./moderation/roomDesk.tsx";
import { NimTable } from "./nim/nimTable.tsx";
import { goHome, hashOf } from "./route.ts";
import { StillHere } from "./stillHere.tsx";
import { plainSeat, type Taken } from "./tables.ts";
import { texts } from "./texts.ts";
import { useTidings } from "./tidings.ts";
import { type Toaster, Toasts, useToaster } from "./toasts.tsx";
import "./line/line.css";
import "./table.css";

export interface SeatedTableProps {
  readonly taken: Taken;
  /** Takes a seat anew after this one has ended. */
  readonly again: () => void;
}

export function SeatedTable({ taken, again }: SeatedTableProps) {
  const seat = plainSeat(taken);
  const toaster = useToaster();
  const newest = useRef(toaster);
  newest.current = toaster;
  const watch = useMemo(() => new LineWatch(seat, systemClock), [seat]);
  const act = useMemo(() => actWith(() => newest.current, watch), [watch]);
  useNews((told) => seat.on("status", told), 0);
  const isOutside = isPutOut(seat.status);
  useTidings(seat, newest);
  useStoryWatch(newest);

  const run = (remedy: Remedy) => {
    if (remedy === "try-now") seat.tryNow();
    else if (remedy === "take-back") seat.takeBack();
    else if (remedy === "home") goHome();
    else if (remedy === "renew") location.reload();
    else again();
  };
  return (
    <div class={`table ${taken.game}`} data-testid="table" data-seat={seat.index}>
      <TableBar taken={taken} identityChanged={() => seat.status.phase === "over" && again()} />
      {taken.game === "nim" ? <NimTable seat={taken.seat} act={act} /> : null}
      {taken.game === "eights" ? <EightsTable seat={taken.seat} act={act} /> : null}
      {taken.game === "adventure" ? <AdventureTable seat={taken.seat} act={act} /> : null}
      {taken.game === "arena" ? (
        <ArenaTable seat={taken.seat} act={act} say={(text) => newest.current.say(text)} />
      ) : null}
      {isOutside ? (
        <Outside again={again} home={goHome} />
      ) : (
        <>
          <LineState seat={seat} watch={watch} toaster={newest} run={run} />
          <Toasts toaster={toaster}>
            <StillHere
              seat={seat}
              toaster={newest}
              kept={taken.game === "adventure" ? adventureTexts.kept : ""}
            />
          </Toasts>
        </>
      )}
      <LabCorner />
    </div>
  );
}

/** Whether the server takes whoever sits here for nobody, or keeps them out. */
function isPutOut(status: SeatStatus): boolean {
  if (status.phase !== "over") return false;
  return status.next === "sign-in" || status.reason === "banned";
}

function LineState(props: {
  readonly seat: Seat;
  readonly watch: LineWatch;
  readonly toaster: { readonly current: Toaster };
  readonly run: (remedy: Remedy) => void;
}) {
  const { seat, watch, toaster, run } = props;
  useBeat(200);
  useNews((told) => seat.on("status", told), 0);
  useEffect(() => {
    const text = watch.look();
    if (text !== undefined) toaster.current.say(text, "good");
  });
  const { status, roomStatus } = seat;
  const isClosed = roomStatus === "ended" && status.phase === "live";
  // Whoever gave it up is on the way to the first page.
  const hasLeft = status.phase === "over" && status.reason === "seat-left";
  const device = useTakingDevice(status.phase === "elsewhere");
  const face = isClosed ? ROOM_OVER : takenBy(device, faceOf(status, watch.troubledMs));
  return hasLeft ? null : <LineFace face={face} run={run} />;
}

function TableBar(props: { readonly taken: Taken; readonly identityChanged: () => void }) {
  const { taken, identityChanged } = props;
  const [isAsking, setAsking] = useState(false);
  const seat = plainSeat(taken);
  const leave = () => {
    setAsking(false);
    const left = seat.leave();
    // The next game of this tab is another one, whenever the server hears of this.
    forgetSeat({ game: taken.game, room: seat.room });
    void left.then(goHome);
  };
  const { phase } = seat.status;
  return (
    <header class="bar">
      <a href="#/" class="home" data-testid="home" aria-label={texts.table.home}>
        ‹ <span>{texts.table.home}</span>
      </a>
      <h1>{texts.games[taken.game].name}</h1>
      <LineLight seat={seat} />
      <Invite game={taken.game} code={seat.code} />
      <RoomDesk room={seat.room} ownSeat={seat.index} />
      <AccountButton changed={identityChanged} isSeatElsewhere={phase === "elsewhere"} />
      {seat.index === undefined ? (
        <Watching taken={taken} />
      ) : (
        <button type="button" class="quiet" data-testid="leave" onClick={() => setAsking(true)}>
          {texts.table.leave}
        </button>
      )}
      {isAsking && phase !== "elsewhere" && phase !== "over" ? (
        <LeaveAsk leave={leave} stay={() => setAsking(false)} />
      ) : null}
    </header>
  );
}

/** Whoever watches may sit down as soon as a seat is free. */
function Watching({ taken }: { readonly taken: Taken }) {
  const seat = plainSeat(taken);
  useNews((told) => seat.on("change", told), 500);
  const place = { kind: "code", code: seat.code } as const;
  const hasFreeSeat = seat.seats.length < seat.game.seats.max;
  return (
    <>
      <span class="dim" role="status" data-testid="watching">
        {texts.table.watching}
      </span>
      {hasFreeSeat ? (
        <a
          class="sit-down"
          data-testid="sit-down-here"
          href={hashOf({ game: taken.game, place, isWatching: false })}
        >
          {texts.landing.sitDown}
        </a>
      ) : null}
    </>
  );
}
