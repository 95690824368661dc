// Boot process: a process of its own that boots a store in a folder, makes a room and appends to it
// without end. It says on its output what it was told, a line each, and lives until it is killed.

import { bootStore } from "../../server/store/boot.ts";
import { UNSEALED } from "../../server/store/seal.ts";
import { systemClock } from "../../shared/clock.ts";
import { newRoom } from "./newcomers.ts";

const [, , directory] = process.argv;
if (directory === undefined) throw new Error("which folder?");
const { store } = await bootStore({
  clock: systemClock,
  directory,
  keyPrefix: "hf:",
  seal: UNSEALED,
});
const { room, commit } = await newRoom(store);
process.stdout.write(`${room}\n`);
for (let version = 1; ; version++) {
  const [outcome] = await store.append([commit(version)]);
  if (outcome?.kind !== "appended") throw new Error(`not appended: ${JSON.stringify(outcome)}`);
  process.stdout.write(`${version}\n`);
}
