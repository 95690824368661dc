// Invariants: what must hold at a table at any time, whatever happened before. Each is a sentence
// that throws when it is not true; none changes anything.

import { assert } from "../../shared/assert.ts";
import { changesSince, type Look, SINCE_EVER } from "../../shared/changes.ts";
import type { Json } from "../../shared/field.ts";
import type { Game } from "../../shared/game.ts";
import type { State } from "../../shared/record.ts";
import { View } from "../../shared/view.ts";
import type { RoomCore } from "../room/core.ts";
import { decodeEntry } from "../room/entry.ts";
import { type KeptEvent, mayLearn } from "../room/history.ts";
import { loadRoom } from "../room/loading.ts";
import type { VirtualPlayer } from "./player.ts";
import { whatOf } from "./runs.ts";
import type { Table } from "./table.ts";

export function insistAll(table: Table): void {
  const logged = table.log.lostCount === 0 ? eventsOf(table) : undefined;
  for (const player of table.players) {
    insistView(table, player);
    insistTold(table, player);
    // What was told of a history that is lost cannot be looked up any more.
    if (logged !== undefined) insistEvents(player, logged);
  }
  insistExactlyOnce(table);
  insistSeats(table);
  insistLog(table);
}

/** Whether what a page holds is to be compared: it is at the room's newest shown version. */
function isInStep(table: Table, { connection, bookmark, page }: VirtualPlayer): boolean {
  const attached = connection !== undefined && table.machine.connections.includes(connection);
  const standing = page.standing === "seated" || page.standing === "watching";
  return attached && standing && bookmark !== undefined && !table.lines.isSilent(connection);
}

/** The replica of whoever is in step is the room's state as that seat may see it. */
function insistView(table: Table, player: VirtualPlayer): void {
  const { replica, gaps } = player.page;
  if (!isInStep(table, player) || replica === undefined || table.lines.isLossy) return;
  const { core } = table.machine;
  const whole = new View(core.game.shapes, replica.view.seat);
  whole.replace(changesSince(core.state, SINCE_EVER, lookOf(core, replica.view.seat)));
  const expected = textOf(core.game, whole);
  const found = textOf(core.game, replica.view);
  assert(found === expected, `${player.name} sees\n${found}\ninstead of\n${expected}`);
  assert(
    gaps === 0 || table.lines.wasLossy,
    `${player.name} was sent a frame that stands on what it does not hold`,
  );
}

function lookOf(core: RoomCore, seat: number | undefined): Look {
  const sight = { state: core.state.gameFace, nowMs: core.time.nowMs };
  return {
    viewer: seat ?? "public",
    sees: ({ shape }, record) => {
      const rule = core.game.rules.visibleTo[shape.name];
      try {
        return rule === undefined || rule(record.face, seat, sight);
      } catch (cause) {
        // A rule that throws shows nothing; that it throws is the game's affair.
        return cause === undefined;
      }
    },
  };
}

function textOf(game: Game, view: View): string {
  const named = game.shapes.map(({ name, single }) => {
    const collection = view.face[name];
    return [name, single ? collection : [...(collection as Iterable<Json>)]];
  });
  return JSON.stringify(Object.fromEntries(named));
}

/** Every event a page could learn of came to it once, in order, whatever happened to its line. */
function insistEvents(player: VirtualPlayer, all: readonly KeptEvent[]): void {
  const { replica } = player.page;
  if (replica === undefined) return;
  const logged = all.filter((event) => mayLearn(event, replica.view.seat));
  const told = [...replica.events];
  for (const { after, through } of replica.followed) {
    const first = told.findIndex(({ version }) => version > after);
    const greeting = told.splice(0, first < 0 ? told.length : first);
    assert(
      greeting.every(({ version }) => version === after),
      `${player.name} was told what it had not asked for`,
    );
    const due = logged.filter(({ version }) => version > after && version <= through);
    const came = told.splice(0, due.length);
    assert(
      sorted(due) === sorted(came),
      `${player.name} was told ${sorted(came)} instead of ${sorted(due)}`,
    );
  }
  assert(told.length === 0, `${player.name} was told ${sorted(told)} besides`);
}

function eventsOf({ log, machine }: Table): readonly KeptEvent[] {
  const { game } = machine.core;
  return log.entries.flatMap(({ kind, version, bytes }) =>
    kind === "claim" ? [] : decodeEntry(game, version, bytes).events,
  );
}

/** Those of one commit may come in another order: first what everybody is told. */
function sorted(events: readonly Pick<KeptEvent, "version" | "name" | "values">[]): string {
  const texts = events.map(({ version, name, values }) => JSON.stringify([version, name, values]));
  return texts.sort().join(" ");
}

/** What a page was told of its commands is what the room knows. */
function insistTold(table: Table, player: VirtualPlayer): void {
  const { instance } = player;
  const seat = table.machine.core.own.$seats.get(player.seat ?? -1);
  if (seat === undefined || instance === undefined || !isInStep(table, player)) return;
  const same = seat.instanceEpoch === instance[0] && seat.instanceCount === instance[1];
  assert(same || table.lines.isLossy, `${player.name} plays under an instance that is fenced`);
}

/** Each command that was confirmed took effect once; none took effect that nobody gave. */
function insistExactlyOnce(table: Table): void {
  const { game } = table.machine.core;
  const ran = new Map<string, number>();
  for (const { identity, what } of table.runs) {
    ran.set(`${identity} ${what}`, (ran.get(`${identity} ${what}`) ?? 0) + 1);
  }
  const given = new Set(
    table.players.flatMap(({ identity, sent }) => sent.map((command) => ({ identity, command }))),
  );
  const least = new Map<string, number>();
  const most = new Map<string, number>();
  for (const { identity, command } of given) {
    const key = `${identity} ${whatOf(game, command.name, command.args)}`;
    const end = command.end?.end;
    const open = end === undefined || end === "superseded" || end === "rolled-back";
    if (end === "applied") least.set(key, (least.get(key) ?? 0) + 1);
    if (end === "applied" || open) most.set(key, (most.get(key) ?? 0) + 1);
  }
  for (const [key, count] of ran) {
    assert(count <= (most.get(key) ?? 0), `took effect ${count} times: ${key}`);
  }
  if (table.log.lostCount > 0) return;
  for (const [key, count] of least) {
    assert((ran.get(key) ?? 0) >= count, `was confirmed and did not take effect: ${key}`);
  }
}

/** A held seat has a connection, an away one an end; nobody has two seats. */
function insistSeats({ machine }: Table): void {
  const { core } = machine;
  const identities = new Set<string>();
  for (const seat of core.own.$seats) {
    const { id, presence, untilMs, tellAtMs, identity } = seat;
    assert(!identities.has(identity), `${identity} has two seats`);
    identities.add(identity);
    assert((presence === "away") === (untilMs !== undefined), `seat ${id}: away means until when`);
    const missed = presence === "away" || tellAtMs !== undefined;
    assert(missed || machine.isAttached(id), `seat ${id} is held by nobody`);
  }
}

/** Snapshot and log give the room as it is, clocks and all, each time they are read. */
function insistLog({ machine, log }: Table): void {
  const { core } = machine;
  const { stored: newest } = log;
  const whole = { snapshot: log.first, entries: log.entries };
  for (const stored of newest.snapshot === log.first ? [whole] : [newest, whole]) {
    const loaded = loadRoom(core.id, new Map([[core.game.name, core.game]]), stored);
    assert(loaded.kind === "loaded", `the log loads: ${loaded.kind}`);
    const { history } = core;
    const read = loaded.core;
    assert(read.version === core.version, `version ${read.version} instead of ${core.version}`);
    assert(read.history.floor <= history.floor, "a log remembers at least what its room does");
    const floor = history.floor;
    const expected = stateText(core.state, floor);
    const found = stateText(read.state, floor);
    assert(found === expected, `the log gives\n${found}\ninstead of\n${expected}`);
    const events = read.history.events.filter(({ version }) => version > floor);
    assert(eventText(events) === eventText(history.events), "the log gives the room's events");
    const { time } = read;
    assert(time.nowMs <= core.time.nowMs, "the log is not ahead of its room");
  }
}

function eventText(events: readonly KeptEvent[]): string {
  return JSON.stringify(
    events.map(({ version, name, values, seats, watchers }) => [
      version,
      name,
      values,
      seats,
      watchers,
    ]),
  );
}

/** Values, clocks, ids to come, and tombstones that a bookmark could still ask for. */
function stateText(state: State, floor: number): string {
  const collections = state.collections.map((collection) => ({
    name: collection.shape.name,
    nextId: collection.nextId,
    // In the order of their versions; within one, no order means anything.
    tombstones: [...collection.tombstones]
      .filter(([, version]) => version > floor)
      .sort(([id, version], [other, otherVersion]) => version - otherVersion || id - other),
    records: [...collection.records].map(({ id, values, clocks, created, changed }) => ({
      id,
      created,
      changed,
      clocks,
      values,
    })),
  }));
  return JSON.stringify(collections);
}
