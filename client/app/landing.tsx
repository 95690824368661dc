// Landing: who one is, the games there are, and first of all the game that is still on. It sits
// nobody down itself: that is the table's.

import { useRef, useState } from "preact/hooks";
import { forgetSeat, type ListedRoom, type LiveSeat } from "../join.ts";
import { LandingSea } from "./arena/landingSea.tsx";
import {
  GAMES,
  type GameName,
  heardOf,
  isGameName,
  type Place,
  type TableWanted,
} from "./route.ts";
import { texts } from "./texts.ts";
import { rememberedName, rememberName, type Standing, useStanding } from "./visitor.ts";

const NAME_LENGTH_MAX = 24;

export function Landing({ go }: { readonly go: (table: TableWanted) => void }) {
  const standing = useStanding();
  const [name, setName] = useState(rememberedName());
  const [problem, setProblem] = useState<string>();
  const nameField = useRef<HTMLInputElement>(null);
  const { session, seats } = standing;

  const enter: Enter = (game, place, isWatching = false) => {
    if (session === undefined && name.trim() === "") {
      setProblem(texts.landing.nameNeeded);
      nameField.current?.focus();
      return;
    }
    rememberName(name.trim());
    // A tab goes back to the seat it remembers; whoever asks for a room of their own means another.
    if (place.kind === "private") for (const seat of seats) forgetSeat(seat);
    go({ game, place, isWatching });
  };

  return (
    <main class="landing" data-testid="landing">
      <header class="masthead">
        <LandingSea />
        <img src={logo} alt="" width="72" height="72" />
        <div class="words">
          <h1>{texts.title}</h1>
          <p>{texts.motto}</p>
        </div>
      </header>
      {standing.isReached === false ? (
        <p class="notice" role="status" data-testid="unreached">
          {texts.landing.away}
        </p>
      ) : null}
      <StillOn seats={seats} enter={enter} />
      <NameField {...{ standing, name, setName, problem, nameField }} />
      <div class="cards">
        {GAMES.map((game) => (
          <GameCard key={game} game={game} enter={enter} />
        ))}
      </div>
      <CodeField enter={enter} />
      <RoomList standing={standing} enter={enter} />
      <Holds enter={enter} />
    </main>
  );
}

/** What is different here, and a table where anybody can check it. */
function Holds({ enter }: { readonly enter: Enter }) {
  const tryIt = () => {
    const address = new URL(location.href);
    address.searchParams.set("lab", "");
    history.replaceState(null, "", address.href);
    enter("arena", { kind: "any" });
    // The lab is put between game and socket when the page begins.
    if (location.hash !== "" && location.hash !== "#/") location.reload();
  };
  return (
    <section class="holds" data-testid="holds">
      <h2>{texts.landing.holdsTitle}</h2>
      <dl>
        {texts.landing.holds.map(([what, how]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>{how}</dd>
          </div>
        ))}
      </dl>
      <p class="row">
        <button type="button" data-testid="try-it" onClick={tryIt}>
          {texts.landing.tryIt}
        </button>
        <span class="dim">{texts.landing.tryItAbout}</span>
      </p>
    </section>
  );
}

const logo = new URL("./holdfast.svg", import.meta.url).href;

type Enter = (game: GameName, place: Place, isWatching?: boolean) => void;

function StillOn({ seats, enter }: { readonly seats: readonly LiveSeat[]; readonly enter: Enter }) {
  if (seats.length === 0) return null;
  return (
    <section class="card still-on" data-testid="still-on">
      <h2>{texts.landing.stillOn}</h2>
      <p>{texts.landing.stillOnAbout}</p>
      <ul>
        {seats.map(({ room, game }) =>
          isGameName(game) ? (
            <li key={room}>
              <strong>{texts.games[game].name}</strong>
              <button
                type="button"
                class="primary"
                data-testid="sit-down"
                onClick={() => enter(game, { kind: "room", room })}
              >
                {texts.landing.sitDown}
              </button>
            </li>
          ) : null,
        )}
      </ul>
    </section>
  );
}

function NameField(props: {
  readonly standing: Standing;
  readonly name: string;
  readonly setName: (name: string) => void;
  readonly problem: string | undefined;
  readonly nameField: { readonly current: HTMLInputElement | null };
}) {
  const { standing, name, setName, problem, nameField } = props;
  if (standing.session !== undefined) {
    return (
      <p class="who" data-testid="who">
        {texts.landing.signedInAs(standing.session.name)}
      </p>
    );
  }
  return (
    <label class="field">
      <span>{texts.landing.name}</span>
      <input
        ref={nameField as never}
        data-testid="name"
        name="nickname"
        autocomplete="nickname"
        maxLength={NAME_LENGTH_MAX}
        value={name}
        aria-invalid={problem !== undefined}
        aria-describedby="name-hint"
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <small id="name-hint" role={problem === undefined ? undefined : "alert"}>
        {problem ?? texts.landing.nameHint}
      </small>
    </label>
  );
}

function GameCard({ game, enter }: { readonly game: GameName; readonly enter: Enter }) {
  return (
    <section class={`card game ${game}`}>
      <h2>{texts.games[game].name}</h2>
      <p>{texts.games[game].about}</p>
      <div class="row">
        <button
          type="button"
          class="primary"
          data-testid={`play-${game}`}
          onClick={() => enter(game, { kind: "any" })}
        >
          {texts.landing.play}
        </button>
        <button
          type="button"
          data-testid={`private-${game}`}
          onClick={() => enter(game, { kind: "private" })}
        >
          {texts.landing.private}
        </button>
      </div>
    </section>
  );
}

function CodeField({ enter }: { readonly enter: Enter }) {
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<string>();
  const submit = (event: Event) => {
    event.preventDefault();
    const heard = heardOf(typed);
    if (heard === undefined) return setProblem(texts.landing.codeUnknown);
    enter(heard.game, heard.place, heard.isWatching);
  };
  return (
    <form class="field" onSubmit={submit}>
      <label>
        <span>{texts.landing.codeLabel}</span>
        <div class="row">
          <input
            data-testid="code"
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            value={typed}
            aria-describedby="code-hint"
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
          <button type="submit" data-testid="join-code">
            {texts.landing.codeJoin}
          </button>
        </div>
      </label>
      <small id="code-hint" role={problem === undefined ? undefined : "alert"}>
        {problem ?? texts.landing.codeHint}
      </small>
    </form>
  );
}

function RoomList({ standing, enter }: { readonly standing: Standing; readonly enter: Enter }) {
  const { seats, isReached } = standing;
  if (isReached === undefined) return null;
  // Rooms where one has a seat already stand at the top of the page.
  const rooms = standing.rooms.filter(({ room }) => !seats.some((seat) => seat.room === room));
  return (
    <section class="rooms" data-testid="rooms">
      <h2>{texts.landing.rooms}</h2>
      {rooms.length === 0 ? <p>{texts.landing.noRooms}</p> : null}
      <ul>
        {rooms.map((room) => (
          <RoomRow key={room.room} room={room} enter={enter} />
        ))}
      </ul>
    </section>
  );
}

function RoomRow({ room, enter }: { readonly room: ListedRoom; readonly enter: Enter }) {
  const { game, status, seatsTaken, seatsMax } = room;
  if (!isGameName(game)) return null;
  const isFull = seatsTaken >= seatsMax;
  return (
    <li data-testid="room-row">
      <strong>{texts.games[game].name}</strong>
      <span class="dim">
        {texts.landing.seats(seatsTaken, seatsMax)}, {texts.landing.roomStatus[status]}
      </span>
      <button
        type="button"
        data-testid={isFull ? "watch-room" : "join-room"}
        onClick={() => enter(game, { kind: "room", room: room.room }, isFull)}
      >
        {isFull ? texts.landing.watch : texts.landing.join}
      </button>
    </li>
  );
}
