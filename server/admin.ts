// Admin: the command line of whoever has the machine: gives an account a role, so that a server without
// any default account gets its first admin. It serves nobody and lets go of the store at once.

import { systemClock } from "../shared/clock.ts";
import type { NodeId } from "../shared/ids.ts";
import { jitterRandom, randomCode } from "../shared/random.ts";
import { configOfEnvironment, openStore } from "./ground.ts";
import { openLog } from "./log.ts";
import { openMetrics } from "./metrics.ts";
import { CannotStart, endWith } from "./process.ts";
import { openPeople } from "./session/people.ts";

const ROLES = ["player", "moderator", "admin"] as const;
const USAGE = `Use: npm run admin -- grant <name of an account> <${ROLES.join(" | ")}>`;

/** Does what the words after the command say. Rejects with a sentence for the operator. */
async function administer([verb, name, word]: readonly string[]): Promise<void> {
  const role = ROLES.find((each) => each === word);
  if (verb !== "grant" || name === undefined || role === undefined) throw new CannotStart(USAGE);
  const config = configOfEnvironment();
  const node = randomCode(10) as NodeId;
  const log = openLog({ level: config.logLevel, node });
  const clock = systemClock;
  const { store } = await openStore(config);
  try {
    const ground = { node, store, clock, config, log, metrics: openMetrics() };
    const people = await openPeople({ ...ground, random: jitterRandom, groupOf: () => undefined });
    const person = await people.moderation.grant(name, role);
    await people.stop();
    if (person === undefined)
      throw new CannotStart(`There is no account "${name}". Register it first.`);
    log.announce(`${person.name} is ${role} now; its rights come with the next sign-in.`);
  } finally {
    await store.close();
    log.flush();
  }
}

await administer(process.argv.slice(2)).catch(endWith);
