// Redis URL: where REDIS_URL says that Redis is, and how to sign in there. It connects to nothing,
// and no message of it repeats the URL, which may hold a password.

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

interface SignIn {
  readonly username?: string;
  readonly password?: string;
  readonly tls: boolean;
}

/** One server at a time: by its address, by its socket, or the one that Sentinels call master. */
export type ServerAddress = SignIn &
  (
    | (HostPort & { readonly kind: "host"; readonly database: number })
    | { readonly kind: "socket"; readonly path: string; readonly database: number }
    | {
        readonly kind: "sentinel";
        readonly sentinels: readonly HostPort[];
        readonly master: string;
        readonly database: number;
      }
  );

export type ClusterAddress = SignIn & {
  readonly kind: "cluster";
  /** Some of its servers; they tell of the others. */
  readonly seeds: readonly HostPort[];
};

export type RedisAddress = ServerAddress | ClusterAddress;

export const REDIS_URL_FORMS = [
  "redis://[user:password@]host[:port][/database]",
  "unix:///path/of/the/socket",
  "redis+sentinel://[user:password@]host:port,host:port/master[/database]",
  "redis+cluster://[user:password@]host:port,host:port",
  "rediss:// instead of redis:// for TLS, also before +sentinel and +cluster",
] as const;

const REDIS_PORT = 6379;
const SENTINEL_PORT = 26_379;

const URL_PARTS =
  /^(redis|rediss)(\+sentinel|\+cluster)?:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^@/]+)(?:\/(.*))?$/;

/** Reads one of `REDIS_URL_FORMS`; throws a sentence for the operator if it is none. */
export function parseRedisUrl(url: string): RedisAddress {
  if (url.startsWith("unix://")) {
    return { kind: "socket", path: url.slice("unix://".length), database: 0, tls: false };
  }
  const parts = URL_PARTS.exec(url);
  if (parts === null) throw notUnderstood("its form");
  const [, scheme, kind, user, password, hosts = "", path = ""] = parts;
  const signIn: SignIn = {
    ...(user ? { username: decode(user) } : {}),
    ...(password ? { password: decode(password) } : {}),
    tls: scheme === "rediss",
  };
  if (kind === "+cluster") {
    if (path !== "") throw notUnderstood("a database, which a Cluster does not have");
    return { ...signIn, kind: "cluster", seeds: hostsOf(hosts, REDIS_PORT) };
  }
  if (kind === "+sentinel") {
    const [master = "", database = ""] = path.split("/");
    if (master === "") throw notUnderstood("a missing name of the master");
    const sentinels = hostsOf(hosts, SENTINEL_PORT);
    return { ...signIn, kind: "sentinel", sentinels, master, database: databaseOf(database) };
  }
  const [server, ...others] = hostsOf(hosts, REDIS_PORT);
  if (server === undefined || others.length > 0) throw notUnderstood("several hosts");
  return { ...signIn, kind: "host", ...server, database: databaseOf(path) };
}

/** The address as a line of the log may show it. */
export function nameOfAddress(address: RedisAddress): string {
  const hosts = (list: readonly HostPort[]) => list.map(nameOfHost).join(", ");
  switch (address.kind) {
    case "host":
      return nameOfHost(address);
    case "socket":
      return address.path;
    case "sentinel":
      return `${address.master} by Sentinels ${hosts(address.sentinels)}`;
    case "cluster":
      return `Cluster ${hosts(address.seeds)}`;
  }
}

export function nameOfHost({ host, port }: HostPort): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function hostsOf(list: string, defaultPort: number): HostPort[] {
  return list.split(",").map((text) => {
    const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+))(?::(\d+))?$/.exec(text);
    const host = match?.[1] ?? match?.[2];
    const port = Number(match?.[3] ?? defaultPort);
    if (host === undefined || port < 1 || port > 65_535) throw notUnderstood("a host or port");
    return { host, port };
  });
}

function databaseOf(text: string): number {
  if (!/^\d{0,4}$/.test(text)) throw notUnderstood("the number of the database");
  return Number(text);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw notUnderstood("a % sign of the user or password");
  }
}

function notUnderstood(what: string): Error {
  return new Error(
    `REDIS_URL is not understood because of ${what}. It has one of these forms: ${REDIS_URL_FORMS.join("; ")}`,
  );
}
