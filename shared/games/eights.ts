// Eights: a card game for two to four. Whoever is rid of all cards first wins; a card must match the
// top one by suit or rank, and an eight goes on anything and names the suit. Holds rules only.

import { defineGame, int, refuse } from "../game.ts";
import { rankOf, suitOf } from "./cards.ts";
import {
  card,
  deal,
  drawCard,
  EIGHT,
  endTurn,
  events,
  fits,
  handAtTurn,
  PATIENCE_MS,
  playing,
  records,
  setCards,
  stockLeft,
  win,
} from "./eightsTable.ts";

export const eights = defineGame({
  name: "eights",
  version: 1,
  seats: { min: 2, max: 4, graceMs: 180_000 },
  records,
  events,
  commands: { deal: {}, play: { card, suit: int(0, 3) }, draw: {}, pass: {} },
  /** A turn's clock stands still while the line of whoever is at turn is gone; others' turns go on. */
  absence: ({ state: { table } }, seat) => ({
    toldAfterMs: 2_000,
    clockStandsMs: table.phase === "playing" && table.turn === seat ? PATIENCE_MS : 0,
  }),
  rules: {
    join: (room, seat) => void room.state.hands.add({ seat }, seat),
    deal(room) {
      if (room.state.table.phase === "playing") return refuse("still-playing");
      if (room.seats.length < 2) return refuse("no-opponent");
      return deal(room);
    },
    play(room, seat, { card: played, suit }) {
      const { table } = room.state;
      const hand = handAtTurn(room, seat);
      if (hand === undefined) return refuse("not-your-turn");
      if (!hand.cards.includes(played)) return refuse("not-your-card");
      if (!fits(table, played)) return refuse("does-not-fit");
      table.pile = [...table.pile, table.top];
      table.top = played;
      table.suit = rankOf(played) === EIGHT ? suit : suitOf(played);
      setCards(
        hand,
        hand.cards.filter((each) => each !== played),
      );
      room.emit("played", { seat, card: played });
      return hand.count === 0 ? win(room, hand) : endTurn(room);
    },
    draw(room, seat) {
      const hand = handAtTurn(room, seat);
      if (hand === undefined) return refuse("not-your-turn");
      if (room.state.table.hasDrawn) return refuse("drawn-already");
      return drawCard(room, hand) ? undefined : refuse("nothing-to-draw");
    },
    pass(room, seat) {
      const { table } = room.state;
      if (handAtTurn(room, seat) === undefined) return refuse("not-your-turn");
      if (!table.hasDrawn && stockLeft(table) > 0) return refuse("draw-first");
      room.emit("passed", { seat });
      return endTurn(room);
    },
    away(room, seat) {
      const hand = room.state.hands.get(seat);
      if (hand !== undefined) hand.movesSeen = room.state.table.moves;
    },
    back(room, seat) {
      const { hands, table } = room.state;
      const hand = hands.get(seat);
      if (hand !== undefined) hand.missed = table.moves - hand.movesSeen;
    },
    /** Their cards go under the pile. With one player left there is nobody to play against. */
    leave(room, seat) {
      const { table, hands } = room.state;
      const hand = hands.get(seat);
      if (hand === undefined) return;
      table.pile = [...hand.cards, ...table.pile];
      if (table.phase === "playing" && table.turn === seat) endTurn(room);
      hands.delete(seat);
      const [last, another] = playing(room);
      if (last !== undefined && another === undefined) win(room, last);
    },
  },
  timers: {
    turn(room) {
      const { table, hands } = room.state;
      const hand = hands.get(table.turn);
      if (hand !== undefined && !table.hasDrawn) drawCard(room, hand);
      room.emit("wasLate", { seat: table.turn });
      endTurn(room);
    },
  },
});
