// Page: what the browser tells a page about itself and its network, and what only a page can do. In
// other programs nothing is ever told.

/** What a page notices. */
export interface PageOwner {
  woken(): void;
  offline(): void;
  /** Whether it is seen; told at once and at each change. */
  seen(visible: boolean): void;
  /** It may be gone in a moment. */
  leaving(): void;
}

/** Tells until the returned function is called. */
export function watchPage(owner: PageOwner): () => void {
  if (!isPage()) return () => undefined;
  const ended = new AbortController();
  const { signal } = ended;
  const seen = () => owner.seen(document.visibilityState === "visible");
  addEventListener("online", () => owner.woken(), { signal });
  addEventListener("offline", () => owner.offline(), { signal });
  // Told at the first load too, where there is nothing to wake.
  addEventListener("pageshow", ({ persisted }) => persisted && owner.woken(), { signal });
  addEventListener("pagehide", () => owner.leaving(), { signal });
  document.addEventListener("visibilitychange", seen, { signal });
  seen();
  return () => ended.abort();
}

export function isPage(): boolean {
  return typeof document !== "undefined";
}

export function reloadPage(): void {
  if (isPage()) location.reload();
}

/** A name that at most one living page of the browser holds. */
export interface Hold {
  /** False if another page holds it: what this one has kept is a copy. */
  readonly alone: boolean;
  release(): void;
}

const HOLDS_NOTHING = { release: () => undefined };
/** Where nobody can tell. */
const UNWATCHED: Hold = { alone: true, ...HOLDS_NOTHING };

/**
 * Tells a duplicated tab from the one it was copied from: both have the same keepsake, and a resume
 * ticket that two pages use would look stolen. Where browsers have no locks, as over plain http, the
 * server tells them apart.
 */
export async function holdAlone(name: string): Promise<Hold> {
  if (!isPage() || navigator.locks === undefined) return UNWATCHED;
  try {
    return await new Promise<Hold>((tell, fail) => {
      navigator.locks
        .request(name, { ifAvailable: true }, (lock) => {
          if (lock === null) return tell({ alone: false, ...HOLDS_NOTHING });
          return new Promise<void>((release) => tell({ alone: true, release }));
        })
        .catch(fail);
    });
  } catch {
    // A page in a frame of another site may have locks and not be allowed to use them.
    return UNWATCHED;
  }
}
