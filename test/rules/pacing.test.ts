// Pacing: in which turn of the loop each of many things is done; the turns come when a test says so.
import { EventEmitter } from "node:events";
import fc from "fast-check";
import { expect, test } from "vitest";
import { PacedEvents, Pacing } from "../../server/gate/pacing.ts";

function scene(perTurn: number) {
  const done: number[] = [];
  const asked: (() => void)[] = [];
  const pacing = new Pacing(perTurn, (callback) => void asked.push(callback));
  return {
    pacing,
    done,
    asked,
    /** How much is done in the loop's next turn. */
    turn(): number {
      const before = done.length;
      for (const callback of asked.splice(0)) callback();
      return done.length - before;
    },
  };
}

test("[G112] of what a crowd raises at once only so much is done in a turn, each once and in order", () => {
  const crowds = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), crowds, (perTurn, sizes) => {
      const { pacing, done, asked, turn } = scene(perTurn);
      let raised = 0;
      const raise = () => {
        const number = raised++;
        pacing.add(() => {
          done.push(number);
          // What comes of it is for a later turn, too.
          if (number % 7 === 0) raise();
        });
      };
      for (const size of sizes) {
        for (let each = 0; each < size; each++) raise();
        const waiting = raised - done.length;
        expect(turn()).toBe(Math.min(perTurn, waiting));
      }
      while (asked.length > 0) expect(turn()).toBeLessThanOrEqual(perTurn);
      expect(done).toEqual(Array.from({ length: raised }, (_, number) => number));
    }),
  );
});

test("[G112] who listens hears of an end when it is its turn, and then at once of what follows", () => {
  const { pacing, turn } = scene(1);
  const heard: unknown[] = [];
  const ends = new PacedEvents(["end", "close"], pacing);
  const sockets = ["one", "other"].map((name) => {
    const socket = new EventEmitter();
    for (const event of ["end", "close"])
      socket.on(event, function listener(this: EventEmitter, ...told: unknown[]) {
        heard.push([this === socket && name, event, ...told]);
      });
    ends.pace(socket);
    return socket;
  });
  const [one, other] = sockets;
  one?.emit("end");
  other?.emit("close", true);
  expect(heard).toEqual([]);
  turn();
  expect(heard).toEqual([["one", "end"]]);
  one?.emit("close", false);
  expect(heard).toEqual([
    ["one", "end"],
    ["one", "close", false],
  ]);
  turn();
  expect(heard.slice(2)).toEqual([["other", "close", true]]);
});
