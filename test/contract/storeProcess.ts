// Store process: a process of its own that keeps a store in a folder, makes a room and appends to it
// without end. It says on its output what it was told, a line each, and lives until it is killed.

import { openMemoryStore } from "../../server/store/memory.ts";
import { systemClock } from "../../shared/clock.ts";
import { newRoom } from "./newcomers.ts";

const [, , directory] = process.argv;
if (directory === undefined) throw new Error("which folder?");
const store = await openMemoryStore({ clock: systemClock, directory, rewriteBytesMin: 20_000 });
const { room, epoch, commit } = await newRoom(store);
process.stdout.write(`${JSON.stringify({ room, epoch })}\n`);
for (let version = 1; ; version += 2) {
  const outcomes = await store.append([commit(version), commit(version + 1)]);
  if (outcomes.some(({ kind }) => kind !== "appended")) throw new Error("not appended");
  process.stdout.write(`${version + 1}\n`);
}
