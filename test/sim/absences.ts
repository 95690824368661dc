// Absences: long times in which people are not there: a room that parks and is woken, a laptop that
// sleeps past everything its room remembers. Nothing else is wrong with the world meanwhile.

import type { Scene } from "./scene.ts";

/** Rooms are parked half a minute after the last page is gone. */
const AWAY_MS = { from: 40_000, to: 90_000 };
/** Longer than tombstones and events are kept, and than what still reaches its system meanwhile. */
const ASLEEP_MS = { from: 145_000, to: 200_000 };
const WORD_EVERY_MS = 6_000;

/** Longer than anybody may count as there who is not. */
const GONE_MS = 40_000;

export const absences = { none, everybody, somebody };

async function none(): Promise<void> {
  // Nobody is away.
}

/** Every page is closed; the server may be started anew while nobody looks. */
async function everybody(scene: Scene): Promise<void> {
  const { world, people } = scene;
  scene.history.note("fate", "sends everybody away");
  for (const person of people) for (const tab of person.tabs) person.unload(tab);
  const awayMs = world.int(AWAY_MS.from, AWAY_MS.to);
  await world.play(world.nowMs + awayMs / 2);
  if (world.chance(0.5)) scene.killNode(scene.anySlot, "told");
  await world.play(world.nowMs + awayMs / 2);
}

/** One device sleeps with its page loaded while the others play on. */
async function somebody(scene: Scene): Promise<void> {
  const { world, players } = scene;
  const sleeper = world.pick(players);
  scene.history.note("fate", `sends ${sleeper.name} to sleep`);
  const { pages } = sleeper;
  for (const { life } of pages) life.freeze();
  const untilMs = world.nowMs + world.int(ASLEEP_MS.from, ASLEEP_MS.to);
  while (world.nowMs < untilMs) {
    await world.play(world.nowMs + WORD_EVERY_MS);
    for (const person of players) if (person !== sleeper) person.speakUp();
  }
  for (const { life } of pages) life.thaw();
}

/** A device fails, and with it the node that would have noticed. The others play on. */
export async function withTheirNode(scene: Scene): Promise<void> {
  const { world, network, players, slots, history } = scene;
  const player = world.pick(players);
  const [page] = player.pages;
  const line = network.lines.findLast(({ client }) => client.life === page?.life);
  const slot = slots.find(({ node }) => node?.life === line?.server.life);
  if (slot === undefined || !scene.mayLoseNode) return;
  history.note("fate", `takes ${player.name} with ${slot.node?.id}`);
  scene.killNode(slot, "silent");
  for (const tab of player.tabs) player.unload(tab);
  await world.play(world.nowMs + GONE_MS);
}
