// Sitters: a process of people who take a seat and stay there. Says so when all of them sit; ended by
// whoever started it.

import { io } from "socket.io-client";
import { join } from "../../client/join.ts";
import { ROOM_SIZE } from "./drift.ts";
import { stillGame } from "./still.ts";

const [kind = "", url = "", countText = ""] = process.argv.slice(2);

async function plain(): Promise<void> {
  // Else all of them would share one connection.
  const socket = io(url, { transports: ["websocket"], forceNew: true });
  await new Promise<void>((resolve) => socket.once("seated", () => resolve()));
}

/** Seats a room full of people: the first makes it, the others come by its code. */
async function ours(): Promise<void> {
  const sit = (name: string, place: { create: "private" } | { code: string }) =>
    join({ url, game: stillGame, name, ...place });
  const { code = "" } = await sit("sitter 0", { create: "private" });
  for (let at = 1; at < ROOM_SIZE; at++) await sit(`sitter ${at}`, { code });
}

if (kind === "plain") for (let at = 0; at < Number(countText); at++) await plain();
else for (let at = 0; at < Number(countText); at += ROOM_SIZE) await ours();
process.stdout.write("seated\n");
