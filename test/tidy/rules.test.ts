// Rules: RULES.md and the tests name the same rules, every test names one, and none is left out.
import { expect, test } from "vitest";
import { type Check, houseRule, tree } from "./houseRule.ts";
import { codeOf, lineOf, withoutComments } from "./source.ts";

/** A title for the examples below, so that this file cites no rule it does not show. */
const titled = (ids: string): string => `[${ids}] a room starts`;

const IDS = "\\[[A-Z]\\d+(?:, ?[A-Z]\\d+)*\\]";

/** Ids at the start of a string of a test file: titles, also those handed to a suite. */
function citedIn(text: string): string[] {
  const starts = withoutComments(text).matchAll(new RegExp(`["'\`](${IDS})`, "g"));
  return [...starts].flatMap((match) => match[1]?.match(/[A-Z]\d+/g) ?? []);
}

/** The rules of RULES.md in order, each with the letter of the section it stands in. */
function rulesIn(markdown: string): { id: string; section: string }[] {
  let section = "";
  return markdown.split("\n").flatMap((line) => {
    section = /^## ([A-Z]) · /.exec(line)?.[1] ?? section;
    const id = /^- \*\*([A-Z]\d+)\*\* \S/.exec(line)?.[1];
    return id === undefined ? [] : [{ id, section }];
  });
}

const isTestFile = (path: string): boolean => /^test\/.*\.ts$/.test(path);

const rules = rulesIn(tree.find(({ path }) => path === "test/RULES.md")?.text ?? "");
const cited = new Set(
  tree.filter(({ path }) => isTestFile(path)).flatMap(({ text }) => citedIn(text)),
);

test("[H29] every rule has one place in RULES.md, in the section of its letter", () => {
  const misplaced = (list: typeof rules) =>
    list.filter(
      ({ id, section }, at) =>
        !id.startsWith(section) || list.findIndex((other) => other.id === id) !== at,
    );
  const wrong = rulesIn("## H · House\n- **H1** Yes.\n- **H1** Again.\n- **S1** Not here.");
  expect(misplaced(wrong).map(({ id }) => id)).toEqual(["H1", "S1"]);
  expect(rules.length).toBeGreaterThan(0);
  expect(misplaced(rules)).toEqual([]);
});

test("[H30] every rule is cited by a test, and every cited rule exists", () => {
  const example = `test("${titled("Z1")}"); suite("${titled("Z2, Z3")}"); // "${titled("Z4")}"`;
  expect(citedIn(example)).toEqual(["Z1", "Z2", "Z3"]);
  const known = rules.map(({ id }) => id);
  expect(known.filter((id) => !cited.has(id))).toEqual([]);
  expect([...cited].filter((id) => !known.includes(id))).toEqual([]);
});

/** A test whose title is written out must begin with its rule; a suite may hand titles on. */
const uncited: Check = ({ path, text }) => {
  if (!isTestFile(path)) return [];
  const code = codeOf(text);
  return [...withoutComments(text).matchAll(/\b(?:test|it)\s*\(\s*["'`]/g)]
    .filter((match) => /^(test|it)/.test(code.slice(match.index)))
    .filter((match) => !new RegExp(`^${IDS} \\S`).test(text.slice(match.index + match[0].length)))
    .map((match) => `${path}:${lineOf(text, match.index)}: which rule does this test?`);
};

houseRule("[H31] the title of every test begins with the rule it shows", {
  check: uncited,
  bad: [
    ["test/rules/room.test.ts", 'test("works", () => {});'],
    ["test/live/kill.test.ts", `it("${titled("kill")}", () => {});`],
  ],
  good: [
    ["test/rules/room.test.ts", `test("${titled("R1")}", () => {});`],
    ["test/contract/store.ts", "test(title, () => {});"],
  ],
});

houseRule("[H32] no test is left out or runs alone", {
  check: ({ path, text }) => {
    if (!isTestFile(path)) return [];
    const pattern =
      /\b(test|it|describe|suite|context|ctx)\s*\.\s*(only|skip|todo|skipIf|runIf|fails)\b/g;
    return [...codeOf(text).matchAll(pattern)].map(
      (match) => `${path}:${lineOf(text, match.index)}: ${match[0]}`,
    );
  },
  bad: [
    ["test/rules/room.test.ts", "test.only(title, () => {});"],
    ["test/live/kill.test.ts", "describe.skipIf(!redis)(title, () => {});"],
  ],
  good: [["test/rules/room.test.ts", 'test(title, () => {}); // test.skip("no")']],
});

houseRule("[H33] the README names only files and npm scripts that exist", {
  check: ({ path, text }) => {
    if (path !== "README.md") return [];
    const manifest = tree.find((file) => file.path === "package.json")?.text ?? "{}";
    const { scripts } = JSON.parse(manifest) as { scripts: Record<string, string> };
    const files = text.match(
      /(?<![\w./-])(?:test|server|client|shared)\/[\w./-]+\.(?:ts|tsx|mjs|lua|md)\b/g,
    );
    const commands = [...text.matchAll(/\bnpm run ([\w:-]+)/g)].map((match) => match[1] ?? "");
    return [
      ...(files ?? []).filter((name) => !tree.some((file) => file.path === name)),
      ...commands.filter((name) => scripts[name] === undefined),
    ].map((name) => `README.md: ${name} does not exist`);
  },
  bad: [
    ["README.md", "see `test/live/never.test.ts`"],
    ["README.md", "then `npm run never`"],
  ],
  good: [["README.md", "see `test/RULES.md`, `npm run check` and `my/test/x.ts` of yours"]],
});
