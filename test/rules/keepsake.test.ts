// Keepsake: what a tab remembers of its seats, and what it does when it may remember nothing.

import { expect, test } from "vitest";
import { Keepsake, memoryStorage, pageStorage } from "../../client/keepsake.ts";
import { holdAlone } from "../../client/page.ts";
import type { PageStorage } from "../../client/seat.ts";

const ORIGIN = "https://game.example";
const one = { room: "room0001", code: "kelp" };
const other = { room: "room0002", code: "reef", ticket: "t", outbox: "{}" };

test("[C60] a tab finds the seat of a room by its id or code, and without either the newest", () => {
  const keepsake = new Keepsake(memoryStorage(), ORIGIN, "nim");
  expect(keepsake.find({})).toBeUndefined();
  keepsake.keep(one);
  keepsake.keep(other);
  expect(keepsake.find({})).toEqual(other);
  expect(keepsake.find({ room: one.room })).toEqual(one);
  expect(keepsake.find({ code: other.code })).toEqual(other);
  expect(keepsake.find({ code: one.code })).toEqual(one);
  expect(keepsake.find({ code: "none" })).toBeUndefined();
  expect(keepsake.find({ room: "room0003" })).toBeUndefined();
  keepsake.forget(other.room);
  expect(keepsake.find({})).toBeUndefined();
  expect(keepsake.find({ code: other.code })).toBeUndefined();
  expect(keepsake.find({ room: one.room })).toEqual(one);
});

test("[C61] seats of another game or another server are not found, and neither is what nobody can read", () => {
  const storage = memoryStorage();
  new Keepsake(storage, ORIGIN, "nim").keep(one);
  expect(new Keepsake(storage, ORIGIN, "arena").find({})).toBeUndefined();
  expect(new Keepsake(storage, "https://other.example", "nim").find({})).toBeUndefined();
  for (const text of ["", "{", "null", "[]", '{"room":1}']) {
    const broken: PageStorage = { ...storage, getItem: () => text };
    expect(new Keepsake(broken, ORIGIN, "nim").find({ room: one.room })).toBeUndefined();
  }
});

test("[C62] a page of another shape reloads itself once, until a page and its server agree again", () => {
  const keepsake = new Keepsake(memoryStorage(), ORIGIN, "nim");
  expect(keepsake.mayReload("shape-1")).toBe(true);
  expect(keepsake.mayReload("shape-1")).toBe(false);
  expect(keepsake.mayReload("shape-2")).toBe(true);
  keepsake.fits();
  expect(keepsake.mayReload("shape-2")).toBe(true);
});

test("[C63] a browser that keeps nothing stops nobody from playing, and never makes a page reload", () => {
  const full: PageStorage = {
    ...memoryStorage(),
    setItem() {
      throw new DOMException("full", "QuotaExceededError");
    },
  };
  const keepsake = new Keepsake(full, ORIGIN, "nim");
  keepsake.keep(one);
  expect(keepsake.find({})).toBeUndefined();
  expect(keepsake.mayReload("shape-1")).toBe(false);
});

test("[C63] what no longer fits into a browser's storage is forgotten: an older tail and ticket are worse than none", () => {
  const storage = memoryStorage();
  const isFull = { now: false };
  const setItem = (key: string, text: string) => {
    if (isFull.now) throw new DOMException("full", "QuotaExceededError");
    storage.setItem(key, text);
  };
  const keepsake = new Keepsake({ ...storage, setItem }, ORIGIN, "nim");
  keepsake.keep(other);
  isFull.now = true;
  keepsake.keep({ ...other, ticket: "t2" });
  expect(keepsake.find({ room: other.room })).toBeUndefined();
});

/** Runs with globals of a browser in the place of those there are. */
async function amid(globals: object, run: () => Promise<void> | void): Promise<void> {
  const known = Object.keys(globals).map(
    (name) => [name, Reflect.getOwnPropertyDescriptor(globalThis, name)] as const,
  );
  for (const [name, value] of Object.entries(Object.getOwnPropertyDescriptors(globals)))
    Reflect.defineProperty(globalThis, name, { ...value, configurable: true });
  try {
    await run();
  } finally {
    for (const [name, before] of known) {
      Reflect.deleteProperty(globalThis, name);
      if (before !== undefined) Reflect.defineProperty(globalThis, name, before);
    }
  }
}

test("[C63] a page that may hold no lock, as in a frame of another site, is taken for alone and plays", async () => {
  const refused = new DOMException("no locks here", "SecurityError");
  for (const request of [
    () => Promise.reject(refused),
    () => {
      throw refused;
    },
  ]) {
    await amid({ document: {}, navigator: { locks: { request } } }, async () => {
      const hold = await holdAlone("seat");
      expect(hold.alone).toBe(true);
      hold.release();
    });
  }
});

test("[C63] a page whose storage is forbidden, or that has none, keeps what it has in memory", async () => {
  const forbidden = {
    document: {},
    get sessionStorage(): never {
      throw new DOMException("not for this site", "SecurityError");
    },
  };
  for (const globals of [forbidden, { document: {}, sessionStorage: null }]) {
    await amid(globals, () => {
      new Keepsake(pageStorage(), ORIGIN, "nim").keep(one);
      expect(new Keepsake(pageStorage(), ORIGIN, "nim").find({})).toBeUndefined();
    });
  }
});

test("[C125] a program that is no page shares its seats with nothing else that runs in it, whatever its platform keeps", async () => {
  const sessionStorage = memoryStorage();
  const found = () => new Keepsake(pageStorage(), ORIGIN, "nim").find({});
  await amid({ sessionStorage }, () => {
    new Keepsake(pageStorage(), ORIGIN, "nim").keep(one);
    expect(found()).toBeUndefined();
  });
  await amid({ document: {}, sessionStorage }, () => {
    new Keepsake(pageStorage(), ORIGIN, "nim").keep(one);
    expect(found()).toEqual(one);
  });
});
