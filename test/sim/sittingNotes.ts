// Sitting notes: what one page shows and is told goes into the history, in the order it happened. It
// only listens; in a simulated world and in a real one alike.

import type { Sitting } from "../../client/sitting.ts";
import type { RoomId } from "../../shared/ids.ts";
import type { History, PageSeen } from "./history.ts";
import { textOfView } from "./viewText.ts";

interface EventTold {
  readonly values: { readonly mark?: string; readonly words?: string };
}

/** Notes everything of a sitting, as that of a page, until the returned function is called. */
export function noteSitting(sitting: Sitting, seen: PageSeen, history: History): () => void {
  // Nobody waits for the first view here; the status tells.
  sitting.ready.catch(() => undefined);
  const { listeners } = sitting;
  const ends = [
    listeners.add("status", () => noteStatus(sitting, seen, history)),
    listeners.add("change", () => noteView(sitting, seen, history)),
    listeners.add("event", ({ values: { mark, words } }: EventTold) => {
      history.told.push({ order: history.next(), page: seen, text: mark ?? words ?? "" });
    }),
    listeners.add("rolledBack", () => {
      history.rollbacks.push({ order: history.next(), page: seen });
      history.note(seen.name, "is told of a rollback");
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}

function noteStatus({ status }: Sitting, seen: PageSeen, history: History): void {
  const why = status.phase === "over" ? ` (${status.reason})` : "";
  history.note(seen.name, `is ${status.phase}${why}`);
  if (status.phase === "over") history.over.push(seen);
  if (status.phase !== "elsewhere") return;
  history.overtaken.push(seen);
  history.begunAnew.push({ order: history.next(), page: seen, whole: undefined });
}

function noteView({ play: { replica } }: Sitting, page: PageSeen, history: History): void {
  if (replica?.bookmark === undefined) return;
  const { epoch, version } = replica.bookmark;
  const text = history.looksAt(version) ? textOfView(history.game, replica.view) : undefined;
  const room = replica.room as RoomId;
  const order = history.next();
  const { seat } = replica.view;
  history.shown.push({ order, page, room, seat, epoch, version, text });
}
