// Admission: who is let in by a handshake, who is not, and what the store is asked for it.
import { expect, test } from "vitest";
import { deriveKeys } from "../../server/session/keys.ts";
import { SESSION_CLOCKS } from "../../server/session/session.ts";
import { openTickets } from "../../server/session/ticket.ts";
import type { RoomId, SessionId } from "../../shared/ids.ts";
import type { SeatResume } from "../../shared/protocol.ts";
import { randomCode } from "../../shared/random.ts";
import { GateScene, POND, pond } from "./gateScene.ts";
import { arriving, handshake, newGuest, peopleScene, type Scene, SECRETS } from "./peopleScene.ts";

const { lifeMs } = SESSION_CLOCKS;
const ROOM = "roomofsomebody" as RoomId;

type Guest = Awaited<ReturnType<typeof newGuest>>;

function seatWith(ticket: string | undefined, room: string = ROOM): SeatResume {
  const seat = { room, instance: [1, 1] as const, shape: "00000000" };
  return ticket === undefined ? seat : { ...seat, ticket };
}

function ticketOf({ tickets }: Scene, { session }: Guest, room = ROOM): string {
  return tickets.write({ room, session: session.id, claim: { seat: 0, family: 1, generation: 1 } });
}

const admitToken = ({ admission }: Scene, { token }: Guest, from = arriving()) =>
  admission.admit(handshake({ token }), from);
const admitTicket = ({ admission }: Scene, ticket: string, from = arriving()) =>
  admission.admit(handshake({ seats: [seatWith(ticket)] }), from);

test("[S40] a token of a living session lets in whoever it was written for", async () => {
  const scene = await peopleScene();
  const guest = await newGuest(scene, "Ada");
  const from = arriving();
  const { id, identity, label } = guest.session;
  expect(await admitToken(scene, guest, from)).toEqual({
    ...{ kind: "admitted", session: id, identity, revision: 1, label },
    ...{ name: "Ada", role: "guest", endsInMs: SESSION_CLOCKS.absoluteMs, silentMs: lifeMs },
  });
  const found = await scene.store.readSession(id);
  expect(found?.connections).toMatchObject([{ connection: from.connection, node: "nodeoftest" }]);
});

test("[S40] a connection that is over is no longer linked to its session", async () => {
  const scene = await peopleScene();
  const guest = await newGuest(scene);
  const from = arriving();
  await admitToken(scene, guest, from);
  scene.admission.left(from.connection);
  await passMs(scene, 50);
  expect((await scene.store.readSession(guest.session.id))?.connections).toEqual([]);
  expect(scene.sessions.size).toBe(0);
});

test("[S41] a ticket in each seat lets in without a token, as long as the session lives", async () => {
  const scene = await peopleScene();
  const guest = await newGuest(scene);
  const other = ticketOf(scene, guest, "roomofothers" as RoomId);
  const seats = [seatWith(ticketOf(scene, guest)), seatWith(other, "roomofothers")];
  expect(await scene.admission.admit(handshake({ seats }), arriving())).toMatchObject({
    kind: "admitted",
    session: guest.session.id,
  });
});

test("[S42] tickets that are missing, of another room or of two sessions let nobody in", async () => {
  const scene = await peopleScene();
  const ada = await newGuest(scene, "Ada");
  const bob = await newGuest(scene, "Bob");
  const mine = ticketOf(scene, ada);
  const forged = openTickets(deriveKeys(SECRETS).token).write({
    ...{ room: ROOM, session: ada.session.id },
    claim: { seat: 0, family: 1, generation: 1 },
  });
  const handshakes: readonly (readonly [SeatResume[], string])[] = [
    [[], "token-missing"],
    [[seatWith(undefined)], "ticket-invalid"],
    [[seatWith(forged)], "ticket-invalid"],
    [[seatWith(mine, "roomofothers")], "ticket-invalid"],
    [[seatWith(mine), seatWith(undefined, "roomofothers")], "ticket-invalid"],
    [
      [seatWith(mine), seatWith(ticketOf(scene, bob, "roomofothers" as RoomId), "roomofothers")],
      "ticket-invalid",
    ],
  ];
  for (const [seats, reason] of handshakes) {
    const outcome = await scene.admission.admit(handshake({ seats }), arriving());
    expect(outcome).toEqual({ kind: "refused", reason });
  }
});

test("[S43] what is not signed by us costs the store nothing", async () => {
  const scene = await peopleScene();
  const guest = await newGuest(scene);
  scene.store.calls.length = 0;
  for (let attempt = 0; attempt < 1_000; attempt++) {
    const token = `${guest.token.slice(0, -5)}${String(attempt).padStart(5, "0")}`;
    const outcome = await scene.admission.admit(handshake({ token }), arriving());
    expect(outcome).toEqual({ kind: "refused", reason: "token-invalid" });
  }
  const ticket = ticketOf(scene, guest).replace(/.$/, "!");
  expect(await admitTicket(scene, ticket)).toMatchObject({ reason: "ticket-invalid" });
  expect(scene.store.calls).toEqual([]);
});

test("[S42] beside a token that is refused, a good ticket lets nobody in", async () => {
  const scene = await peopleScene();
  const guest = await newGuest(scene);
  const seats = [seatWith(ticketOf(scene, guest))];
  const greeting = handshake({ token: `${guest.token}x`, seats });
  expect(await scene.admission.admit(greeting, arriving())).toMatchObject({
    reason: "token-invalid",
  });
});

test("[S44] ended, revoked and lost are told apart, by token and by ticket", async () => {
  const scene = await peopleScene();
  const { store, clock, sessions } = scene;
  const ended = await newGuest(scene);
  clock.advance(lifeMs);
  const revoked = await newGuest(scene);
  await sessions.revoke(revoked.session, { reason: "signed-out" });
  const fresh = (guest: Guest) => scene.signIn.token({ cookie: guest.cookie, device: "" });
  expect(await admitTicket(scene, ticketOf(scene, ended))).toMatchObject({
    reason: "session-ended",
  });
  expect(await admitTicket(scene, ticketOf(scene, revoked))).toMatchObject({
    reason: "session-revoked",
  });
  expect(await admitToken(scene, revoked)).toMatchObject({ reason: "session-revoked" });
  expect(store.calls).not.toContain("unlinkConnections");
  // The cookie opens another session without questions.
  expect((await fresh(ended))?.session.id).not.toBe(ended.session.id);
  const lost = await newGuest(scene);
  await store.forget();
  // A node that has it in memory may be writing it back.
  expect(await admitToken(scene, lost)).toMatchObject({ reason: "store-away" });
  clock.advance(10_000);
  expect(await admitToken(scene, lost)).toMatchObject({ reason: "session-lost" });
  expect(await admitTicket(scene, ticketOf(scene, lost))).toMatchObject({ reason: "session-lost" });
});

test("[S45] a token of an older revision of the session is revoked", async () => {
  const scene = await peopleScene();
  const guest = await newGuest(scene);
  await scene.store.openSession({ ...guest.session, revision: 2 }, lifeMs);
  expect(await admitToken(scene, guest)).toMatchObject({ reason: "session-revoked" });
});

test("[S141] whose session is revoked while the store is asked for it is not let in, wherever that is done", async () => {
  for (const where of ["here", "elsewhere"] as const) {
    const scene = await peopleScene();
    const { store, sessions } = scene;
    const guest = await newGuest(scene);
    const { session } = guest;
    const read = store.readSession;
    store.readSession = async (...of) => {
      store.readSession = read;
      const found = await store.readSession(...of);
      if (where === "here") await sessions.revoke(session, { reason: "signed-out" });
      else {
        await store.revokeSession(session.id, { reason: "signed-out" }, lifeMs);
        sessions.revoked([session.id]);
      }
      return found;
    };
    const outcome = await admitToken(scene, guest);
    expect(outcome).toEqual({ kind: "refused", reason: "session-revoked" });
    expect(sessions.size).toBe(0);
  }
});

test("[S147] however many are revoked meanwhile, whose session is not among them is let in at the first look", async () => {
  const scene = await peopleScene();
  const { store, sessions } = scene;
  const guest = await newGuest(scene);
  for (const revoked of [1, 1_000, 1_001]) {
    const read = store.readSession;
    let looks = 0;
    store.readSession = async (...of) => {
      looks += 1;
      const found = await read(...of);
      const others = Array.from({ length: revoked }, () => randomCode(28) as SessionId);
      // Of more than a thousand it cannot be told whether this one is among them.
      if (looks <= (revoked > 1_000 ? 1 : 3)) sessions.revoked(others);
      return found;
    };
    expect(await admitToken(scene, guest)).toMatchObject({ kind: "admitted" });
    expect(looks).toBe(revoked <= 1_000 ? 1 : 2);
    store.readSession = read;
  }
});

test("[S142] whose session is revoked between being let in and being welcomed is put out, and no room hears of them", async () => {
  const { sessions, ...people } = await peopleScene();
  const gate = new GateScene({ touches: sessions });
  sessions.onEnd((session, reason) => gate.connections.closeSession(session, reason));
  const guest = await newGuest({ sessions, ...people });
  const letIn = async () => {
    const outcome = await people.admission.admit(handshake({ token: guest.token }), arriving());
    if (outcome.kind !== "admitted") throw new Error(`not let in: ${outcome.kind}`);
    return outcome;
  };
  const seats = [{ ...seatWith(undefined, POND), shape: pond.shape }];
  const one = gate.admit({ seats }, await letIn());
  expect(one.line.take()).toEqual(["welcome"]);
  expect(gate.takePosts("resume").length).toBe(1);
  const late = await letIn();
  await sessions.revoke(guest.session, { reason: "signed-out" });
  const other = gate.admit({ seats }, late);
  for (const { line } of [one, other]) {
    expect(line.said).toEqual([
      ["closing", { reason: "session-revoked", next: "sign-in" }],
      ["close"],
    ]);
  }
  expect(gate.takePosts("resume")).toEqual([]);
});

test("[S46] a token that another browser's cookie comes with lets nobody in", async () => {
  const scene = await peopleScene();
  const ada = await newGuest(scene, "Ada");
  const bob = await newGuest(scene, "Bob");
  const showing = (cookie: string) => ({ ...arriving(), cookie: `x=1; __Host-holdfast=${cookie}` });
  expect(await admitToken(scene, ada, showing(bob.cookie))).toMatchObject({
    reason: "token-invalid",
  });
  expect(await admitToken(scene, ada, showing(ada.cookie))).toMatchObject({ kind: "admitted" });
});

test("[S47] while the store is away nobody is let in, and who has no ticket is told to try again soon", async () => {
  const scene = await peopleScene();
  const guest = await newGuest(scene);
  scene.store.isAway = true;
  const outcomes: unknown[] = [];
  // More than there are places for: none of them is kept by who was refused.
  for (let at = 0; at < 20; at++) outcomes.push(await admitToken(scene, guest));
  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({ kind: "refused", reason: "store-away" });
    const { retryInMs = 0 } = outcome as { retryInMs?: number };
    expect(retryInMs).toBeGreaterThanOrEqual(500);
    expect(retryInMs).toBeLessThanOrEqual(1_500);
  }
  scene.store.isAway = false;
  expect(await admitToken(scene, guest)).toMatchObject({ kind: "admitted" });
});

/** Whoever is not refused outright and waits for the store. */
async function heldBy(scene: Scene, ticket: string, from = arriving()) {
  const outcome = await admitTicket(scene, ticket, from);
  if (outcome.kind !== "held") throw new Error(`${outcome.kind} instead of held`);
  return outcome.verdict();
}

/** Promises of the store and of who waits for it, as time goes by. */
async function passMs({ clock }: Scene, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 50) {
    clock.advance(50);
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  }
}

test("[S54] who has a ticket in each seat waits while the store is away, and is judged when it is back", async () => {
  const scene = await peopleScene();
  const [ada, eve, bob] = [await newGuest(scene), await newGuest(scene), await newGuest(scene)];
  await scene.sessions.revoke(eve.session, { reason: "signed-out" });
  scene.store.isAway = true;
  const verdicts: unknown[] = [];
  for (const guest of [ada, eve]) {
    void heldBy(scene, ticketOf(scene, guest)).then((verdict) => verdicts.push(verdict));
  }
  const both = handshake({ token: bob.token, seats: [seatWith(ticketOf(scene, bob))] });
  expect(await scene.admission.admit(both, arriving())).toMatchObject({ kind: "held" });
  const partly = handshake({
    token: bob.token,
    seats: [...(both.seats ?? []), seatWith(undefined)],
  });
  expect(await scene.admission.admit(partly, arriving())).toMatchObject({ reason: "store-away" });
  await passMs(scene, 30_000);
  expect(verdicts).toEqual([]);
  expect(scene.sessions.size).toBe(0);
  scene.store.isAway = false;
  await passMs(scene, 750);
  expect(verdicts).toMatchObject([
    { kind: "admitted", session: ada.session.id },
    { kind: "refused", reason: "session-revoked" },
  ]);
  expect(scene.sessions.size).toBe(1);
});

test("[S54] a session that did not outlive the outage lets nobody in", async () => {
  const scene = await peopleScene();
  const lost = await newGuest(scene);
  scene.store.isAway = true;
  const verdict = heldBy(scene, ticketOf(scene, lost));
  await passMs(scene, 1_000);
  await scene.store.forget();
  scene.store.isAway = false;
  await passMs(scene, 750);
  const again = { kind: "refused", reason: "store-away", retryInMs: expect.any(Number) };
  expect(await verdict).toEqual(again);
  await passMs(scene, 10_000);
  const refused = { kind: "refused", reason: "session-lost" };
  expect(await admitTicket(scene, ticketOf(scene, lost))).toEqual(refused);
});

test("[S55] a store that is silent for a quarter of a second is as good as away for who has a ticket", async () => {
  const scene = await peopleScene();
  const ada = await newGuest(scene);
  scene.store.isSilent = true;
  let outcome: string | undefined;
  const ticket = ticketOf(scene, ada);
  const verdict = admitTicket(scene, ticket).then((first) => {
    outcome = first.kind;
    return first.kind === "held" ? first.verdict() : first;
  });
  await passMs(scene, 200);
  expect(outcome).toBeUndefined();
  await passMs(scene, 50);
  expect(outcome).toBe("held");
  scene.store.isSilent = false;
  expect(await verdict).toMatchObject({ kind: "admitted" });
  // The question that was asked first was answered late: nobody is linked twice.
  expect((await scene.store.readSession(ada.session.id))?.connections).toHaveLength(1);
});

test("[S55] who leaves while waiting leaves nothing behind, and a broken store keeps nobody waiting", async () => {
  const scene = await peopleScene();
  const ada = await newGuest(scene);
  scene.store.isAway = true;
  const from = arriving();
  const verdict = heldBy(scene, ticketOf(scene, ada), from);
  await passMs(scene, 100);
  scene.admission.left(from.connection);
  await passMs(scene, 1_000);
  scene.store.calls.length = 0;
  await passMs(scene, 5_000);
  // Nobody waits any more, so nobody asks.
  expect(scene.store.calls.filter((call) => call !== "revocationsSince")).toEqual([]);
  scene.store.isAway = false;
  await passMs(scene, 1_000);
  expect(await verdict).toMatchObject({ kind: "refused" });
  expect(scene.sessions.size).toBe(0);
  scene.store.isAway = true;
  const other = arriving();
  const broken = heldBy(scene, ticketOf(scene, ada), other);
  await passMs(scene, 100);
  scene.store.isAway = false;
  scene.store.isBroken = true;
  const failed = expect(broken).rejects.toThrow("broken");
  await passMs(scene, 1_000);
  await failed;
  // Its place is free again: sixteen connections of this session come in.
  scene.store.isBroken = false;
  for (let at = 0; at < 5; at++)
    expect(await admitToken(scene, ada)).toMatchObject({ kind: "admitted" });
});

test("[S48] a socket that closes while the store is asked leaves nothing behind", async () => {
  const scene = await peopleScene();
  const guest = await newGuest(scene);
  const from = arriving();
  const outcome = admitToken(scene, guest, from);
  scene.admission.left(from.connection);
  expect(await outcome).toMatchObject({ kind: "refused" });
  expect(scene.sessions.size).toBe(0);
  expect((await scene.store.readSession(guest.session.id))?.connections).toEqual([]);
});

test("[S49] a session has five pages connected at most, and a page that comes again is not counted twice", async () => {
  const scene = await peopleScene();
  const guest = await newGuest(scene);
  const greetings = Array.from({ length: 6 }, () => handshake({ token: guest.token }));
  const from = greetings.map(() => arriving());
  const outcomes: string[] = [];
  for (const [at, greeting] of greetings.entries()) {
    const outcome = await scene.admission.admit(greeting, from[at] ?? arriving());
    outcomes.push(outcome.kind === "refused" ? outcome.reason : outcome.kind);
  }
  expect(outcomes).toEqual([...Array(5).fill("admitted"), "too-many-connections"]);
  const [first = greetings[0], , , , , sixth = greetings[5]] = greetings;
  if (first === undefined || sixth === undefined) throw new Error("there are six pages");
  expect(await scene.admission.admit(first, arriving())).toMatchObject({ kind: "admitted" });
  scene.admission.left(from[1]?.connection ?? arriving().connection);
  expect(await scene.admission.admit(sixth, arriving())).toMatchObject({ kind: "admitted" });
});

test("[S49] one page cannot hold connections without end", async () => {
  const scene = await peopleScene();
  const guest = await newGuest(scene);
  const greeting = handshake({ token: guest.token });
  let admitted = 0;
  for (let attempt = 0; attempt < 40; attempt++) {
    const outcome = await scene.admission.admit(greeting, arriving());
    if (outcome.kind === "admitted") admitted++;
  }
  expect(admitted).toBe(16);
});
