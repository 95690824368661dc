// Node rules: life signs and messages between nodes, for any store.

import { expect, test } from "vitest";
import type { NodeSign, SignAnswer } from "../../server/store/nodeStore.ts";
import type { NodeId, RoomId } from "../../shared/ids.ts";
import { randomCode } from "../../shared/random.ts";
import { newIdentityId } from "./newcomers.ts";
import type { Stage } from "./store.ts";
import { until } from "./until.ts";

function newSign(phase: NodeSign["phase"] = "serving"): NodeSign {
  const node = randomCode(10) as NodeId;
  return { node, phase, place: "some machine, 17", shapes: ["a1", "b2"], kicks: [] };
}

/** What is said of these nodes among all that sign there. */
function of({ living }: SignAnswer, ...own: readonly NodeSign[]): readonly NodeSign[] {
  const nodes = own.map(({ node }) => node);
  return living
    .filter(({ node }) => nodes.includes(node))
    .sort((one, other) => nodes.indexOf(one.node) - nodes.indexOf(other.node));
}

export function nodeRules(stage: Stage): void {
  test("[D120] whoever signs is given the signs of all nodes that live, as they last signed", async () => {
    const { nodes } = stage.store;
    const [ada, bob] = [newSign(), newSign()];
    expect(of(await nodes.sign(ada, 60_000), ada, bob)).toEqual([ada]);
    expect(of(await nodes.sign(bob, 60_000), ada, bob)).toEqual([ada, bob]);
    const draining = { ...ada, phase: "draining" as const };
    expect(of(await nodes.sign(draining, 60_000), ada, bob)).toEqual([draining, bob]);
  });

  test("[D168] a life sign carries whom its node wants put out of rooms of others, until it signs without", async () => {
    const { nodes } = stage.store;
    const [ada, bob] = [newSign(), newSign()];
    const whom = { room: randomCode(10) as RoomId, identity: newIdentityId() };
    const kick = { n: 7, host: bob.node, ...whom, keepOut: true };
    const asking = { ...ada, kicks: [kick, { ...kick, n: 8, keepOut: false }] };
    await nodes.sign(asking, 60_000);
    expect(of(await nodes.sign(bob, 60_000), ada)).toEqual([asking]);
    await nodes.sign(ada, 60_000);
    expect(of(await nodes.sign(bob, 60_000), ada)).toEqual([ada]);
  });

  test("[D121] a life sign ends when it was said to, and when it is taken back", async () => {
    const { nodes } = stage.store;
    const [ada, bob, cid] = [newSign(), newSign(), newSign()];
    await nodes.sign(ada, 50);
    await nodes.sign(bob, 60_000);
    await stage.pass(60);
    expect(of(await nodes.sign(cid, 60_000), ada, bob, cid)).toEqual([bob, cid]);
    await nodes.remove(bob.node);
    expect(of(await nodes.sign(cid, 60_000), ada, bob, cid)).toEqual([cid]);
    expect(of(await nodes.sign(ada, 60_000), ada, bob, cid)).toEqual([ada, cid]);
  });

  test("[D162] whoever signs learns whether its sign of before still stood", async () => {
    const { nodes } = stage.store;
    const ada = newSign();
    expect((await nodes.sign(ada, 50)).stood).toBe(false);
    expect((await nodes.sign(ada, 50)).stood).toBe(true);
    await stage.pass(60);
    expect((await nodes.sign(ada, 60_000)).stood).toBe(false);
    await nodes.remove(ada.node);
    expect((await nodes.sign(ada, 60_000)).stood).toBe(false);
  });

  test("[D122] what is published to a node is heard there in order and byte for byte, and nowhere else", async () => {
    const { nodes } = stage.store;
    const [ada, bob] = [newSign(), newSign()];
    const heard: Uint8Array[] = [];
    const elsewhere: Uint8Array[] = [];
    const ends = [
      await nodes.listen(ada.node, (message) => heard.push(message)),
      await nodes.listen(bob.node, (message) => elsewhere.push(message)),
    ];
    const sent = [
      Uint8Array.of(0, 255, 10, 13),
      new Uint8Array(100_000).fill(7),
      new Uint8Array(0),
    ];
    for (const message of sent) await nodes.publish(ada.node, message);
    await until("all is heard", () => heard.length === sent.length);
    expect(heard.map((message) => [...message])).toEqual(sent.map((message) => [...message]));
    expect(elsewhere).toEqual([]);
    for (const end of ends) end();
  });

  test("[D123] who listens no more hears no more, and a message to nobody is no fault", async () => {
    const { nodes } = stage.store;
    const [ada, bob] = [newSign(), newSign()];
    const heard: number[] = [];
    const end = await nodes.listen(ada.node, (message) => heard.push(message[0] ?? -1));
    await nodes.publish(ada.node, Uint8Array.of(1));
    await until("it is heard", () => heard.length === 1);
    end();
    await nodes.publish(ada.node, Uint8Array.of(2));
    await nodes.publish(bob.node, Uint8Array.of(3));
    const last: number[] = [];
    const endLast = await nodes.listen(bob.node, (message) => last.push(message[0] ?? -1));
    await nodes.publish(bob.node, Uint8Array.of(4));
    await until("the last is heard", () => last.length > 0);
    expect([heard, last]).toEqual([[1], [4]]);
    endLast();
  });
}
