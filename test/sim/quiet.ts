// Quiet: whether everybody plays on as if nothing had happened, and what people do to get there once
// nothing disturbs them any more. It looks at pages and hosts from outside.

import type { Page } from "./page.ts";
import type { Person } from "./person.ts";
import { personOf } from "./replay.ts";
import type { Scene } from "./scene.ts";
import { textOfState, textOfView } from "./viewText.ts";

/** After so long without faults everybody must be playing again: noticing a dead line takes most of it. */
const HEALED_MS_MAX = 45_000;
const LOOK_EVERY_MS = 250;

/** Lets everybody come back and play one more command; gives what keeps the scene from being quiet. */
export async function comeBack(scene: Scene, when: string): Promise<readonly string[]> {
  const { world } = scene;
  for (const lastWords of [false, true]) {
    const deadlineMs = world.nowMs + HEALED_MS_MAX;
    if (lastWords) for (const person of scene.players) person.speakUp();
    let reasons: readonly string[] = ["not looked yet"];
    while (reasons.length > 0 && world.nowMs < deadlineMs) {
      for (const person of scene.people) tend(person);
      await world.play(world.nowMs + LOOK_EVERY_MS);
      reasons = restless(scene);
    }
    if (reasons.length > 0) return reasons.map((reason) => `I15 ${when}, ${reason}`);
  }
  return [];
}

/** What anybody would do: open the page, load it anew when it says so, take the seat back. */
function tend(person: Person): void {
  const [page] = person.pages.filter(isPlaying);
  if (page !== undefined) return;
  const tab = person.tabs.at(-1);
  if (tab === undefined) return void person.openTab();
  if (tab.page?.life.isAlive !== true) return void person.load(tab);
  const { status } = tab.page;
  if (status.phase === "elsewhere") tab.page.sitting.driver.post({ kind: "take-back" });
  if (status.phase !== "over") return;
  // Whoever is known to nobody any more begins anew as somebody else.
  if (status.reason === "sign-in-needed") return person.beginAnew();
  person.load(tab);
}

/** Whether the page has a seat or is on its way to one. */
function isPlaying({ status }: Page): boolean {
  return status.phase !== "elsewhere" && status.phase !== "over";
}

/** What is not as it should be, each as a sentence; nothing if all is quiet. */
function restless(scene: Scene): readonly string[] {
  if (scene.emptySlots.length > 0) return ["no node runs"];
  return scene.people.flatMap((person) => {
    const why = restlessnessOf(person, scene);
    return why === undefined ? [] : [`${person.name} ${why}`];
  });
}

function restlessnessOf(person: Person, scene: Scene): string | undefined {
  const playing = person.pages.filter(isPlaying);
  if (playing.length === 0) return "has no page with a seat";
  // Two tabs may play in two rooms; in one only if a store that forgot made two guests of one person.
  const seats = new Set(playing.map(({ room, sitting }) => `${room} ${sitting.play.seated?.seat}`));
  const isPlayer = person.watches === undefined;
  if (isPlayer && seats.size < playing.length)
    return "has two pages that believe they have the seat";
  for (const page of playing) {
    const why = pageRestlessness(page, scene);
    if (why !== undefined) return why;
  }
  return undefined;
}

function pageRestlessness(page: Page, scene: Scene): string | undefined {
  if (page.status.phase !== "live") return `is ${page.status.phase}`;
  const { outbox } = page.sitting.play;
  if (outbox.tail.length > 0) return `waits for the end of ${outbox.tail.length} commands`;
  if (page.open.size > 0) return `was never told how ${page.open.size} commands ended`;
  return differenceOf(page, scene);
}

/** How the page's view differs from what its seat should see of the room now. */
function differenceOf(page: Page, { nodes, game }: Scene): string | undefined {
  const everywhere = nodes.flatMap(({ rooms }) => [...(rooms?.hosted ?? [])]);
  const [hosted, other] = everywhere.filter(({ id }) => id === page.room);
  if (hosted === undefined) return "sits in a room that nobody hosts";
  if (other !== undefined) return "sits in a room that two nodes host";
  const { core } = hosted.machine;
  const { replica, seated } = page.sitting.play;
  const seat = seated?.seat;
  if (replica?.bookmark === undefined) return "has no view";
  const record = seat === undefined ? undefined : core.own.$seats.get(seat);
  if (seat !== undefined && record?.presence !== "held")
    return `has a seat that is ${record?.presence ?? "empty"}`;
  if (record !== undefined && personOf(record.name) !== page.seen.person)
    return `has the seat of ${record.name}`;
  const behind = core.version - replica.bookmark.version;
  if (game.tickHz !== undefined)
    // The room goes on while its frames travel; what they hold is checked version by version.
    return behind <= game.tickHz ? undefined : `is ${behind} versions behind`;
  const held = textOfView(game, replica.view);
  const right = textOfState(game, core.state.face, { seat, nowMs: core.time.nowMs });
  if (held === right) return undefined;
  return `sees\n${held}\ninstead of\n${right}\n`;
}
