// Check stored: a node that reads a room from the store has the room that is hosted, to the last field,
// and does not have to read for long.

import type { RoomCore } from "../../server/room/core.ts";
import type { HostedRoom } from "../../server/room/hosted.ts";
import { loadRoom } from "../../server/room/loading.ts";
import type { Game } from "../../shared/game.ts";
import type { IdentityId } from "../../shared/ids.ts";
import { SNAPSHOT_EVERY_ENTRIES } from "../../shared/limits.ts";
import { roomsOf } from "./replay.ts";
import type { Scene } from "./scene.ts";

/** What stands beside the logs is written after them, and again after a second if that failed. */
const WRITTEN_MS_MAX = 5_000;

/** I16, I17 for every room that is hosted when all has come to rest. */
export async function checkStored(scene: Scene): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const hosted of scene.nodes.flatMap(({ rooms }) => [...(rooms?.hosted ?? [])])) {
    // While an entry is on its way the host is ahead of the log.
    while (hosted.phase.kind !== "idle") await scene.world.play(scene.world.nowMs + 1);
    const why = await differenceOf(hosted, scene);
    if (why !== undefined) broken.push(`${hosted.id} ${why}`);
    broken.push(...(await unwrittenOf(hosted, scene)).map((what) => `${hosted.id} ${what}`));
  }
  broken.push(...(await unlistedOf(scene)));
  return broken.map((why) => `I17 ${why}`);
}

/** A room that nobody hosts is found by its listing: else nobody looks after who sits in it. */
async function unlistedOf({ history, store, game }: Scene): Promise<readonly string[]> {
  const unlisted: string[] = [];
  for (const room of roomsOf(history)) {
    const stored = await store.inside.loadRoom(room);
    const loaded = stored && loadRoom(room, new Map([[game.name, game]]), stored);
    if (loaded?.kind !== "loaded") continue;
    const { $room, $seats } = loaded.core.own;
    const isListed = (await store.inside.roomByCode($room.code)) === room;
    if ($seats.size > 0 && !isListed) unlisted.push(`${room} has seats and is listed nowhere`);
  }
  return unlisted;
}

/** Who finds a room by the lobby or by their own seats finds it as it is: a host that died owes nobody that. */
async function unwrittenOf(hosted: HostedRoom, scene: Scene): Promise<readonly string[]> {
  const { world } = scene;
  const untilMs = world.nowMs + WRITTEN_MS_MAX;
  for (;;) {
    const unwritten = await unwrittenNow(hosted, scene);
    if (unwritten.length === 0 || world.nowMs >= untilMs) return unwritten;
    await world.play(world.nowMs + WRITTEN_MS_MAX / 10);
  }
}

async function unwrittenNow(
  { id, machine }: HostedRoom,
  { store }: Scene,
): Promise<readonly string[]> {
  const { $seats, $room } = machine.core.own;
  const listing = (await store.inside.rooms()).find(({ room }) => room === id);
  const listed = `${listing?.status}, ${listing?.seatsTaken} seats taken`;
  const right = `${$room.status}, ${$seats.size} seats taken`;
  // A room that was made for somebody who never came is listed nowhere, and goes again.
  const isForNobody = listing === undefined && $seats.size === 0;
  const unwritten = listed === right || isForNobody ? [] : [`is ${right}, and listed as ${listed}`];
  for (const { id: seat, identity, name } of $seats) {
    const links = await store.inside.seatsOf(identity as IdentityId);
    if (links.some((link) => link.room === id && link.seat === seat)) continue;
    unwritten.push(`has seat ${seat} of ${name}, who is not said to have it`);
  }
  return unwritten;
}

async function differenceOf(
  { id, machine, epoch }: HostedRoom,
  { store, game }: Scene,
): Promise<string | undefined> {
  const stored = await store.inside.loadRoom(id).catch((cause: unknown) => String(cause));
  if (stored === undefined) return "is hosted and not stored";
  if (typeof stored === "string") return `cannot be read: ${stored}`;
  // Another node took it over and died; nothing has happened in it since.
  if (stored.top.epoch !== epoch) return machine.attachedCount === 0 ? undefined : "is not ours";
  if (stored.entries.length > 2 * SNAPSHOT_EVERY_ENTRIES)
    return `has ${stored.entries.length} entries after its snapshot (I16)`;
  const loaded = loadRoom(id, new Map([[game.name, game]]), stored);
  if (loaded.kind !== "loaded") return `does not load: ${loaded.kind}`;
  const [live, read] = [machine.core, loaded.core].map((core) => wholeText(core, game));
  return live === read ? undefined : `is\n${live}\nand its log gives\n${read}`;
}

function wholeText({ state, version, history }: RoomCore, game: Game): string {
  const collections = game.shapes.map(({ name, single }) => {
    const face = state.face[name];
    return single ? face : [...(face as Iterable<unknown>)];
  });
  return JSON.stringify([version, history.epochs, collections]);
}
