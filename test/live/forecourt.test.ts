// Forecourt: one address with more silent sockets than may be, on a real server.
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import { CROWD_MAX } from "../../server/http/crowd.ts";
import { watchForecourt } from "../../server/http/forecourt.ts";
import { until } from "../contract/until.ts";

test("[G71] whoever opens more than a thousand sockets and says nothing loses the oldest; who was let in keeps his", async () => {
  const http = createServer((_request, response) => response.end("ok"));
  const taken: Socket[] = [];
  http.on("connection", (socket) => taken.push(socket));
  const forecourt = watchForecourt(http, () => "one address");
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const { port } = http.address() as AddressInfo;
  const closed: number[] = [];
  const sockets: Socket[] = [];
  const open = async () => {
    const at = sockets.length;
    const isTaken = once(http, "connection");
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined).on("close", () => closed.push(at));
    sockets.push(socket.resume());
    await isTaken;
  };
  try {
    await open();
    const [first] = taken;
    if (first !== undefined) forecourt.letIn(first);
    for (let at = 0; at < CROWD_MAX; at++) await open();
    expect(closed).toEqual([]);
    await open();
    await open();
    await until("two have made room", () => closed.length === 2);
    expect(closed).toEqual([1, 2]);
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    expect(await answer.text()).toBe("ok");
  } finally {
    for (const socket of sockets) socket.destroy();
    http.closeAllConnections();
    http.close();
  }
});
