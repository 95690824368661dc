// Exports: whatever a file offers to others, another file takes. Types are free: they name what a function
// takes and gives.
import { expect, test } from "vitest";
import { tree } from "./houseRule.ts";
import { codeOf, importsOf, isScript, type SourceFile } from "./source.ts";

/** What is offered to whoever writes a game, and what stands in for another file in a build of a test. */
const PUBLIC =
  /^(server\/server|client\/join|shared\/game|server\/testing\/testing|test\/browser\/newerNim)\.ts$/;
const EXPORTED = /^export (?:async |abstract )*(?:const|let|function\*?|class) (\w+)/gm;

/** Exports that nobody imports, each as "path: name". */
function strays(files: readonly SourceFile[]): string[] {
  const scripts = files.filter(({ path }) => isScript(path));
  const taken = new Set(
    scripts.flatMap((file) =>
      importsOf(file).flatMap(({ target, names }) => names.map((name) => `${target}: ${name}`)),
    ),
  );
  return scripts
    .filter(({ path }) => !PUBLIC.test(path) && !taken.has(`${path}: *`))
    .flatMap(({ path, text }) =>
      [...codeOf(text).matchAll(EXPORTED)].map(([, name]) => `${path}: ${name}`),
    )
    .filter((offered) => !taken.has(offered));
}

test("[H36] whatever a file exports another one imports, but for types and what the package offers", () => {
  const offers = (path: string) => ({
    path,
    text: "export const a = 1;\nexport async function b() {}\nexport interface C {}\nconst d = 2;",
  });
  const given = offers("server/room/seat.ts");
  const takes = (text: string) => strays([given, { path: "server/room/room.ts", text }]);
  expect(takes('import { a } from "./host.ts";')).toEqual([`${given.path}: a`, `${given.path}: b`]);
  expect(takes('import { a as one } from "./seat.ts";')).toEqual([`${given.path}: b`]);
  expect(takes('import {\n  type a,\n  b,\n} from "./seat.ts";')).toEqual([]);
  expect(takes('export { a, b } from "./seat.ts";')).toEqual([]);
  expect(takes('import * as seat from "./seat.ts";')).toEqual([]);
  expect(takes('const { a, b } = await import("./seat.ts");')).toEqual([]);
  expect(strays([offers("shared/game.ts"), offers("test/notes.md")])).toEqual([]);
  expect(strays(tree)).toEqual([]);
});
