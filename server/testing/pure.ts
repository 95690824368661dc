// Pure: a game whose rules learn at once that they asked the machine for what is the room's to give:
// time, chance and waiting. It holds the platform's own functions back while a rule runs, no longer.

import type { Game, Rules } from "../../shared/game.ts";

/** What each is called, where it is, and what a rule uses instead. */
const HELD_BACK: readonly (readonly [name: string, owner: object, instead: string])[] = [
  ["Date.now", Date, "room.nowMs"],
  ["performance.now", performance, "room.nowMs"],
  ["Math.random", Math, "room.random()"],
  ["setTimeout", globalThis, "room.timer"],
  ["setInterval", globalThis, "room.timer"],
  ["setImmediate", globalThis, "room.timer"],
  ["queueMicrotask", globalThis, "room.timer"],
  ["fetch", globalThis, "a command of whoever knows the answer"],
];

type Rule = (...given: never[]) => unknown;

/** The same game; what its rules ask the machine for is thrown as a TypeError that says what to ask instead. */
export function pure(game: Game): Game {
  const { lifecycle, commands, timers, visibleTo, absence } = game.rules;
  const rules = {
    lifecycle: allPure(lifecycle),
    commands: allPure(commands),
    timers: allPure(timers),
    visibleTo: allPure(visibleTo),
    absence: absence === undefined ? undefined : purely(absence),
  };
  return { ...game, rules: rules as Rules };
}

function allPure(rules: object): object {
  const named = Object.entries(rules) as [string, Rule | undefined][];
  return Object.fromEntries(named.map(([name, rule]) => [name, rule && purely(rule)]));
}

function purely(rule: Rule): Rule {
  return (...given) => {
    const held = HELD_BACK.map(([name, owner]) => Reflect.get(owner, keyOf(name)));
    for (const [name, owner, instead] of HELD_BACK) {
      Reflect.set(owner, keyOf(name), () => {
        throw new TypeError(
          `${name} is not the room's own, which every host has alike: use ${instead}`,
        );
      });
    }
    try {
      return rule(...given);
    } finally {
      for (const [at, [name, owner]] of HELD_BACK.entries()) {
        Reflect.set(owner, keyOf(name), held[at]);
      }
    }
  };
}

function keyOf(name: string): string {
  return name.slice(name.indexOf(".") + 1);
}
