// Relay: carries items between this node and others, in one batch for each node and turn of the
// loop. It drives links over the store's messages; what an item means is for others.

import { ByteWriter, MalformedBytes } from "../../shared/bytes.ts";
import type { Cancel, Clock } from "../../shared/clock.ts";
import type { NodeId } from "../../shared/ids.ts";
import type { Log } from "../log.ts";
import type { NodeMetrics } from "../metrics.ts";
import type { NodeStore } from "../store/nodeStore.ts";
import { StoreAway } from "../store/store.ts";
import { UnderWay } from "../underWay.ts";
import { type Item, readItems, writeItem } from "./item.ts";
import { BREAK_MS, Link, type LinkTurn } from "./link.ts";
import { decodePacket, encodePacket } from "./packet.ts";

export interface RelayParts {
  readonly node: NodeId;
  readonly bus: NodeStore;
  readonly clock: Clock;
  readonly log: Pick<Log, "warn">;
  readonly metrics: Pick<NodeMetrics, "relayed" | "relayedBytes">;
  /** Runs a callback after what runs now, before timers. */
  defer(callback: () => void): void;
  /** Items of another node, in order. */
  hear(from: NodeId, items: readonly Item[]): void;
  /** Something to or from that node was lost for good: both ends begin anew. */
  broken(peer: NodeId): void;
}

/** Far more nodes than share a Redis; whoever else speaks is one of many that there are not. */
const PEERS_MAX = 256;

/** A batch longer than this is sent in several. */
const BATCH_BYTES = 256 * 1024;

const UNREADABLE_REMEDY =
  "seats between the two are taken up anew, once in ten seconds; if it goes on, see that all nodes run the same build";
const BROKEN_REMEDY =
  "seats between the two are taken up anew; if it goes on without an outage, look at the network and Redis' pub/sub";

interface Peer {
  readonly link: Link;
  readonly outbox: Item[];
  timer: { readonly dueMs: number; readonly cancel: Cancel } | undefined;
  /** When something of it could not be read, and both began anew. */
  unreadMs: number;
}

export class Relay {
  readonly #parts: RelayParts;
  readonly #peers = new Map<NodeId, Peer>();
  readonly #writer = new ByteWriter(4_096);
  #streams = 0;
  #deferred = false;
  #end: (() => void) | undefined;
  /** Messages that have not left. */
  readonly #leaving = new UnderWay();

  constructor(parts: RelayParts) {
    this.#parts = parts;
  }

  /** Whether no other node has been heard or spoken to. */
  get isAlone(): boolean {
    return this.#peers.size === 0;
  }

  /** Begins to listen. Rejects with StoreAway. */
  async start(): Promise<void> {
    const { bus, node } = this.#parts;
    this.#end = await bus.listen(node, (message) => this.#heard(message));
  }

  /** Sends what is gathered and listens no more. */
  async stop(): Promise<void> {
    this.flush();
    await this.#leaving.over();
    this.#end?.();
    for (const peer of [...this.#peers.keys()]) this.forget(peer);
  }

  send(to: NodeId, item: Item): void {
    this.#peer(to).outbox.push(item);
    if (this.#deferred) return;
    this.#deferred = true;
    this.#parts.defer(() => this.flush());
  }

  /** Has a node that was let go of, and lives, learn of it: there may be nothing else to tell it. */
  hail(peer: NodeId): void {
    this.#perform(peer, this.#peer(peer).link.send(new Uint8Array(0), this.#parts.clock.now()));
  }

  /** Lets go of a node that is dead: what was on its way to it is lost. */
  forget(peer: NodeId): void {
    this.#peers.get(peer)?.timer?.cancel();
    this.#peers.delete(peer);
  }

  /** Lets go of whoever is none of these nodes, once there are more than can be new among them. */
  keepOnly(nodes: ReadonlySet<NodeId>): void {
    if (this.#peers.size < PEERS_MAX / 2) return;
    for (const peer of [...this.#peers.keys()]) if (!nodes.has(peer)) this.forget(peer);
  }

  flush(): void {
    this.#deferred = false;
    for (const [to, { outbox }] of this.#peers) {
      if (outbox.length > 0) this.#sendAll(to, outbox.splice(0));
    }
  }

  #sendAll(to: NodeId, items: readonly Item[]): void {
    this.#writer.reset();
    for (const item of items) {
      this.#parts.metrics.relayed.add(`sent-${item.kind}`);
      writeItem(this.#writer, item);
      if (this.#writer.length >= BATCH_BYTES) this.#sendBatch(to);
    }
    if (this.#writer.length > 0) this.#sendBatch(to);
  }

  #sendBatch(to: NodeId): void {
    const payload = this.#writer.finish();
    this.#writer.reset();
    this.#perform(to, this.#peer(to).link.send(payload, this.#parts.clock.now()));
  }

  #heard(message: Uint8Array): void {
    const { clock, log, metrics } = this.#parts;
    metrics.relayedBytes.add("heard", message.length);
    try {
      const { from, packet } = decodePacket(message);
      if (this.#peers.size >= PEERS_MAX && !this.#peers.has(from))
        throw new MalformedBytes("of more nodes than there can be");
      this.#perform(from, this.#peer(from).link.receive(packet, clock.now()));
    } catch (cause) {
      if (!(cause instanceof MalformedBytes)) throw cause;
      log.warn("relay-message-refused", { cause });
    }
  }

  #perform(peer: NodeId, { packets, payloads, broken }: LinkTurn): void {
    for (const packet of packets) this.#publish(peer, encodePacket(this.#parts.node, packet));
    const { metrics } = this.#parts;
    if (broken) {
      metrics.relayed.add("broken");
      this.#parts.log.warn("relay-broken", { peer, remedy: BROKEN_REMEDY });
      this.#parts.broken(peer);
    }
    for (const payload of payloads) {
      if (payload.length === 0) continue;
      const items = this.#read(peer, payload);
      for (const { kind } of items) metrics.relayed.add(`heard-${kind}`);
      this.#parts.hear(peer, items);
    }
    this.#arm(peer);
  }

  /** What cannot be read is acknowledged by now: instead of waiting for it both ends begin anew. */
  #read(from: NodeId, payload: Uint8Array): readonly Item[] {
    try {
      return readItems(payload);
    } catch (cause) {
      if (!(cause instanceof MalformedBytes)) throw cause;
      this.#parts.log.warn("relay-unreadable", { peer: from, cause, remedy: UNREADABLE_REMEDY });
      this.#breakOff(from);
      return [];
    }
  }

  /** What each beginning brings again would have them begin for ever. */
  #breakOff(from: NodeId): void {
    const nowMs = this.#parts.clock.now();
    const peer = this.#peer(from);
    if (nowMs - peer.unreadMs < BREAK_MS) return;
    peer.unreadMs = nowMs;
    this.#perform(from, peer.link.breakOff(nowMs));
  }

  #publish(to: NodeId, message: Uint8Array): void {
    this.#parts.metrics.relayedBytes.add("sent", message.length);
    const left = this.#parts.bus.publish(to, message).catch((cause: unknown) => {
      // It is kept until it is acknowledged, and sent again: also where Redis refuses to carry it.
      if (!(cause instanceof StoreAway)) this.#parts.log.warn("relay-refused", { cause });
    });
    void this.#leaving.add(left);
  }

  #arm(peer: NodeId): void {
    const known = this.#peers.get(peer);
    if (known === undefined) return;
    const { dueMs } = known.link;
    if (known.timer !== undefined && known.timer.dueMs <= dueMs) return;
    known.timer?.cancel();
    known.timer = undefined;
    if (dueMs === Number.POSITIVE_INFINITY) return;
    const { clock } = this.#parts;
    const cancel = clock.after(Math.max(0, dueMs - clock.now()), () => {
      known.timer = undefined;
      this.#perform(peer, known.link.wake(clock.now()));
    });
    known.timer = { dueMs, cancel };
  }

  #peer(node: NodeId): Peer {
    const known = this.#peers.get(node);
    if (known !== undefined) return known;
    const link = new Link(() => ++this.#streams);
    const peer: Peer = { link, outbox: [], timer: undefined, unreadMs: -Infinity };
    this.#peers.set(node, peer);
    return peer;
  }
}
