// Redis log: rooms' commits and where their logs stand, over a connection that carries nothing else.
// It appends once or says that it does not know; it never repeats an append.

import type { RoomId } from "../../shared/ids.ts";
import type { Keys } from "./keys.ts";
import { type RedisArgument, RedisRefusal, type ScriptCall } from "./redisConnection.ts";
import { bytesOf, listOf, numberOf, type Reply, textOf } from "./replies.ts";
import { SCRIPTS } from "./scripts.ts";
import type { Shards } from "./shards.ts";
import type { Append, AppendOutcome, LogEntry, LogPlace } from "./store.ts";
import { StoreDamaged } from "./store.ts";
import { nameOf } from "./tail.ts";

const APPENDED: AppendOutcome = { kind: "appended" };

/** An append and its place in the list that was asked for. */
interface Asked {
  readonly append: Append;
  readonly at: number;
}

export class RedisLog {
  readonly #shards: Shards;
  readonly #keys: Keys;

  constructor(shards: Shards, keys: Keys) {
    this.#shards = shards;
    this.#keys = keys;
  }

  /**
   * One script call for all rooms of a server: beside a pipeline of XADDs that takes a third of the
   * time in this process and no more in Redis. A Cluster allows one call for each slot only. Ids at
   * or below the top are refused by XADD itself, which is the whole fence.
   */
  async append(appends: readonly Append[]): Promise<readonly AppendOutcome[]> {
    const outcomes = appends.map((): AppendOutcome => APPENDED);
    const asked = appends.map((append, at): Asked => ({ append, at }));
    const groups = this.#shards.group(asked, ({ append }) => this.#keys.log(append.room));
    const calls = groups.map((group) => this.#callFor(group));
    const replies = await this.#shards.runAll(SCRIPTS.append, calls);
    for (const [index, group] of groups.entries()) {
      this.#note(outcomes, group, replies[index] ?? null);
    }
    return outcomes;
  }

  #callFor(group: readonly Asked[]): ScriptCall {
    const args: RedisArgument[] = [];
    for (const { append } of group) args.push(nameOf(append), append.node, append.bytes);
    return { keys: group.map(({ append }) => this.#keys.log(append.room)), args };
  }

  /** Puts down what was not appended. */
  #note(outcomes: AppendOutcome[], group: readonly Asked[], reply: Reply | Error): void {
    if (reply instanceof Error) {
      for (const { at } of group) outcomes[at] = { kind: "unknown", cause: reply.message };
      return;
    }
    for (const refused of listOf(reply)) {
      const [index, code, detail] = listOf(refused);
      const asked = group[numberOf(index) - 1];
      if (asked !== undefined) outcomes[asked.at] = this.#outcomeOf(textOf(code), textOf(detail));
    }
  }

  #outcomeOf(code: string, detail: string): AppendOutcome {
    switch (code) {
      case "missing":
        return { kind: "missing" };
      case "fenced":
        return { kind: "fenced", top: placeOf(detail) };
      default:
        this.#shards.judge(new RedisRefusal(detail));
        return { kind: "unknown", cause: detail };
    }
  }

  /** Asked where appends go, so that what was sent before is done before. */
  async top(room: RoomId): Promise<LogEntry | undefined> {
    const newest = await this.#shards.call("XREVRANGE", this.#keys.log(room), "+", "-", "COUNT", 1);
    const [entry] = listOf(newest);
    return entry === undefined ? undefined : entryOf(entry);
  }
}

/** Reads a place as `nameOf` writes it. */
export function placeOf(name: string): LogPlace {
  const match = /^(\d{1,16})-(\d{1,16})$/.exec(name);
  if (match === null) throw new StoreDamaged(`"${name}" is no place in a log`);
  return { epoch: Number(match[1]), version: Number(match[2]) };
}

/** Reads an entry of a stream, as XRANGE gives it. */
export function entryOf(reply: Reply): LogEntry {
  const [id, fields] = listOf(reply);
  const [, kind, , node, , bytes] = listOf(fields);
  const place = placeOf(textOf(id));
  const kindText = textOf(kind);
  if (kindText !== "commit" && kindText !== "claim") {
    throw new StoreDamaged(`entry ${nameOf(place)} is a "${kindText}"`);
  }
  // A node id comes back as it was given.
  const nodeText = textOf(node) as LogEntry["node"];
  return { ...place, kind: kindText, node: nodeText, bytes: bytesOf(bytes) };
}
