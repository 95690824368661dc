// Ground: what every command of the server stands on before it begins: the environment's config, and
// the store that it names. It starts nothing else and serves nobody.

import { type Clock, systemClock } from "../shared/clock.ts";
import { type Config, readConfig } from "./config.ts";
import { isLoopbackHost } from "./http/address.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { CannotStart, cannotStart } from "./process.ts";
import { keysOf } from "./session/keys.ts";
import { type BootedStore, type BootOptions, bootStore } from "./store/boot.ts";
import type { StoreEars } from "./store/redis.ts";
import { type Seal, sealWith } from "./store/seal.ts";

interface Sealed {
  readonly seal?: Seal;
}

/** Throws CannotStart with everything that is wrong with the environment at once, under a heading. */
export function configOfEnvironment(...heading: readonly string[]): Config {
  const read = readConfig();
  if (read.kind === "read") return read.config;
  const problems = read.problems.map(({ variable, remedy }) => `${variable} ${remedy}`);
  throw new CannotStart([...heading, ...problems].join("\n"));
}

/** What an operator should know of how open this server is; undefined if there is nothing to know. */
export function cautionOf({
  production,
  mode = "",
  host,
}: Pick<Config, "production" | "mode" | "host">): string | undefined {
  if (production) return undefined;
  const cautions = [
    ...(/^\s*prod/i.test(mode) ? [MISSPELT] : []),
    ...(isLoopbackHost(host) ? [] : [PLAIN]),
  ];
  return cautions.length > 0 ? cautions.join("\n") : undefined;
}

const MISSPELT =
  "NODE_ENV looks like production and is not, so nothing is hardened: it is NODE_ENV=production, in " +
  "small letters.";
const PLAIN =
  "Other devices may come in, over plain http: whoever is on the same network can read cookies and play " +
  "in their owner's name. NODE_ENV=production is for everything but a game among friends.";

/** Rejects with a sentence for the operator, as `bootStore` does. Sealed with the secrets unless told. */
export async function openStore(
  config: Config,
  { seal, hear }: Pick<BootOptions, "hear"> & Sealed = {},
): Promise<BootedStore> {
  const { redisUrl, keyPrefix, dataDirectory: directory } = config;
  try {
    return await bootStore({
      ...(redisUrl === undefined ? {} : { redisUrl }),
      keyPrefix,
      directory,
      clock: systemClock,
      seal: seal ?? sealWith(keysOf(config).seal),
      hear,
    });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const remedy = isOfFiles(cause) ? unusable(directory) : "";
    throw new CannotStart(`${message}${remedy}`, { cause });
  }
}

/** What the system says of a folder or a file that cannot be had. */
function isOfFiles(cause: unknown): boolean {
  const code: unknown = cause instanceof Error ? Reflect.get(cause, "code") : undefined;
  return (
    typeof code === "string" && /^(EACCES|EPERM|EROFS|ENOTDIR|EEXIST|ENOSPC|EDQUOT)$/.test(code)
  );
}

function unusable(directory: string): string {
  return (
    `. DATA_DIR (${directory}) is where this server keeps its files: give its user a folder there that ` +
    "it may write, with room on its disk, or name another one in DATA_DIR"
  );
}

const DAMAGE_REMEDY =
  "it is left out, and everything else goes on; see whether somebody copied or changed what is stored by hand";

/** Whoever starts a server and sees nothing for so long wants to know why. */
const WAITING_SAID_MS = 1_000;
/** What is in the way may be something else by then. */
const SAID_AGAIN_MS = 5_000;

interface Watched {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<Metrics, "storeRefusals">;
}

/** The same for a server: an operator who waits for the store learns what it waits for. */
export async function waitForStore(
  config: Config,
  { clock, log, metrics }: Watched,
): Promise<BootedStore> {
  const { redisUrl, dataDirectory } = config;
  const where = redisUrl === undefined ? `the store in ${dataDirectory}` : "the Redis of REDIS_URL";
  let missing = "";
  const say = () => {
    log.announce(`Waiting for ${where}${missing} …`);
    cancel = clock.after(SAID_AGAIN_MS, say);
  };
  let cancel = clock.after(WAITING_SAID_MS, say);
  try {
    const hear: StoreEars = {
      refused: (code) => metrics.storeRefusals.add(code),
      damaged: (reason) => log.fault("record-unreadable", { reason, remedy: DAMAGE_REMEDY }),
      missed: (why) => {
        missing = `: ${why}`;
      },
    };
    return await openStore(config, { hear });
  } catch (cause) {
    throw cannotStart(cause);
  } finally {
    cancel();
  }
}
