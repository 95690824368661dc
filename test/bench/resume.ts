// Resume bench: from a line that ends with a FIN, and from a network that comes back after seconds,
// to the first state on the page. A real server, our client, an own line between them.

import { setTimeout as sleep } from "node:timers/promises";
import { join } from "../../client/join.ts";
import { LabServer } from "../live/lab.ts";
import { ledger } from "../live/ledger.ts";
import { TcpProxy } from "../live/proxy.ts";

/** Times until the seat's view is confirmed again after `act`, in ms. */
async function timeBack(
  seat: Awaited<ReturnType<typeof sitDown>>,
  act: () => void,
): Promise<number> {
  const back = new Promise<void>((resolve) => {
    let wasAway = false;
    const end = seat.on("status", ({ phase }) => {
      if (phase !== "live") wasAway = true;
      if (phase !== "live" || !wasAway) return;
      end();
      resolve();
    });
  });
  const startMs = performance.now();
  act();
  await back;
  return performance.now() - startMs;
}

function sitDown(url: string) {
  return join({ url, game: ledger, name: "bench" });
}

function row(name: string, times: readonly number[]): string {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (part: number) => (sorted[Math.floor((sorted.length - 1) * part)] ?? 0).toFixed(0);
  return `| ${name} | ${at(0.5)} | ${at(0.99)} |`;
}

export async function resumeBench({ cuts }: { readonly cuts: number }): Promise<readonly string[]> {
  const server = await LabServer.start();
  const line = await TcpProxy.open(server.port);
  const seat = await sitDown(line.url);
  try {
    const cutTimes: number[] = [];
    for (let cut = 0; cut < cuts; cut++) {
      await sleep(60);
      cutTimes.push(await timeBack(seat, () => line.cut()));
    }
    const awayTimes: number[] = [];
    for (let away = 0; away < Math.ceil(cuts / 6); away++) {
      await sleep(200);
      line.refusing = true;
      line.reset();
      await sleep(2_000 + away * 400);
      awayTimes.push(await timeBack(seat, () => line.heal()));
    }
    return [
      row("line cut with a FIN → first state", cutTimes),
      row("network back after 2–6 s away → first state", awayTimes),
    ];
  } finally {
    seat.close();
    await line.close();
    await server.close();
  }
}
