// Store contract: what every store must do, whatever it is made of. It asks only through the
// interface; what is told of a store's own making is tested beside it.

import { afterEach, beforeEach, describe } from "vitest";
import type { Store } from "../../server/store/store.ts";
import { systemClock } from "../../shared/clock.ts";
import { identityRules } from "./identities.ts";
import { closingRules, keepingRules } from "./keeping.ts";
import { lobbyRules } from "./lobby.ts";
import { logRules } from "./logs.ts";
import { nodeRules } from "./nodes.ts";
import { sessionRules } from "./sessions.ts";
import { shelfRules } from "./shelves.ts";

export interface OpenedStore {
  readonly store: Store;
  /** Lets store time pass; really waits if not given. */
  pass?(ms: number): Promise<void>;
  /**
   * Closes or kills the store and opens what it left, on the same files or server. Not given by a
   * store that leaves nothing.
   */
  reopen?(): Promise<Store>;
  close(): Promise<void>;
}

/** What each test of the contract works with. */
export interface Stage {
  /** The store as it is now: another one after `reopen`. */
  readonly store: Store;
  pass(ms: number): Promise<void>;
  reopen(): Promise<void>;
}

/** The contract over stores that `open` opens, each test with one of its own. */
export function storeContract(title: string, open: () => Promise<OpenedStore>): void {
  suite(title, open, (stage) => {
    logRules(stage);
    lobbyRules(stage);
    identityRules(stage);
    sessionRules(stage);
    nodeRules(stage);
    shelfRules(stage);
    closingRules(stage);
  });
}

/** The part of the contract for stores that outlive their process; `open` must give `reopen`. */
export function keptStoreContract(title: string, open: () => Promise<OpenedStore>): void {
  storeContract(title, open);
  suite(`${title}, opened again`, open, keepingRules);
}

function suite(
  title: string,
  open: () => Promise<OpenedStore>,
  rules: (stage: Stage) => void,
): void {
  describe(title, () => {
    let opened: OpenedStore | undefined;
    let store: Store | undefined;

    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(async () => {
      await opened?.close();
      opened = undefined;
    });

    rules({
      get store() {
        if (store === undefined) throw new Error("a store is open only within a test");
        return store;
      },
      pass: (ms) => opened?.pass?.(ms) ?? wait(ms),
      async reopen() {
        if (opened?.reopen === undefined) throw new Error("this store cannot be opened again");
        store = await opened.reopen();
      },
    });
  });
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => systemClock.after(ms, resolve));
}
