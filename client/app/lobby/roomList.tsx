// Room list: the open rooms, as of a moment ago, to be joined or watched, as many of them as somebody
// wants to see. It keeps nothing.

import { useState } from "preact/hooks";
import type { ListedRoom } from "../../join.ts";
import { GAMES, isGameName } from "../route.ts";
import type { Standing } from "../standing.ts";
import { hasWatchers } from "../tables.ts";
import { texts } from "../texts.ts";
import type { Enter } from "./enter.ts";
import { type Filter, shownRooms } from "./filter.ts";

export interface RoomListProps {
  readonly standing: Standing;
  readonly enter: Enter;
}

export function RoomList({ standing, enter }: RoomListProps) {
  const [filter, setFilter] = useState<Filter>({ game: undefined, hasSeat: false });
  const { seats, isReached } = standing;
  if (isReached === undefined) return null;
  // Rooms where one has a seat already stand at the top of the page.
  const others = standing.rooms.filter(({ room }) => !seats.some((seat) => seat.room === room));
  const rooms = shownRooms(others, filter);
  const none = others.length === 0 ? texts.landing.noRooms : texts.landing.noSuchRooms;
  return (
    <section class="rooms" data-testid="rooms">
      <h2>{texts.landing.rooms}</h2>
      <FilterBar filter={filter} set={setFilter} />
      {rooms.length === 0 ? <p role="status">{none}</p> : null}
      <ul>
        {rooms.map((room) => (
          <RoomRow key={room.room} room={room} enter={enter} />
        ))}
      </ul>
    </section>
  );
}

function FilterBar(props: { readonly filter: Filter; readonly set: (filter: Filter) => void }) {
  const { filter, set } = props;
  return (
    <div class="row filter">
      <select
        data-testid="filter-game"
        aria-label={texts.landing.filterGame}
        value={filter.game ?? ""}
        onChange={({ currentTarget }) =>
          set({ ...filter, game: GAMES.find((game) => game === currentTarget.value) })
        }
      >
        <option value="">{texts.landing.allGames}</option>
        {GAMES.map((game) => (
          <option key={game} value={game}>
            {texts.games[game].name}
          </option>
        ))}
      </select>
      <label class="check">
        <input
          type="checkbox"
          data-testid="filter-seat"
          checked={filter.hasSeat}
          onChange={({ currentTarget }) => set({ ...filter, hasSeat: currentTarget.checked })}
        />
        {texts.landing.filterSeat}
      </label>
    </div>
  );
}

function RoomRow({ room, enter }: { readonly room: ListedRoom; readonly enter: Enter }) {
  const { game, status, seatsTaken, seatsMax } = room;
  if (!isGameName(game)) return null;
  const place = { kind: "room", room: room.room } as const;
  const { name } = texts.games[game];
  return (
    <li data-testid="room-row">
      <strong>{name}</strong>
      <span class="dim">
        {texts.landing.seats(seatsTaken, seatsMax)}, {texts.landing.roomStatus[status]}
      </span>
      <span class="row">
        {seatsTaken < seatsMax ? (
          <button
            type="button"
            data-testid="join-room"
            aria-label={texts.landing.joinOf(name)}
            onClick={() => enter(game, place)}
          >
            {texts.landing.join}
          </button>
        ) : null}
        {hasWatchers(game) ? (
          <button
            type="button"
            class="quiet"
            data-testid="watch-room"
            aria-label={texts.landing.watchOf(name)}
            onClick={() => enter(game, place, true)}
          >
            {texts.landing.watch}
          </button>
        ) : null}
      </span>
    </li>
  );
}
