// Landing: who one is, the games there are, and first of all the game that is still on. It sits
// nobody down itself: that is the table's.

import { useRef, useState } from "preact/hooks";
import { forgetSeat } from "../join.ts";
import { useAsking } from "./account/asking.ts";
import { BannedNote } from "./account/bannedNote.tsx";
import { LandingSea } from "./arena/landingSea.tsx";
import { CodeField } from "./lobby/codeField.tsx";
import type { Enter } from "./lobby/enter.ts";
import { GameCard } from "./lobby/gameCard.tsx";
import { RoomList } from "./lobby/roomList.tsx";
import { StillOn } from "./lobby/stillOn.tsx";
import { GAMES, type TableWanted } from "./route.ts";
import { useStanding } from "./standing.ts";
import { texts } from "./texts.ts";
import { rememberedName, rememberName, visitor } from "./visitor.ts";
import { Who } from "./who.tsx";
import "./account/account.css";

export function Landing({ go }: { readonly go: (table: TableWanted) => void }) {
  const standing = useStanding();
  const [name, setName] = useState(rememberedName());
  const [problem, setProblem] = useState<string>();
  const nameField = useRef<HTMLInputElement>(null);
  const asking = useAsking();
  const { person, seats, saves, rooms } = standing;

  const enter: Enter = (game, place, isWatching = false) => {
    if (person.kind !== "known" && name.trim() === "") {
      setProblem(texts.landing.nameNeeded);
      nameField.current?.focus();
      return;
    }
    rememberName(name.trim());
    // A tab goes back to the seat it remembers; whoever asks for a room of their own means another.
    if (place.kind === "private") for (const seat of seats) forgetSeat(seat);
    const wanted = { game, place, isWatching };
    // At a table, whoever was signed out is asked to sign in; who types a name here wants to be new.
    if (person.kind !== "nobody" || person.why === undefined) return go(wanted);
    void asking.run(() => visitor.guest(name.trim())).then((isGuest) => isGuest && go(wanted));
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
      {person.kind === "banned" ? (
        <BannedNote ban={person.ban} />
      ) : (
        <>
          <StillOn seats={seats} saves={saves} enter={enter} />
          <Who
            person={person}
            name={name}
            setName={setName}
            problem={problem ?? asking.problem?.text}
            nameField={nameField}
          />
          <div class="cards">
            {GAMES.map((game) => (
              <GameCard key={game} game={game} rooms={rooms} enter={enter} />
            ))}
          </div>
          <CodeField enter={enter} />
          <RoomList standing={standing} enter={enter} />
          <Holds enter={enter} />
        </>
      )}
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
