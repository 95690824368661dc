// Pure: a game whose rules learn at once that they asked the machine for what is the room's to give:
// time, chance and waiting. It holds the platform's own functions back while a rule runs, no longer.

import type { Game, Rules } from "../../shared/game.ts";

/** What each is called, where it is, and what a rule uses instead. What a file imports cannot be held back. */
const ROOMS_OWN: readonly (readonly [name: string, owner: object, instead: string])[] = [
  ["new Date()", globalThis, "room.nowMs"],
  ["Date.now", Date, "room.nowMs"],
  ["performance.now", performance, "room.nowMs"],
  ["process.hrtime", process, "room.nowMs"],
  ["process.hrtime.bigint", Reflect.get(process, "hrtime"), "room.nowMs"],
  ["Math.random", Math, "room.random()"],
  ["crypto.getRandomValues", crypto, "room.random()"],
  ["crypto.randomUUID", crypto, "room.random()"],
  ["setTimeout", globalThis, "room.timer"],
  ["setInterval", globalThis, "room.timer"],
  ["setImmediate", globalThis, "room.timer"],
  ["queueMicrotask", globalThis, "room.timer"],
  ["fetch", globalThis, "a command of whoever knows the answer"],
];
const HELD_BACK = ROOMS_OWN.map((own) => heldBack(...own));

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
    const held = HELD_BACK.map(({ owner, key }) => Reflect.get(owner, key));
    for (const { owner, key, standIn } of HELD_BACK) Reflect.set(owner, key, standIn);
    try {
      return rule(...given);
    } finally {
      for (const [at, { owner, key }] of HELD_BACK.entries()) Reflect.set(owner, key, held[at]);
    }
  };
}

/** A moment that is given may be put into a Date; without one it would be the machine's own. */
function heldBack(name: string, owner: object, instead: string) {
  const fail = (): never => {
    throw new TypeError(
      `${name} is not the room's own, which every host has alike: use ${instead}`,
    );
  };
  const key = /\w+(?=\W*$)/.exec(name)?.[0] ?? name;
  const standIn = new Proxy(Reflect.get(owner, key) as typeof Date, {
    apply: fail,
    construct: (target, given) =>
      given.length === 0 ? fail() : (Reflect.construct(target, given) as Date),
  });
  return { owner, key, standIn };
}
