// Files: how each one begins, how long it may grow, and that it silences no check.
import { expect, test } from "vitest";
import { type Check, houseRule, tree } from "./houseRule.ts";
import { PRODUCT } from "./places.ts";
import { isScript } from "./source.ts";

const LINES_MAX = 300;

const FIRST_LINES: readonly (readonly [path: RegExp, line: RegExp])[] = [
  [/\.(ts|tsx|mjs)$/, /^(#!.*\n)?\/\/ \S+( \S+){3,}/],
  [/\.lua$/, /^-- \S+( \S+){3,}/],
  [/\.css$/, /^\/\* \S+( \S+){3,}/],
  [/^\.ci\/run$/, /^#!.*\n# \S+( \S+){3,}/],
];

houseRule("[H17] the first line of a file says in a sentence what it is", {
  check: ({ path, text }) => {
    const line = FIRST_LINES.find(([paths]) => paths.test(path))?.[1];
    return line === undefined || line.test(text) ? [] : [`${path}:1: what is this file?`];
  },
  bad: [
    ["server/room/room.ts", 'import { seat } from "./seat.ts";'],
    ["shared/ids.ts", "// ids\nexport const id = 1;"],
    ["server/store/lua/claim.lua", "local top = redis.call('XINFO')"],
    ["client/app/page.css", "body { margin: 0 }"],
    [".ci/run", "#!/bin/sh\nnpm test"],
  ],
  good: [
    ["server/room/room.ts", "// Room: one running game; it never sees a clock.\n"],
    ["server/store/lua/claim.lua", "-- Claims a room for this node.\n"],
    ["README.md", "# Holdfast"],
  ],
});

houseRule(`[H18] no file of the product is longer than ${LINES_MAX} lines`, {
  check: ({ path, text }) => {
    const lines = text.trimEnd().split("\n").length;
    const counts = /^(shared|client|server)\//.test(path) && lines > LINES_MAX;
    return counts ? [`${path}: ${lines} lines; which question of it is another file's?`] : [];
  },
  bad: [["server/room/room.ts", "// x\n".repeat(LINES_MAX + 1)]],
  good: [
    ["server/room/room.ts", "// x\n".repeat(LINES_MAX)],
    ["test/rules/room.test.ts", "// x\n".repeat(LINES_MAX + 1)],
  ],
});

/** Put together here, so that this file does not contain what it looks for. */
const SILENCE = new RegExp(`@${"ts-"}(ignore|nocheck|expect-error)|${"biome-"}ignore`);
/** A test may prove that the compiler refuses something, and an odd one may need an odd line. */
const TEST_SILENCE = new RegExp(
  `@${"ts-"}(ignore|nocheck)|${"biome-"}ignore\\S*\\s+\\S*(noExplicitAny|noNonNull|noTsIgnore)`,
);

const silences: Check = ({ path, text }) => {
  if (!isScript(path)) return [];
  const pattern = PRODUCT.test(path) ? SILENCE : TEST_SILENCE;
  return text
    .split("\n")
    .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : []));
};

houseRule("[H19] the product silences neither compiler nor linter", {
  check: silences,
  bad: [
    ["server/room/room.ts", `// @${"ts-"}ignore\nconst x = 1;`],
    ["client/join.ts", `// @${"ts-"}expect-error`],
    ["shared/codec.ts", `// ${"biome-"}ignore lint/style/useConst: tired`],
    ["test/rules/room.test.ts", `// ${"biome-"}ignore lint/suspicious/noExplicitAny: tired`],
  ],
  good: [["test/rules/join.test.ts", `// @${"ts-"}expect-error: rules are synchronous`]],
});

test("[H20] any, non-null assertions, barrels and skipped tests are errors of the linter", () => {
  const must: Readonly<Record<string, readonly string[]>> = {
    suspicious: ["noExplicitAny", "noTsIgnore", "noEmptyBlockStatements", "noSkippedTests"],
    style: ["noNonNullAssertion", "noEnum", "noParameterProperties"],
    performance: ["noBarrelFile"],
    complexity: ["useMaxParams"],
  };
  type Rules = Record<string, Record<string, unknown>>;
  const missing = (rules: Rules) =>
    Object.entries(must).flatMap(([group, names]) =>
      names.filter((name) => {
        const set = rules[group]?.[name];
        return set !== "error" && (set as { level?: string } | undefined)?.level !== "error";
      }),
    );
  expect(missing({ style: { noEnum: "warn", noNonNullAssertion: "error" } })).toContain("noEnum");
  const text = tree.find(({ path }) => path === "biome.json")?.text ?? "{}";
  const { linter } = JSON.parse(text) as { linter: { rules: Rules } };
  expect(missing(linter.rules)).toEqual([]);
});

const TOP =
  /^(package\.json|package-lock\.json|tsconfig\.json|README\.md|LICENSE|biome\.json|(vite|vitest)\.config\.ts|\.(editorconfig|gitignore|gitattributes|npmrc)|(server|client|shared|test|\.ci|\.github)\/.*)$/;

houseRule("[H21] the top folder holds what tools insist on and four folders, nothing else", {
  check: ({ path }) => (TOP.test(path) ? [] : [`${path}: does not belong at the top`]),
  bad: [
    ["notes.md", ""],
    ["src/index.ts", ""],
    ["jest.config.js", ""],
  ],
  good: [
    ["server/main.ts", ""],
    [".ci/run", ""],
  ],
});
