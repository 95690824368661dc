// Admin: the command line of whoever has the machine: gives an account a role, so that a server without
// any default account gets its first admin. It serves nobody and lets go of the store at once.

import { systemClock } from "../shared/clock.ts";
import type { NodeId } from "../shared/ids.ts";
import { jitterRandom, randomCode } from "../shared/random.ts";
import { readConfig } from "./config.ts";
import { openLog } from "./log.ts";
import { openMetrics } from "./metrics.ts";
import { CannotStart, endWith } from "./process.ts";
import { keysOf } from "./session/keys.ts";
import { openPeople } from "./session/people.ts";
import { bootStore } from "./store/boot.ts";
import { sealWith } from "./store/seal.ts";

const ROLES = ["player", "moderator", "admin"] as const;
const USAGE = `Use: npm run admin -- grant <name of an account> [${ROLES.join(" | ")}]`;

/** Does what the words after the command say. Rejects with a sentence for the operator. */
async function administer([verb, name, word = "admin"]: readonly string[]): Promise<void> {
  const role = ROLES.find((each) => each === word);
  if (verb !== "grant" || name === undefined || role === undefined) throw new CannotStart(USAGE);
  const read = readConfig();
  if (read.kind === "refused") {
    throw new CannotStart(
      read.problems.map(({ variable, remedy }) => `${variable} ${remedy}`).join("\n"),
    );
  }
  const { config } = read;
  const node = randomCode(10) as NodeId;
  const log = openLog({ level: config.logLevel, node });
  const clock = systemClock;
  const { redisUrl, keyPrefix, dataDirectory: directory } = config;
  const { store } = await bootStore({
    ...(redisUrl === undefined ? {} : { redisUrl }),
    ...{ keyPrefix, directory, clock, seal: sealWith(keysOf(config).seal) },
  });
  try {
    const ground = { node, store, clock, config, log, metrics: openMetrics() };
    const people = await openPeople({ ...ground, random: jitterRandom, groupOf: () => undefined });
    const person = await people.moderation.grant(name, role);
    await people.stop();
    if (person === undefined)
      throw new CannotStart(`There is no account "${name}". Register it first.`);
    log.announce(`${person.name} is ${role} now; all sessions of the account begin anew.`);
  } finally {
    await store.close();
    log.flush();
  }
}

await administer(process.argv.slice(2)).catch(endWith);
