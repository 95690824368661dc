// Source: the project's own files as text, and what can be read off them without a compiler: code
// without comments and strings, imports, lines. It judges nothing.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";

export interface SourceFile {
  /** From the project's folder, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Import {
  /** A path from the project's folder for a relative import, else the package or `node:` name. */
  readonly target: string;
  readonly relative: boolean;
  readonly typeOnly: boolean;
  /** What is imported, by its name there; "*" for all of it. */
  readonly names: readonly string[];
  readonly line: number;
}

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const BINARY = /\.(png|ico|jpg|webp|woff2|mp3|ogg)$/;

/** What git would list: everything but its own folder and what .gitignore names. */
export function readTree(): SourceFile[] {
  const ignored = readFileSync(join(ROOT, ".gitignore"), "utf8").split("\n");
  const skipped = [".git", ...ignored.filter((line) => line !== "")];
  const isSkipped = (name: string) =>
    skipped.some((each) => (each.startsWith("*") ? name.endsWith(each.slice(1)) : name === each));
  const walk = (path: string): string[] => {
    if (isSkipped(posix.basename(path))) return [];
    if (!statSync(join(ROOT, path)).isDirectory()) return [path];
    const names = readdirSync(join(ROOT, path)).sort();
    return names.flatMap((name) => walk(posix.join(path, name)));
  };
  return walk("")
    .filter((path) => !BINARY.test(path))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));
}

export const isScript = (path: string): boolean => /\.(ts|tsx|mjs)$/.test(path);

export function lineOf(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

/** The text with comments and the insides of strings and patterns blanked; positions stay. */
export const codeOf = remembered((text) => blank(text, { strings: true }));

/** The text with comments blanked; positions stay. */
export const withoutComments = remembered((text) => blank(text, { strings: false }));

/** Many rules read the same files. */
function remembered(read: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const result = known.get(text) ?? read(text);
    known.set(text, result);
    return result;
  };
}

export function importsOf(file: SourceFile): Import[] {
  const text = withoutComments(file.text);
  const code = codeOf(file.text);
  const pattern =
    /\b(?:import|export)\b(\s+type\b)?([^"'`;]*?)\bfrom\s*["']([^"']+)["']|\bimport\s*\(?\s*["']([^"']+)["']/g;
  return [...text.matchAll(pattern)]
    .filter((match) => /^(import|export)/.test(code.slice(match.index)))
    .map((match) => {
      const name = match[3] ?? match[4] ?? "";
      const relative = name.startsWith(".");
      const target = relative ? posix.join(posix.dirname(file.path), name) : name;
      return {
        target,
        relative,
        typeOnly: match[1] !== undefined,
        names: namesIn(match[2] ?? "*"),
        line: lineOf(text, match.index),
      };
    });
}

/** The names in what stands before "from". */
function namesIn(clause: string): string[] {
  if (clause.includes("*")) return ["*"];
  const listed = /\{([^}]*)\}/.exec(clause)?.[1] ?? "";
  return listed.split(",").flatMap((each) => /^\s*(?:type\s+)?(\w+)/.exec(each)?.[1] ?? []);
}

type Inside = "code" | "line comment" | "block comment" | "pattern" | "'" | '"' | "`";

/** After these a slash begins a pattern; after anything else it divides (or closes a JSX tag). */
const BEFORE_PATTERN = /(^|[([{,;=:!&|?+*%~^>-]|\b(return|typeof|case|in|of))\s*$/;

/**
 * One pass over the text. It need not understand the language, only know what it is inside of;
 * a quote that is not closed on its line is text of a page, not a string.
 */
function blank(text: string, { strings }: { strings: boolean }): string {
  let inside: Inside = "code";
  // For each template literal entered: how many braces are open in the expression inside it.
  const templates: number[] = [];
  let out = "";
  const put = (part: string, hidden: boolean) => {
    out += hidden ? part.replace(/[^\n]/g, " ") : part;
  };
  for (let at = 0; at < text.length; ) {
    const char = text.charAt(at);
    const pair = text.slice(at, at + 2);
    let length = 1;
    if (inside === "code") {
      const next = enter(text, at, out);
      if (next !== undefined) inside = next;
      else if (templates.length > 0 && char === "{") templates.push((templates.pop() ?? 0) + 1);
      else if (templates.length > 0 && char === "}") {
        const open = templates.pop() ?? 0;
        if (open === 0) inside = "`";
        else templates.push(open - 1);
      }
      put(char, next === "line comment" || next === "block comment");
    } else if (inside === "line comment" || inside === "block comment") {
      const ends = inside === "line comment" ? char === "\n" : pair === "*/";
      if (ends && inside === "block comment") length = 2;
      put(text.slice(at, at + length), true);
      if (ends) inside = "code";
    } else if (char === "\\") {
      length = 2;
      put(pair, strings);
    } else if (inside === "`" && pair === "${") {
      templates.push(0);
      length = 2;
      put(pair, false);
      inside = "code";
    } else {
      const ends = char === (inside === "pattern" ? "/" : inside);
      put(char, strings && !ends);
      if (ends) inside = "code";
    }
    at += length;
  }
  return out;
}

/** What begins at this place of the code, if anything does that is not code. */
function enter(text: string, at: number, before: string): Inside | undefined {
  const char = text.charAt(at);
  const rest = text.slice(at + 1, text.indexOf("\n", at) + 1 || undefined);
  if (char === "/" && rest.startsWith("/")) return "line comment";
  if (char === "/" && rest.startsWith("*")) return "block comment";
  if (char === "`") return "`";
  if ((char === "'" || char === '"') && closes(rest, char)) return char;
  if (char === "/" && BEFORE_PATTERN.test(before.slice(-20)) && closes(rest, "/")) return "pattern";
  return undefined;
}

function closes(rest: string, quote: string): boolean {
  for (let at = 0; at < rest.length; at += 1) {
    if (rest.charAt(at) === "\\") at += 1;
    else if (rest.charAt(at) === quote) return true;
  }
  return false;
}
