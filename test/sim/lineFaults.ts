// Line faults: what befalls the lines between pages and nodes, and the networks of devices. Each says
// what happens once; how often is for the faults.

import type { Line } from "./network.ts";
import { BYTES_PER_S, type Scene, type Strike } from "./scene.ts";

/** What a bad line takes, in bytes a second. */
export const NARROW = [700, 1_500, 3_000];

export function onLine(strike: (scene: Scene, line: Line) => void): Strike {
  return (scene) => {
    const open = scene.network.lines.filter(({ client, server }) => client.isOpen && server.isOpen);
    if (open.length > 0) strike(scene, scene.world.pick(open));
  };
}

export function cut({ world }: Scene, { client, server }: Line): void {
  for (const end of [client, server]) world.plan(0, end.life, () => end.ended());
}

/** One side learns that the line is gone, the other believes in it. */
export function halfCut({ world }: Scene, { client, server }: Line): void {
  const [told, untold] = world.chance(0.5) ? [client, server] : [server, client];
  told.silence();
  untold.silence();
  world.plan(0, told.life, () => told.ended());
}

export function cutSoon({ world }: Scene, { client, server }: Line): void {
  world.pick([client, server]).cutAfter(world.int(0, 6));
}

export function silence(_scene: Scene, { client, server }: Line): void {
  client.silence();
  server.silence();
}

export function hold({ world }: Scene, { client, server }: Line): void {
  const held = world.chance(0.4) ? [client, server] : [world.pick([client, server])];
  for (const end of held) end.hold();
  world.plan(world.int(50, world.chance(0.3) ? 7_000 : 1_200), world.nature, () => {
    for (const end of held) end.flow();
  });
}

export function goOffline({ world, network, people }: Scene): void {
  const person = world.pick(people);
  if (person.path.isOffline) return;
  network.goOffline(person.path);
  const isTold = world.chance(0.5);
  if (isTold) for (const { sitting } of person.pages) sitting.driver.post({ kind: "offline" });
  world.plan(world.int(100, world.chance(0.3) ? 12_000 : 2_500), world.nature, () => {
    if (!person.path.isOffline) return;
    network.goOnline(person.path, world.chance(0.6) ? "same" : "other");
    if (isTold) for (const { sitting } of person.pages) sitting.driver.post({ kind: "woken" });
  });
}

export function slowPath({ world, people }: Scene): void {
  const { path } = world.pick(people);
  path.delayMs = world.int(1, 400);
  path.jitterMs = world.int(0, 300);
}

/** Little gets through, but something does: the line is slow, and not silent. */
export function narrowPath({ world, people }: Scene): void {
  const { path } = world.pick(people);
  path.bytesPerS = world.pick(NARROW);
  world.plan(world.int(1_000, 15_000), world.nature, () => {
    path.bytesPerS = BYTES_PER_S;
  });
}
