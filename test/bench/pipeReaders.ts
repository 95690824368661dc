// Pipe readers: the other end of the pipe bench, in a process of its own so that only the server's
// work is counted. They open what they are told to, count what comes, and send when told.

import { WebSocket } from "ws";

/** Sockets to one server, and what each says until it is ready. */
export interface Group {
  readonly name: string;
  readonly url: string;
  readonly count: number;
  /** What to answer to the first message that begins with a text. */
  readonly answers: readonly (readonly [head: string, answer: string])[];
  /** The message that begins so says that it is ready; without one, being open does. */
  readonly ready?: string;
}

export type Order =
  | { readonly kind: "open"; readonly group: Group }
  /** Each socket of a group sends this, base64, as text or as bytes, this often, so many times. */
  | {
      readonly kind: "send";
      readonly name: string;
      readonly bytes: string;
      readonly isText: boolean;
      readonly everyMs: number;
      readonly times: number;
    }
  | { readonly kind: "count"; readonly name: string };

export type Report = {
  readonly kind: Order["kind"];
  readonly name: string;
  readonly count: number;
};

const groups = new Map<string, { readonly sockets: WebSocket[]; binaries: number }>();
const report = (message: Report) => process.send?.(message);

function open(group: Group): void {
  const own = { sockets: [] as WebSocket[], binaries: 0 };
  groups.set(group.name, own);
  let ready = 0;
  const oneReady = () => {
    ready++;
    if (ready === group.count) report({ kind: "open", name: group.name, count: ready });
  };
  for (let at = 0; at < group.count; at++) {
    const socket = new WebSocket(group.url, { perMessageDeflate: false });
    const answers = [...group.answers];
    own.sockets.push(socket);
    if (group.ready === undefined) socket.once("open", oneReady);
    socket.on("message", (message: Buffer, isBinary) => {
      if (isBinary) own.binaries++;
      if (isBinary) return;
      const text = message.toString();
      if (text === "2") return socket.send("3");
      if (group.ready !== undefined && text.startsWith(group.ready)) oneReady();
      if (answers[0] !== undefined && text.startsWith(answers[0][0])) {
        socket.send(answers.shift()?.[1] ?? "");
      }
    });
  }
}

function send(order: Extract<Order, { kind: "send" }>): void {
  const sockets = groups.get(order.name)?.sockets ?? [];
  const bytes = Buffer.from(order.bytes, "base64");
  let left = order.times;
  const timer = setInterval(() => {
    for (const socket of sockets) socket.send(bytes, { binary: !order.isText });
    left--;
    if (left > 0) return;
    clearInterval(timer);
    report({ kind: "send", name: order.name, count: order.times * sockets.length });
  }, order.everyMs);
}

process.on("message", (order: Order) => {
  if (order.kind === "open") return open(order.group);
  if (order.kind === "send") return send(order);
  report({ kind: "count", name: order.name, count: groups.get(order.name)?.binaries ?? 0 });
});
