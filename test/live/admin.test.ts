// Admin: the first admin of a server that has no accounts by itself, made from the command line.
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { admin } from "./adminCommand.ts";
import { ask } from "./httpBed.ts";
import { LabServer } from "./lab.ts";

let server: LabServer;

beforeAll(async () => {
  server = await LabServer.start();
});
afterAll(() => server.close());

test("[S99] the command line makes the first admin of a running server, and nothing else does", async () => {
  const body = { name: "Root", password: "a long and unusual one" };
  const registered = await ask(server.port, "POST /api/account/register", { body });
  expect(registered.json).toMatchObject({ session: { role: "player" } });
  const audit = (cookie: string | undefined) =>
    ask(server.port, "GET /api/admin/audit", { headers: { Cookie: `holdfast=${cookie}` } });
  expect((await audit(registered.cookie)).status).toBe(403);
  await expect(admin(server, "grant", "Nobody", "admin")).rejects.toThrow(
    'There is no account "Nobody"',
  );
  expect(await admin(server, "grant", "root", "admin")).toContain("Root is admin now");
  // The cookie from before is the person's, and has none of the role's rights.
  expect((await audit(registered.cookie)).status).toBe(403);
  const again = await ask(server.port, "POST /api/account/sign-in", { body });
  expect(again.json).toMatchObject({ session: { role: "admin" } });
  expect((await audit(again.cookie)).status).toBe(200);
});

test("[S151] an operator signs somebody out everywhere from the command line", async () => {
  const body = { name: "Eve", password: "a long and unusual one" };
  const { cookie } = await ask(server.port, "POST /api/account/register", { body });
  const headers = { Cookie: `holdfast=${cookie}` };
  const token = () => ask(server.port, "POST /api/session/token", { headers, body: {} });
  expect((await token()).status).toBe(200);
  await expect(admin(server, "sign-out", "Nobody")).rejects.toThrow('no account "Nobody"');
  expect(await admin(server, "sign-out", "eve")).toContain("Eve is signed out everywhere");
  expect((await token()).status).toBe(401);
  expect((await ask(server.port, "POST /api/account/sign-in", { body })).status).toBe(200);
});

test("[N146] whoever gives an account a role names it, and is told which there are", async () => {
  for (const words of [["grant", "Root"], ["grant", "Root", "king"], ["release"], []])
    await expect(admin(server, ...words)).rejects.toThrow("<player | moderator | admin>");
});

test("[N192] whoever asks from the command line sees which store answered", async () => {
  const told = await admin(server, "quarantined");
  expect(told).toMatch(new RegExp(`"Store: [^"]* at ${join(server.folder, "data")}`));
});
