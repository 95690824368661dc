// Tab faults: what people do with the tabs and pages of their browsers, in any order. Each says what
// happens once; how often is for the faults.

import type { Page } from "./page.ts";
import type { Person, Tab } from "./person.ts";
import type { Scene, Strike } from "./scene.ts";

/** From a click to the next thing that somebody in a hurry does. */
const SOON_MS = 40;

export function onPerson(strike: (scene: Scene, person: Person) => void): Strike {
  return (scene) => strike(scene, scene.world.pick(scene.people));
}

export function onPage(strike: (scene: Scene, page: Page) => void): Strike {
  return (scene) => {
    const pages = scene.people.flatMap((person) => person.pages);
    if (pages.length > 0) strike(scene, scene.world.pick(pages));
  };
}

export function reload(scene: Scene, person: Person): void {
  const loaded = person.tabs.filter(({ page }) => page?.life.isAlive === true);
  if (loaded.length === 0) return;
  const tab = scene.world.pick(loaded);
  speak(person, tab);
  soon(scene, () => {
    if (person.tabs.includes(tab)) person.load(tab);
  });
}

export function duplicate(scene: Scene, person: Person): void {
  if (person.tabs.length === 0 || person.tabs.length >= 3) return;
  const tab = scene.world.pick(person.tabs);
  speak(person, tab);
  soon(scene, () => person.openTab(tab));
}

export function anotherTab(_scene: Scene, person: Person): void {
  if (person.tabs.length < 3) person.openTab();
}

export function closeTab(scene: Scene, person: Person): void {
  if (person.tabs.length === 0) return;
  person.close(scene.world.pick(person.tabs));
  if (person.tabs.length > 0) return;
  const { world } = scene;
  world.plan(world.int(100, 4_000), world.nature, () => {
    if (person.tabs.length === 0) person.openTab();
  });
}

export function hide({ world }: Scene, page: Page): void {
  page.sitting.driver.post({ kind: "hidden" });
  world.plan(world.int(100, 4_000), page.life, () => page.sitting.driver.post({ kind: "visible" }));
}

export function takeBack(_scene: Scene, page: Page): void {
  if (page.status.phase === "elsewhere") page.sitting.driver.post({ kind: "take-back" });
}

export function leave(_scene: Scene, page: Page): void {
  page.leave();
}

function soon({ world }: Scene, happen: () => void): void {
  world.plan(world.int(0, SOON_MS), world.nature, happen);
}

/** The last click before a page goes: its command is on its way, or on a line that nobody will hear. */
function speak(person: Person, { page }: Tab): void {
  const mayPlay = page?.life.isAlive === true && page.sitting.play.seated?.seat !== undefined;
  if (mayPlay) page.send("settle", person.nextMark());
}
