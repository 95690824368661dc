// Arrows: which folder may import which. The map of the house, kept true by reading every import.
import { type Check, houseRule } from "./houseRule.ts";
import { MACHINE } from "./places.ts";
import { importsOf, isScript } from "./source.ts";

const CLIENT_LIBRARY = /^client\/(?!app\/)/;
const SERVER = /^server\/(?!testing\/)/;
const GAMES = /^shared\/games\//;

/** Every relative import of a file in `zone` must lead to one of `allowed`. */
const arrows =
  (zone: RegExp, ...allowed: RegExp[]): Check =>
  (file) => {
    if (!isScript(file.path) || !zone.test(file.path)) return [];
    return importsOf(file)
      .filter(({ relative, target }) => relative && !allowed.some((place) => place.test(target)))
      .map(({ target, line }) => `${file.path}:${line}: may not import ${target}`);
  };

houseRule("[H1] shared imports nothing outside shared, no library and nothing of Node", {
  check: (file) => [
    ...arrows(/^shared\//, /^shared\//)(file),
    ...importsOf(file)
      .filter(({ relative }) => /^shared\//.test(file.path) && !relative)
      .map(({ target, line }) => `${file.path}:${line}: may not import ${target}`),
  ],
  bad: [
    ["shared/codec.ts", 'import { log } from "../server/log.ts";'],
    ["shared/hash.ts", 'import { createHash } from "node:crypto";'],
    ["shared/games/nim/nim.ts", 'import type { Seat } from "../../../client/join.ts";'],
  ],
  good: [
    ["shared/games/nim/nim.ts", 'import {\n  one,\n} from "../../game.ts";'],
    ["shared/codec.ts", '// import "../server/log.ts"\nconst text = "import \'x\'";'],
  ],
});

houseRule("[H2] the client library imports only itself and shared", {
  check: arrows(CLIENT_LIBRARY, CLIENT_LIBRARY, /^shared\//),
  bad: [
    ["client/join.ts", 'import { config } from "../server/config.ts";'],
    ["client/link.ts", 'export { App } from "./app/app.tsx";'],
    ["client/socket.ts", 'const app = await import("./app/app.tsx");'],
  ],
  good: [["client/join.ts", 'import { link } from "./link.ts";\nimport "../shared/ids.ts";']],
});

houseRule("[H3] the pages import only client and shared", {
  check: arrows(/^client\/app\//, /^client\//, /^shared\//),
  bad: [["client/app/lab.tsx", 'import { proxy } from "../../server/testing/line.ts";']],
  good: [["client/app/lab.tsx", 'import { join } from "../join.ts";\nimport "./lab.css";']],
});

houseRule("[H4] the server imports only itself and shared, and nothing made for tests", {
  check: arrows(SERVER, SERVER, /^shared\//),
  bad: [
    ["server/room/host.ts", 'import { outbox } from "../../client/outbox.ts";'],
    ["server/main.ts", 'import { line } from "./testing/line.ts";'],
  ],
  good: [["server/main.ts", 'import { nim } from "../shared/games/nim/nim.ts";']],
});

houseRule("[H5] what authors test with imports only pure machines, shared and itself", {
  check: arrows(/^server\/testing\//, /^server\/testing\//, /^shared\//, MACHINE),
  bad: [["server/testing/line.ts", 'import { gate } from "../gate/gate.ts";']],
  good: [["server/testing/line.ts", 'import { step } from "../../client/link.ts";']],
});

houseRule("[H6] nothing outside test imports test", {
  check: arrows(/^(?!test\/)/, /^(?!test\/)/),
  bad: [
    ["server/main.ts", 'import "../test/sim/world.ts";'],
    ["vite.config.ts", 'import "./test/sim/world.ts";'],
  ],
  good: [["test/sim/world.ts", 'import "./line.ts";']],
});

houseRule("[H7] a machine imports only machines and shared, never the clock or a library", {
  check: (file) => {
    const strays = arrows(MACHINE, MACHINE, /^shared\/(?!clock\.ts$)/)(file);
    const libraries = MACHINE.test(file.path)
      ? importsOf(file).filter((each) => !each.relative)
      : [];
    return [
      ...strays,
      ...libraries.map(({ target, line }) => `${file.path}:${line}: a machine imports ${target}`),
    ];
  },
  bad: [
    ["server/room/room.ts", 'import type { Store } from "../store/store.ts";'],
    ["server/room/seat.ts", 'import { host } from "./host.ts";'],
    ["server/gate/connection.ts", 'import { log } from "../log.ts";'],
    ["client/outbox.ts", 'import type { Clock } from "../shared/clock.ts";'],
    ["client/link.ts", 'import { io } from "socket.io-client";'],
  ],
  good: [
    ["server/room/room.ts", 'import { seat } from "./seat.ts";\nimport "../../shared/codec.ts";'],
    ["server/room/host.ts", 'import type { Store } from "../store/store.ts";'],
  ],
});

houseRule("[H8] games are plugged in only where a process or a page starts", {
  check: arrows(
    /^(shared\/(?!games\/)|server\/(?!main\.ts$)|client\/(?!app\/))/,
    new RegExp(`^(?!${GAMES.source.slice(1)})`),
  ),
  bad: [
    ["server/room/room.ts", 'import { nim } from "../../shared/games/nim/nim.ts";'],
    ["shared/game.ts", 'import { nim } from "./games/nim/nim.ts";'],
  ],
  good: [
    ["server/main.ts", 'import { nim } from "../shared/games/nim/nim.ts";'],
    ["client/app/nim.tsx", 'import { nim } from "../../shared/games/nim/nim.ts";'],
  ],
});
