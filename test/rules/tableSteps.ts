// Table steps: everything that players, lines and hosts can do at a table, as values that can be drawn,
// replayed and made smaller; and a run of them with a check after each.

import fc from "fast-check";
import type { Table, VirtualPlayer } from "../../server/testing/testing.ts";
import type { nim } from "../../shared/games/nim.ts";
import { seededRandom } from "../../shared/random.ts";
import type { Named } from "../../shared/rules.ts";
import type { Records } from "../../shared/schema.ts";
import type { beacon } from "./beacon.ts";

type PlayerOf<G> = G extends {
  records: infer R extends Records;
  commands: infer C extends Named;
  inputs: infer I extends Named;
  events: infer E extends Named;
}
  ? VirtualPlayer<R, C, I, E>
  : never;

/** Says something of the game: a command or an input, by a draw. */
type Talk<Player> = (player: Player, draw: number) => void;

interface Step {
  readonly kind: (typeof KINDS)[number];
  /** Which of the pages at the table. */
  readonly page: number;
  /** Whatever else the step needs to choose. */
  readonly draw: number;
}

const KINDS = [
  "join",
  "watch",
  "leave",
  "talk",
  "talk-on",
  "cancel",
  "drop",
  "half-open",
  "resume",
  "resume-bare",
  "reload",
  "second-page",
  "duplicate",
  "idle",
  "active",
  "wait",
  "wait-long",
  "stall",
  "together",
  "kill",
  "kill-at",
  "replay",
  "storm",
  "calm",
  /** The host dies and the store has lost its newest entries. */
  "lose",
] as const;

/** Talking, dropping and coming back are what happens most. */
const WEIGHTS: Partial<Record<Step["kind"], number>> = {
  talk: 12,
  "talk-on": 8,
  resume: 10,
  join: 6,
  wait: 6,
  reload: 4,
  drop: 3,
  leave: 0.5,
  "wait-long": 0.5,
};

const stepOf = (kinds: readonly Step["kind"][]): fc.Arbitrary<Step> =>
  fc.record({
    kind: fc.oneof(
      ...kinds.map((kind) => ({ arbitrary: fc.constant(kind), weight: 2 * (WEIGHTS[kind] ?? 1) })),
    ),
    page: fc.nat(9),
    draw: fc.nat(9_999),
  });

/** Anything but that the store forgets what it has acknowledged. */
export const anyStep = stepOf(KINDS.filter((kind) => kind !== "lose"));
/** Anything. */
export const anyStepAtAll = stepOf(KINDS);

const PAGES_MAX = 10;

/** Anybody of whose game nothing needs to be known. */
type Player = VirtualPlayer;

/** Runs the steps with a check after each; then all comes to rest, and everything must have ended well. */
export function runSteps<R extends Records, C extends Named, I extends Named, E extends Named>(
  table: Table<R, C, I, E>,
  steps: readonly Step[],
  talk: Talk<VirtualPlayer<R, C, I, E>>,
): void {
  for (const name of ["Ann", "Bob"]) table.player(name).join();
  table.player("Jay", "json");
  table.player("Eve").watch();
  const say = talk as unknown as Talk<Player>;
  const any = table as unknown as Table;
  for (const step of steps) {
    take(any, step, say);
    table.check();
  }
  comeToRest(any);
}

function take(table: Table, { kind, page, draw }: Step, talk: Talk<Player>): void {
  const player = table.players[page % table.players.length];
  if (player === undefined) return;
  const connected = player.connection !== undefined;
  const more = table.players.length < PAGES_MAX;
  switch (kind) {
    case "join":
      return void player.join();
    case "watch":
      return void player.watch();
    case "leave":
      return void (connected && player.leave());
    case "talk":
      return talk(player, draw);
    case "talk-on":
      // The same page says more before anything is answered.
      return table.together(() => {
        for (let said = 0; said < 3; said++) talk(player, draw + said * 7);
      });
    case "cancel": {
      // A duplicate may carry out what this page takes back without knowing that it was copied.
      const alone = table.players.filter(({ name }) => name === player.name).length === 1;
      const command = alone ? player.sent.at(-1) : undefined;
      return command && player.cancel(command);
    }
    case "drop":
      return void (connected && player.drop());
    case "half-open":
      return void (connected && player.halfOpen());
    case "resume":
      return void (player.instance !== undefined && player.resume());
    case "resume-bare":
      return void (
        player.instance !== undefined && player.resume({ ticket: draw % 2 === 0, bookmark: false })
      );
    case "reload":
      player.reload();
      return void (player.instance !== undefined && draw % 3 !== 0 && player.resume());
    case "second-page":
      return void (more && player.secondPage().join());
    case "duplicate":
      return void (
        more &&
        player.instance !== undefined &&
        player.secondPage("duplicate").resume()
      );
    case "idle":
      return void (connected && player.idle());
    case "active":
      return void (connected && player.active());
    case "wait":
      return table.pass(draw % 400);
    case "wait-long":
      return table.pass(draw * 3);
    case "stall":
      return table.stall(draw);
    case "together":
      return table.together(() => {
        for (const [at, each] of table.players.entries()) {
          if ((draw >> at) % 2 === 0) talk(each, draw + at);
          else if (each.instance !== undefined && each.connection === undefined) each.resume();
        }
      });
    case "kill":
      return table.kill();
    case "kill-at":
      return table.killAt(draw % 2 === 0 ? "before-append" : "before-telling");
    case "replay": {
      const { messages } = table.lines;
      const late = messages[draw % Math.max(1, messages.length)];
      if (late === undefined) return;
      table.post(late);
      // Whoever asked on a line that is long gone is gone again.
      if ("arrival" in late) table.post({ kind: "gone", connection: late.arrival.connection });
      return;
    }
    case "storm": {
      const random = seededRandom(draw);
      table.lines.weather = () => (random() < 0.3 ? 0 : random() < 0.3 ? 2 : 1);
      return;
    }
    case "calm":
      return table.calm();
    case "lose":
      return table.kill({ losing: 1 + (draw % 5) });
  }
}

/** Every fault stops: whoever had a seat comes back, and every command must have ended. */
function comeToRest(table: Table): void {
  table.calm();
  const last = new Map<string, Player>();
  for (const player of table.players) {
    if (player.sent.length > 0 || player.instance !== undefined) last.set(player.name, player);
  }
  for (const player of last.values()) player.join();
  // Longer than the longest wait before a tail is sent again.
  table.pass(9_000);
  table.check();
  for (const { name, standing, page } of last.values()) {
    const { waitingCount } = page.outgoing;
    const waits = standing === "seated" && waitingCount > 0;
    if (waits) throw new Error(`${name} waits for the ends of ${waitingCount} commands for ever`);
  }
}

export const nimTalk: Talk<PlayerOf<typeof nim>> = (player, draw) => {
  if (draw % 5 === 0) player.send("rematch", {});
  else player.send("take", { count: 1 + (draw % 3) });
};

export const beaconTalk: Talk<PlayerOf<typeof beacon>> = (player, draw) => {
  const number = 1_000 * draw + player.sent.length;
  const buoy = 1 + (draw % 7);
  const seat = draw % 3;
  switch (draw % 12) {
    case 0:
    case 1:
      if (player.connection !== undefined) player.input("steer", { dx: (draw % 19) - 9 });
      return;
    case 2:
      return void player.send("lay", {});
    case 3:
      return void player.send("lift", { buoy });
    case 4:
      return void player.send("pass", { buoy, to: seat });
    case 5:
      return void player.send("plot", { text: `plan ${draw}` });
    case 6:
      return void player.send("sink", { gold: draw });
    case 7:
      return void player.send("shout", { number });
    case 8:
      return void player.send("whisper", { to: seat, number });
    case 9:
      return void player.send("point", { buoy, number });
    case 10:
      return void player.send(draw % 2 === 0 ? "waver" : "founder", {});
    default:
      if (draw % 4 === 3) player.send("light", { afterMs: draw });
      else player.send("note", { number });
  }
};
