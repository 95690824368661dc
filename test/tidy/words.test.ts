// Words: names say what a thing is, and no file speaks of what a reader of this folder cannot see.
import { type Check, houseRule } from "./houseRule.ts";
import { codeOf, isScript, lineOf } from "./source.ts";

/** These hide what a thing is; there is always a better noun. */
const EMPTY_PART = /^(manager|handler|service|helper|util)s?$/;
/** Too wide to stand alone; fine as a part of a longer name. `info(` is a log's level. */
const EMPTY_WHOLE = /^(data|info)$/;

const partsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.toLowerCase());

const isEmptyName = (name: string): boolean =>
  EMPTY_WHOLE.test(name) || partsOf(name).some((part) => EMPTY_PART.test(part));

/** Names after a dot belong to somebody else's interface; ours are seen where they are declared. */
const emptyNames: Check = ({ path, text }) => {
  if (!isScript(path)) return [];
  return (
    [...codeOf(text).matchAll(/(?<![.\w$])(?!info\()[A-Za-z_$][\w$]*(?!-)/g)]
      .filter((match) => isEmptyName(match[0]))
      // What a stock Socket.IO client calls the cause of a refused connection.
      .filter((match) => !(path.startsWith("test/") && match[0] === "data"))
      .map((match) => `${path}:${lineOf(text, match.index)}: ${match[0]}`)
  );
};

houseRule("[H22] no name is a manager, handler, service, helper, util, data or info", {
  check: emptyNames,
  bad: [
    ["server/room/room.ts", "class RoomManager {}"],
    ["client/join.ts", "const errorHandlers = [];"],
    ["shared/codec.ts", "function write(data: Uint8Array) {}"],
    ["server/http/routes.ts", "const info = { name };"],
  ],
  good: [
    ["server/log.ts", "log.info('x'); // the data of a service\nsocket.data.seat = 1;"],
    ["server/room/host.ts", "interface HostLog { info(text: string): void }"],
    ["client/app/page.tsx", '<p data-seat="1" />'],
    ["shared/codec.ts", "const dataView = 1; const utility = 2; const information = 3;"],
  ],
});

houseRule("[H23] no file or folder is called so either", {
  check: ({ path }) => {
    const names = path.split("/").map((name) => name.replace(/\..*$/, ""));
    return names.some(isEmptyName) ? [`${path}: what is it?`] : [];
  },
  bad: [
    ["shared/utils/text.ts", ""],
    ["server/roomManager.ts", ""],
    ["client/data.ts", ""],
  ],
  good: [["server/room/room.ts", ""]],
});

/** Put together here, so that this file does not contain what it looks for. */
const MACHINE_PATH = new RegExp(
  `(^|[\\s"'\`(=:])/(${["work", "root", "home", "Users"].join("|")})/`,
);

const lines =
  (pattern: RegExp): Check =>
  ({ path, text }) =>
    text
      .split("\n")
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line}`] : []));

houseRule("[H24] no file names a folder of somebody's machine", {
  check: lines(MACHINE_PATH),
  bad: [["README.md", `see ${["", "home", "ann", "holdfast"].join("/")}`]],
  good: [["README.md", "see https://example.org/home/ann and server/work/list"]],
});

const ELSEWHERE = ["DESIGN", "STYLE", "NETCODE", "PEERS", "RELIABILITY", "SECURITY"].join("|");

houseRule("[H25] no file refers to a paper that is not in the tree", {
  check: lines(new RegExp(`\\b(${ELSEWHERE})(\\.md|,? ${"§"})|${"§"} ?\\d|\\bSR-\\d`)),
  bad: [
    ["server/gate/gate.ts", `// see ${"DESIGN"} ${"§"}4`],
    ["server/gate/gate.ts", `// (${"§"}3.6)`],
    ["server/gate/guard.ts", `// keeps ${"SR"}-12`],
  ],
  good: [["server/gate/gate.ts", "// see README, Wire"]],
});
