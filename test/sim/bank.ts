// Bank: the game that the simulator plays. Coins pass between seats and the house and their sum never
// changes, every command that takes effect leaves its mark once, and secrets carry their owners' names.

import type { Json } from "../../shared/field.ts";
import {
  bool,
  defineGame,
  type Game,
  int,
  many,
  one,
  type Room,
  refuse,
  seatIndex,
  text,
  u32,
} from "../../shared/game.ts";

export const COINS_IN_ALL = 10_000;
const COINS_AT_START = 100;
const MARKS_KEPT = 6;
const NOTES_KEPT = 6;
const SETTLE_MS = 400;
/** Longest note, in characters. */
const BULK_MAX = 2_000;

const records = {
  accounts: many(
    {
      owner: seatIndex,
      holder: text(24),
      coins: int(0, COINS_IN_ALL),
      lean: int(-9, 9),
      /** Names its holder: nobody else may ever be sent it. */
      pin: text(48).private,
      /** Nobody at all may ever be sent it. */
      vault: text(48).server,
    },
    { seat: "owner" },
  ),
  marks: many({ by: seatIndex, mark: text(24) }),
  /** Seen by both ends of it, and by everybody once it is open. */
  notes: many({ by: seatIndex, to: seatIndex, isOpen: bool, words: text(BULK_MAX) }),
  /** One coin more than there are: rules that fail count up before they do. */
  till: one({ house: int(0, COINS_IN_ALL + 1), beats: u32, settled: u32 }),
};

const inputs = { lean: { x: int(-9, 9) } };
const events = { moved: { mark: text(24) }, whispered: { words: text(BULK_MAX) } };

type BankRoom = Room<typeof records, typeof inputs, typeof events>;
type Marked = { readonly mark: string };

function note(room: BankRoom, seat: number, { mark }: Marked): void {
  const { marks } = room.state;
  marks.add({ by: seat, mark });
  room.emit("moved", { mark });
  for (const old of marks) {
    if (marks.size <= MARKS_KEPT) break;
    marks.delete(old.id);
  }
}

export interface BankOptions {
  readonly tickHz: number | undefined;
  readonly seats: number;
  readonly graceMs: number;
  /** Least length of a note, in characters: long ones fill slow lines. */
  readonly bulk: number;
  /** Whether a seat that is given up saves how often its player has left. */
  readonly saves?: boolean;
}

const ofMark = { mark: text(24) };

function beat(room: BankRoom): undefined {
  room.state.till.beats += 1;
  for (const account of room.state.accounts) {
    account.lean = room.input(account.owner, "lean")?.x ?? 0;
  }
}

/** In a room without ticks nothing else leans. */
function save({ state: { accounts } }: BankRoom, seat: number): Json {
  return (accounts.get(seat)?.lean ?? 0) + 1;
}

function restore({ state: { accounts } }: BankRoom, seat: number, saved: Json): undefined {
  const account = accounts.get(seat);
  if (account !== undefined) account.lean = Number(saved);
}

export function bankGame({ tickHz, seats, graceMs, bulk, saves = false }: BankOptions): Game {
  const game = defineGame({
    name: "bank",
    version: 1,
    seats: { min: 1, max: seats, graceMs },
    ...(tickHz === undefined ? {} : { tickHz }),
    records,
    inputs,
    events,
    commands: {
      pay: { ...ofMark, to: seatIndex, coins: int(1, 5) },
      whisper: { ...ofMark, to: seatIndex },
      reveal: ofMark,
      hush: ofMark,
      settle: ofMark,
      /** Always refused, after it has changed something. */
      regret: ofMark,
      /** Throws after it has changed something. */
      stumble: ofMark,
    },
    visibleTo: {
      notes: ({ by, to, isOpen }, seat) => isOpen || seat === by || seat === to,
    },
    timers: {
      settle: (room) => {
        room.state.till.settled += 1;
        const richest = [...room.state.accounts].sort((one, other) => other.coins - one.coins)[0];
        if (richest === undefined || richest.coins < 10) return;
        const coins = 1 + Math.floor(room.random() * 3);
        richest.coins -= coins;
        room.state.till.house += coins;
      },
    },
    rules: {
      start: (room) => {
        // Whoever sits already has been given coins of the house.
        const given = [...room.state.accounts].reduce((sum, { coins }) => sum + coins, 0);
        room.state.till.house = COINS_IN_ALL - given;
      },
      join: (room, seat) => {
        const holder = room.seats.find(({ index }) => index === seat)?.name ?? "";
        const draw = Math.floor(room.random() * 1e6);
        const { accounts, till } = room.state;
        const coins = till.house === 0 ? 0 : COINS_AT_START;
        till.house -= coins;
        const pin = `pin:${holder}:${draw}`;
        accounts.add({ owner: seat, holder, coins, pin, vault: `vault:${holder}` }, seat);
      },
      leave: (room, seat) => {
        const { accounts, notes, till } = room.state;
        till.house += accounts.get(seat)?.coins ?? 0;
        accounts.delete(seat);
        for (const { id, by, to } of [...notes]) if (by === seat || to === seat) notes.delete(id);
      },
      ...(tickHz === undefined ? {} : { tick: beat }),
      ...(saves ? { save, restore } : {}),
      pay: (room, seat, { mark, to, coins }) => {
        const from = room.state.accounts.get(seat);
        const into = room.state.accounts.get(to);
        if (from === undefined || into === undefined) return refuse("no-account");
        if (from.coins < coins) return refuse("too-few-coins");
        from.coins -= coins;
        into.coins += coins;
        note(room, seat, { mark });
        return undefined;
      },
      whisper: (room, seat, { mark, to }) => {
        const { notes } = room.state;
        const words = `words:${mark};`.padEnd(bulk, ".");
        notes.add({ by: seat, to, words });
        if (room.seats.some(({ index }) => index === to))
          room.emit("whispered", { words }, { seat: to });
        for (const old of notes) {
          if (notes.size <= NOTES_KEPT) break;
          notes.delete(old.id);
        }
        note(room, seat, { mark });
      },
      reveal: (room, seat, given) => {
        for (const each of room.state.notes) if (each.by === seat) each.isOpen = !each.isOpen;
        note(room, seat, given);
      },
      hush: (room, seat, given) => {
        const mine = [...room.state.notes].filter(({ by }) => by === seat)[0];
        if (mine === undefined) return refuse("nothing-to-hush");
        room.state.notes.delete(mine.id);
        note(room, seat, given);
        return undefined;
      },
      settle: (room, seat, given) => {
        room.timer("settle", SETTLE_MS);
        note(room, seat, given);
      },
      regret: (room, seat, given) => {
        room.state.till.house += 1;
        note(room, seat, given);
        room.random();
        return refuse("regretted");
      },
      stumble: (room, seat, given) => {
        room.state.till.house += 1;
        note(room, seat, given);
        throw new Error("stumbled on purpose");
      },
    },
  });
  return game as unknown as Game;
}
