// Alerts: what is unusual about somebody's account or seats, as it is kept, told and written down.
import { expect, test } from "vitest";
import type { Asker, PlayerSignedIn } from "../../server/identity/accounts.ts";
import type { IdentityId } from "../../shared/ids.ts";
import type { AlertTold } from "../../shared/protocol.ts";
import { GateScene } from "./gateScene.ts";
import { DEVICE, peopleScene, type Scene } from "./peopleScene.ts";

const PASSWORD = "a long and unusual one";
const ADDRESS = "192.0.2.7";

function asking(asker: Partial<Asker> = {}): Asker {
  return {
    ...{ cookie: undefined, device: DEVICE, mark: undefined, address: ADDRESS },
    ...{ addressGroup: undefined, ...asker },
  };
}

async function register({ accounts }: Scene, name: string, asker = asking()) {
  return (await accounts.register(name, PASSWORD, asker)) as PlayerSignedIn;
}

async function signIn({ accounts }: Scene, name: string, asker = asking()) {
  return (await accounts.signIn(name, PASSWORD, asker)) as PlayerSignedIn;
}

/** What is told from here on, and to whom. */
function toldBy({ alerts }: Scene): readonly [IdentityId, AlertTold][] {
  const told: [IdentityId, AlertTold][] = [];
  alerts.onAlert((identity, alert) => told.push([identity, alert]));
  return told;
}

async function audited({ store }: Scene, event: string) {
  return (await store.auditTail(500)).filter((line) => line.event === event);
}

test("[S117] what is unusual is kept and told to whom it concerns the moment it is noticed", async () => {
  const scene = await peopleScene();
  const { session } = await register(scene, "Ada");
  const { identity } = session;
  const told = toldBy(scene);
  const { mark } = await signIn(scene, "Ada", asking({ device: "Chrome on Android" }));
  expect(told).toEqual([[identity, { alert: "new-device", device: "Chrome on Android" }]]);
  for (let at = 0; at < 3; at++) await scene.accounts.signIn("Ada", "guessing", asking({ mark }));
  await signIn(scene, "Ada", asking({ mark }));
  expect(told.slice(1)).toEqual([[identity, { alert: "many-failures", device: DEVICE }]]);
  await scene.moderation.grant("Ada", "moderator");
  expect(told.slice(2)).toEqual([[identity, { alert: "role-changed", device: "" }]]);
  const { newCookie } = await signIn(scene, "Ada", asking({ mark }));
  expect(told).toHaveLength(3);
  const kept = (await scene.ownership.list(newCookie.secret))?.alerts.map(({ kind }) => kind);
  expect(kept).toEqual(["role-changed", "many-failures", "new-device"]);
});

test("[S118] a ticket that is used twice is kept, told and in the audit, also when it cannot be kept", async () => {
  const scene = await peopleScene();
  const { session, newCookie } = await register(scene, "Ada");
  const { identity } = session;
  const told = toldBy(scene);
  scene.alerts.ticketReused(identity);
  for (let count = 0; count < 40; count++) await Promise.resolve();
  expect(told).toEqual([[identity, { alert: "ticket-reused", device: "" }]]);
  const owned = await scene.ownership.list(newCookie.secret);
  expect(owned?.alerts).toMatchObject([{ kind: "ticket-reused" }]);
  const lines = await audited(scene, "authn_token_reuse");
  expect(lines).toMatchObject([{ identity: expect.stringMatching(/^[\w-]{12}$/), why: "ticket" }]);
  // Whoever uses it again and again fills neither the audit nor the page.
  scene.alerts.ticketReused(identity);
  expect(await audited(scene, "authn_token_reuse")).toHaveLength(1);
  scene.clock.advance(60_000);
  scene.store.isAway = true;
  scene.alerts.ticketReused(identity);
  for (let count = 0; count < 40; count++) await Promise.resolve();
  expect(told).toHaveLength(2);
});

test("[S128] however many tickets of others are used twice, each owner is told, once a minute", async () => {
  const scene = await peopleScene();
  const told = toldBy(scene);
  const others = Array.from({ length: 10_100 }, (_, at) => `other${at}` as IdentityId);
  const ada = "adaadaadaada" as IdentityId;
  for (const identity of [...others, ada, ada]) scene.alerts.ticketReused(identity);
  const expected = [...others, ada];
  const toldOf = () => told.map(([identity]) => identity);
  for (let count = 0; count < 40; count++) await Promise.resolve();
  expect(toldOf()).toEqual(expected);
  scene.clock.advance(60_000);
  scene.alerts.ticketReused(ada);
  for (let count = 0; count < 40; count++) await Promise.resolve();
  expect(toldOf()).toEqual([...expected, ada]);
});

test("[S119] of more than twenty accounts entered from one address within an hour the audit hears once, and whose device is new there is told", async () => {
  const scene = await peopleScene();
  const crowd = asking({ addressGroup: ADDRESS });
  const ada = await register(scene, "Ada");
  const known = asking({ mark: ada.mark, addressGroup: ADDRESS });
  const told = toldBy(scene);
  for (let at = 0; at < 20; at++) await register(scene, `Pupil ${at}`, crowd);
  await signIn(scene, "Ada", known);
  expect(told).toEqual([]);
  expect(await audited(scene, "excess_rate_limit_exceeded")).toEqual([]);
  for (let at = 20; at < 25; at++) await register(scene, `Pupil ${at}`, crowd);
  expect(await audited(scene, "excess_rate_limit_exceeded")).toMatchObject([
    { address: "192.0.2.0/24", why: "accounts entered from one address" },
  ]);
  // The owner's own device is no news wherever it is; who has no other device has nobody to be told.
  await signIn(scene, "Ada", known);
  expect(told).toEqual([]);
  await signIn(scene, "Ada", crowd);
  expect(told.map(([, { alert }]) => alert)).toEqual(["crowded-address"]);
  scene.clock.advance(61 * 60_000);
  await signIn(scene, "Ada", crowd);
  expect(told.map(([, { alert }]) => alert)).toEqual(["crowded-address", "new-device"]);
});

test("[G68] something unusual is said on each connection of its owner and on no other's", () => {
  const scene = new GateScene();
  const [ann, twin, bob] = [scene.admit(), scene.admit(), scene.admit()];
  const { occupant } = bob.driver;
  if (occupant === undefined) throw new Error("nobody was admitted");
  const { identity } = occupant.arrival;
  const other = "identitybob1" as IdentityId;
  bob.driver.occupant = { ...occupant, arrival: { ...occupant.arrival, identity: other } };
  for (const { line } of [ann, twin, bob]) line.take();
  scene.connections.alert(identity, { alert: "new-device", device: DEVICE });
  const notice = { kind: "alert", alert: "new-device", device: DEVICE };
  for (const { line } of [ann, twin]) expect(line.said).toEqual([["notice", notice]]);
  expect(bob.line.said).toEqual([]);
});
