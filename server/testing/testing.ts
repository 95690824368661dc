// Testing: what the authors of games test them with, in virtual time: `holdfast/testing`. It offers
// what the other files of this folder make; it makes nothing itself.

export type { Weather } from "./line.ts";
export { MemoryLog } from "./memoryLog.ts";
export type { RefusalSeen, Standing } from "./page.ts";
export { type Presented, VirtualPlayer } from "./player.ts";
export type { Run } from "./runs.ts";
export { Saves } from "./saves.ts";
export type { SentCommand } from "./sentCommand.ts";
export { Table } from "./table.ts";
export type { CrashPoint, TableOptions } from "./tableOptions.ts";
export { VirtualClock } from "./virtualClock.ts";
