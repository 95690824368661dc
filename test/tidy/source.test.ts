// The reader of sources: what it takes for code, for text and for an import.
import { expect, test } from "vitest";
import { codeOf, importsOf, withoutComments } from "./source.ts";

/** What is left of a line of code, with runs of blanks as one. */
const left = (text: string): string => codeOf(text).replace(/\s+/g, " ").trim();

test("[H34] the rules above are not fooled by comments, strings, patterns and templates", () => {
  expect(left("a; // b 'c\nd; /* e\n */ f")).toBe("a; d; f");
  expect(left(`a("b // c", 'd \\' e'); f`)).toBe(`a(" ", ' '); f`);
  expect(left("a(`b ${c({ d: `e ${f} g` })} h`); i")).toBe("a(` ${c({ d: ` ${f} ` })} `); i");
  expect(left("a = b / c; d = /e'f/.test(g) / h")).toBe("a = b / c; d = / /.test(g) / h");
  expect(left("<p>don't</p>; a")).toBe("<p>don't</p>; a");
  expect(codeOf("a /* b */\n'c' d")).toHaveLength("a /* b */\n'c' d".length);
  expect(withoutComments("a('//'); // b").trim()).toBe("a('//');");

  const text = [
    'import "./a.ts";',
    "import type {\n  B,\n} from '../b.ts';",
    'export { c } from "./c.ts"; // import "./no.ts"',
    'const d = await import("d/part");',
    "const no = 'import \"./no.ts\"';",
    "export type E = string;",
  ].join("\n");
  const found = importsOf({ path: "server/room/x.ts", text });
  expect(found.map(({ target }) => target)).toEqual([
    "server/room/a.ts",
    "server/b.ts",
    "server/room/c.ts",
    "d/part",
  ]);
  expect(found.map(({ typeOnly }) => typeOnly)).toEqual([false, true, false, false]);
  expect(found.map(({ line }) => line)).toEqual([1, 2, 5, 6]);
  expect(found.map(({ names }) => names)).toEqual([["*"], ["B"], ["c"], ["*"]]);
});
