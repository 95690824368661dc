// Admin: the command line of whoever has the machine: gives an account a role, so that a server without
// any default account gets its first admin, signs one out, and lets rooms out of quarantine. It serves
// nobody and lets go of the store at once.

import { systemClock } from "../shared/clock.ts";
import type { NodeId } from "../shared/ids.ts";
import { jitterRandom, randomCode } from "../shared/random.ts";
import type { Config } from "./config.ts";
import { configOfEnvironment, openStore } from "./ground.ts";
import type { Moderation, PersonSeen } from "./identity/moderation.ts";
import { type Log, openLog } from "./log.ts";
import { openMetrics } from "./metrics.ts";
import { CannotStart, endWith } from "./process.ts";
import { letOut, quarantinedRooms } from "./room/letOut.ts";
import { openPeople } from "./session/people.ts";
import type { Store } from "./store/store.ts";

const ROLES = ["player", "moderator", "admin"] as const;
const USAGE = [
  `Use: npm run admin -- grant <name of an account> <${ROLES.join(" | ")}>`,
  "     npm run admin -- sign-out <name of an account>",
  "     npm run admin -- quarantined",
  "     npm run admin -- release <code of a room in quarantine>",
].join("\n");

/** What every command may use. */
interface Desk {
  readonly config: Config;
  readonly store: Store;
  readonly log: Log;
  readonly node: NodeId;
}

/** Gives the sentences to say. Rejects with one for the operator. */
type Command = (desk: Desk) => Promise<readonly string[]>;

/** What the words after the command ask for; undefined if it is nothing. */
function commandOf([verb, name, role, ...more]: readonly string[]): Command | undefined {
  const given = ROLES.find((each) => each === role);
  if (more.length > 0) return undefined;
  if (verb === "quarantined" && name === undefined) return tellQuarantined;
  if (name === undefined) return undefined;
  if (verb === "sign-out" && role === undefined) return (desk) => signOut(desk, name);
  if (verb === "release" && role === undefined) return (desk) => release(desk, name);
  return verb === "grant" && given ? (desk) => grant(desk, name, given) : undefined;
}

async function grant(
  desk: Desk,
  name: string,
  role: (typeof ROLES)[number],
): Promise<readonly string[]> {
  const person = await moderate(desk, name, (moderation) => moderation.grant(name, role));
  return [`${person.name} is ${role} now; its rights come with the next sign-in.`];
}

async function signOut(desk: Desk, name: string): Promise<readonly string[]> {
  const person = await moderate(desk, name, (moderation) => moderation.signOut(name));
  return [
    `${person.name} is signed out everywhere: pages within ten seconds, cookies for good. The seats are kept, and ` +
      "the password still signs in.",
  ];
}

async function moderate(
  { config, store, log, node }: Desk,
  name: string,
  act: (moderation: Moderation) => Promise<PersonSeen | undefined>,
): Promise<PersonSeen> {
  const ground = { node, store, clock: systemClock, config, log, metrics: openMetrics() };
  const people = await openPeople({ ...ground, random: jitterRandom, groupOf: () => undefined });
  const person = await act(people.moderation);
  await people.stop();
  if (person === undefined)
    throw new CannotStart(`There is no account "${name}"; accounts are registered on the page.`);
  return person;
}

async function tellQuarantined({ store }: Desk): Promise<readonly string[]> {
  const rooms = await quarantinedRooms(store);
  return rooms.length > 0 ? rooms : ["No room is in quarantine."];
}

async function release({ store }: Desk, code: string): Promise<readonly string[]> {
  const released = await letOut(store, code);
  if (released === undefined)
    throw new CannotStart(
      `No room of the code "${code}" is in quarantine. npm run admin -- quarantined names those that are.`,
    );
  return [
    `The room ${code} of ${released.game} is released: a node takes it over within ten seconds, or when one ` +
      "starts. If what failed is not mended, it is back in quarantine soon.",
  ];
}

/** Does what the words after the command say. Rejects with a sentence for the operator. */
async function administer(words: readonly string[]): Promise<void> {
  const command = commandOf(words);
  if (command === undefined) throw new CannotStart(USAGE);
  const config = configOfEnvironment();
  const node = randomCode(10) as NodeId;
  const log = openLog({ level: config.logLevel, node });
  const { store, description } = await openStore(config);
  try {
    // Without REDIS_URL it is another store than that of the nodes: whoever asks must see which one answered.
    log.announce(`Store: ${description}`);
    for (const sentence of await command({ config, store, log, node })) log.announce(sentence);
  } finally {
    await store.close();
    log.flush();
  }
}

await administer(process.argv.slice(2)).catch(endWith);
