// Shelf rules: what is kept of an identity's progress in a game, for any store.

import { expect, test } from "vitest";
import { newIdentityId } from "./newcomers.ts";
import type { Stage } from "./store.ts";

const LIFE_MS = 86_400_000;

export function shelfRules(stage: Stage): void {
  test("[D140] a shelf is replaced only by whoever has read what is on it", async () => {
    const { store } = stage;
    const [mine, theirs] = [newIdentityId(), newIdentityId()];
    const change = (expected: string, next: string) => ({ expected, next, lifeMs: LIFE_MS });
    const put = (expected: string, next: string) =>
      store.replaceShelf(mine, "nim", change(expected, next));
    expect(await store.readShelf(mine, "nim")).toBe("");
    expect(await put("one", "two")).toBe(false);
    expect(await put("", "one")).toBe(true);
    expect(await put("", "two")).toBe(false);
    expect(await store.readShelf(mine, "nim")).toBe("one");
    expect(await put("one", "zwei ≈ {2}")).toBe(true);
    expect(await put("one", "three")).toBe(false);
    expect(await store.readShelf(mine, "nim")).toBe("zwei ≈ {2}");
    expect(await store.replaceShelf(mine, "cards", change("", "cards"))).toBe(true);
    expect(await store.replaceShelf(theirs, "nim", change("", "theirs"))).toBe(true);
    expect(await store.readShelf(mine, "nim")).toBe("zwei ≈ {2}");
    expect(await store.readShelf(mine, "cards")).toBe("cards");
    expect(await store.readShelf(theirs, "nim")).toBe("theirs");
  });

  test("[D140] of many who read the same one replaces it", async () => {
    const { store } = stage;
    const mine = newIdentityId();
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, at) =>
        store.replaceShelf(mine, "nim", { expected: "", next: `by ${at}`, lifeMs: LIFE_MS }),
      ),
    );
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    expect(await store.readShelf(mine, "nim")).toBe(`by ${outcomes.indexOf(true)}`);
  });

  test("[D141] a shelf that nobody writes is empty after its life, and each writing begins that anew", async () => {
    const { store } = stage;
    const mine = newIdentityId();
    const put = (expected: string, next: string, lifeMs: number) =>
      store.replaceShelf(mine, "nim", { expected, next, lifeMs });
    expect(await put("", "one", 200)).toBe(true);
    expect(await put("one", "two", 400)).toBe(true);
    await stage.pass(250);
    expect(await store.readShelf(mine, "nim")).toBe("two");
    await stage.pass(250);
    expect(await store.readShelf(mine, "nim")).toBe("");
    expect(await put("two", "three", LIFE_MS)).toBe(false);
    expect(await put("", "three", LIFE_MS)).toBe(true);
  });
}
