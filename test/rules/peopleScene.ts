// People scene: sign-in, sessions and admission over the in-process store under a virtual clock, with
// a store in between that counts what it is asked, can go away, and can forget everything.

import type { PasswordCost } from "../../server/identity/password.ts";
import { openLog } from "../../server/log.ts";
import { openMetrics } from "../../server/metrics.ts";
import type { Arriving } from "../../server/session/admission.ts";
import type { DoorLimits } from "../../server/session/doors.ts";
import { openPeople, type PeopleParts } from "../../server/session/people.ts";
import type { SessionClocks } from "../../server/session/session.ts";
import { openMemoryStore } from "../../server/store/memory.ts";
import { type Store, StoreAway } from "../../server/store/store.ts";
import { VirtualClock } from "../../server/testing/virtualClock.ts";
import type { Clock } from "../../shared/clock.ts";
import type { ConnectionId, NodeId } from "../../shared/ids.ts";
import type { Handshake } from "../../shared/protocol.ts";
import { randomCode, randomSecret, seededRandom } from "../../shared/random.ts";

export const SECRETS = [
  { kid: "new", bytes: Uint8Array.from({ length: 32 }, (_, at) => at) },
  { kid: "old", bytes: Uint8Array.from({ length: 32 }, (_, at) => 255 - at) },
];

/** What a test does to the store. */
export interface Lever {
  /** Names of the methods that were called, in order. */
  readonly calls: string[];
  /** What was handed to them. */
  readonly given: unknown[];
  readonly touchedBatches: number[];
  isAway: boolean;
  /** Whether it keeps its answers to itself; they come when this ends. */
  isSilent: boolean;
  /** Whether it fails as no store should. */
  isBroken: boolean;
  /** Empties the store, as a failover that knows nothing would. */
  forget(): Promise<void>;
}

/** What waits until it is opened. */
function openGate() {
  let open = () => undefined as void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

/** A store that is the in-process one, but for what the lever does. */
export async function leveredStore(clock: Clock): Promise<Store & Lever> {
  let inner = await openMemoryStore({ clock });
  let hasForgotten = false;
  let spoken: ReturnType<typeof openGate> | undefined;
  const lever: Lever = {
    calls: [],
    given: [],
    touchedBatches: [],
    isAway: false,
    get isSilent() {
      return spoken !== undefined;
    },
    set isSilent(silent) {
      if (silent) spoken = openGate();
      else {
        spoken?.open();
        spoken = undefined;
      }
    },
    isBroken: false,
    async forget() {
      inner = await openMemoryStore({ clock });
      hasForgotten = true;
    },
  };
  const touch: Store["touch"] = async (touches) => {
    lever.touchedBatches.push(touches.length);
    const outcomes = await inner.touch(touches);
    return outcomes.map((each) =>
      each.kind === "ended" && hasForgotten ? { kind: "lost" as const } : each,
    );
  };
  const around = {
    get(_target: object, name: string): unknown {
      if (Object.hasOwn(lever, name)) return Reflect.get(lever, name);
      const member: unknown = name === "touch" ? touch : Reflect.get(inner, name);
      if (typeof member !== "function") return member;
      return (...given: unknown[]) => {
        lever.calls.push(name);
        lever.given.push(given);
        if (lever.isBroken) return Promise.reject(new Error("broken for a test"));
        if (lever.isAway) return Promise.reject(new StoreAway("away for a test"));
        const asked = () => Reflect.apply(member, inner, given) as unknown;
        return spoken === undefined ? asked() : spoken.opened.then(asked);
      };
    },
    set: (_target: object, name: string, value: unknown) => Reflect.set(lever, name, value),
  };
  return new Proxy({}, around) as Store & Lever;
}

/** Hashes passwords in a millisecond. */
export const CHEAP: PasswordCost = { logN: 4, blockSize: 8, parallel: 1 };

export interface SceneOptions extends Pick<PeopleParts, "games" | "moveSeats" | "rooms"> {
  readonly clocks?: SessionClocks;
  readonly limits?: DoorLimits;
}

export async function peopleScene(options: SceneOptions = {}) {
  const clock = new VirtualClock();
  return peopleOver(await leveredStore(clock), clock, options);
}

/** Another node over the same store, or the only one. */
export async function peopleOver(
  store: Store & Lever,
  clock: VirtualClock,
  options: SceneOptions = {},
) {
  const metrics = openMetrics();
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const log = openLog({ level: "info", node: "nodeoftest", terminal: false, write });
  const people = await openPeople({
    games: ["arena"],
    ...options,
    ...{ store, clock, metrics, log },
    node: "nodeoftest" as NodeId,
    random: seededRandom(1),
    config: { production: true, secrets: SECRETS, dataDirectory: "never used" },
    passwordCost: CHEAP,
    words: ["arena"],
    groupOf: (address) => (address === "loopback" ? undefined : address),
  });
  return { ...people, clock, store, metrics, lines };
}

export type Scene = Awaited<ReturnType<typeof peopleScene>>;

export const DEVICE = "Firefox on Linux";

/** A new guest with a browser of its own. */
export async function newGuest({ signIn }: Scene, name = "Ada") {
  const signedIn = await signIn.guest(name, { cookie: undefined, device: DEVICE });
  const cookie = signedIn.newCookie?.secret ?? "";
  return { ...signedIn, cookie };
}

/** Where a handshake comes from, unless a test says otherwise. */
export function arriving(address = "loopback"): Arriving {
  const connection = randomCode(20) as ConnectionId;
  return { connection, address, cookie: undefined, userAgent: undefined };
}

/** A handshake of a page that was just loaded. */
export function handshake(proof: Pick<Handshake, "token" | "seats">): Handshake {
  return { protocol: 1, page: randomSecret(16), frames: "json", ...proof };
}
