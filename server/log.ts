// Log: one line of JSON for each thing worth knowing, from a closed set of fields. The only importer
// of pino and the only writer to standard output; a line holds no secret and no text without an end.

import { type DestinationStream, destination, pino, stdTimeFunctions } from "pino";
import type { LogLevel } from "./config.ts";

/** Everything a line may say besides its event. Whatever is not here cannot be logged. */
const FIELDS = {
  address: "text",
  /** Who did it to somebody else, hashed. */
  by: "text",
  bytes: "number",
  /** What was caught; its message and stack are kept, its other properties are not. */
  cause: "cause",
  connection: "text",
  count: "number",
  durationMs: "number",
  epoch: "number",
  game: "text",
  identity: "text",
  /** Names this line to whoever was refused. */
  incident: "text",
  method: "text",
  next: "text",
  path: "text",
  /** Another node. */
  peer: "text",
  port: "number",
  reason: "text",
  remedy: "text",
  room: "text",
  seat: "number",
  session: "text",
  signal: "text",
  status: "text",
  store: "text",
  url: "text",
  variable: "text",
  version: "number",
  why: "text",
} as const;

interface FieldValues {
  readonly text: string;
  readonly number: number;
  readonly cause: unknown;
}

export type LogFields = {
  readonly [Name in keyof typeof FIELDS]?: FieldValues[(typeof FIELDS)[Name]] | undefined;
};

/** An event is a few words with dashes, always the same for the same thing. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  note(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  /** Something is broken that nobody outside can have caused. */
  fault(event: string, fields?: LogFields): void;
  /** A sentence for whoever started the server; on a terminal it stands alone. */
  announce(sentence: string): void;
  /** Writes what is still held back. Called before the process ends. */
  flush(): void;
}

export interface LogOptions {
  readonly level: LogLevel;
  /** Stands in each line. */
  readonly node: string;
  /** Where lines go instead of standard output, each with its line end. */
  readonly write?: (line: string) => void;
  /** Whether a person reads along; by default, whether standard output is a terminal. */
  readonly terminal?: boolean;
}

const TEXT_LENGTH_MAX = 256;
const STACK_LENGTH_MAX = 2_048;
const ANNOUNCED = "announced";

export function openLog(options: LogOptions): Log {
  const terminal = options.terminal ?? process.stdout.isTTY === true;
  const out = options.write === undefined ? destination({ fd: 1, sync: false }) : undefined;
  const write = options.write ?? ((line: string) => void out?.write(line));
  const stream: DestinationStream = {
    write: (line) => write(terminal ? readable(line) : line),
  };
  const lines = pino(
    {
      level: options.level,
      base: { node: options.node },
      timestamp: stdTimeFunctions.isoTime,
      messageKey: "event",
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  );
  return {
    debug: (event, fields) => lines.debug(built(fields), event),
    note: (event, fields) => lines.info(built(fields), event),
    warn: (event, fields) => lines.warn(built(fields), event),
    fault: (event, fields) => lines.error(built(fields), event),
    announce: (sentence) =>
      lines.info({ sentence: tidyText(sentence, STACK_LENGTH_MAX) }, ANNOUNCED),
    flush: () => out?.flushSync(),
  };
}

/** A log that says nothing, for where there is nobody to read. */
export const silentLog: Log = {
  debug: () => undefined,
  note: () => undefined,
  warn: () => undefined,
  fault: () => undefined,
  announce: () => undefined,
  flush: () => undefined,
};

/** A new object of known fields and plain values: what else a caller's object holds stays behind. */
function built(fields: LogFields | undefined): object {
  const line: Record<string, unknown> = {};
  for (const [name, kind] of Object.entries(FIELDS)) {
    const value: unknown = fields?.[name as keyof LogFields];
    if (value === undefined) continue;
    if (kind === "cause") line[name] = builtCause(value);
    else if (kind === "number") line[name] = Number(value);
    else line[name] = tidyText(String(value), TEXT_LENGTH_MAX);
  }
  return line;
}

function builtCause(cause: unknown): object {
  if (!(cause instanceof Error)) return { message: tidyText(String(cause), TEXT_LENGTH_MAX) };
  const code: unknown = Reflect.get(cause, "code");
  return {
    name: tidyText(cause.name, TEXT_LENGTH_MAX),
    message: tidyText(cause.message, TEXT_LENGTH_MAX),
    ...(typeof code === "string" ? { code: tidyText(code, TEXT_LENGTH_MAX) } : {}),
    ...(cause.stack === undefined ? {} : { stack: tidyText(cause.stack, STACK_LENGTH_MAX) }),
  };
}

/** What our own credentials and passwords in URLs look like; an error of a library may quote one. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/:\/\/[^\s/@]+@/g, "://***@"],
  [/[\w-]{16,}\.[\w-]{16,}\.[\w-]{43}/g, "***"],
  [/(?<![\w-])[\w-]{43}(?![\w-])/g, "***"],
];

const NEWER_COMMANDS = /[\u007f-\u009f\u2028\u2029\p{Bidi_Control}]/gu;

function tidyText(text: string, lengthMax: number): string {
  const known = SECRETS.reduce((rest, [pattern, mask]) => rest.replace(pattern, mask), text);
  const short = known.length <= lengthMax ? known : `${known.slice(0, lengthMax)}…`;
  // JSON escapes the older half of a terminal's commands by itself, and leaves the newer.
  return short.replace(NEWER_COMMANDS, escaped);
}

/** A line as a person reads it on a terminal: time, level, event, fields; a stack goes below. */
function readable(line: string): string {
  const { time, level, event, node, sentence, cause, ...fields } = JSON.parse(line) as Readonly<
    Record<string, unknown>
  >;
  if (event === ANNOUNCED) return `${inert(sentence)}\n`;
  const said = Object.entries(fields).map(([name, value]) => `${name}=${inert(value)}`);
  const head = [String(time).slice(11, 23), String(level).padEnd(5), event, ...said, `(${node})`];
  return [head.join(" "), ...stackOf(cause)].map((each) => `${each}\n`).join("");
}

function stackOf(cause: unknown): string[] {
  const { stack, message } = (cause ?? {}) as { stack?: string; message?: string };
  return (stack ?? message ?? "")
    .split("\n")
    .filter((each) => each !== "")
    .map((each) => `    ${inert(each.trim())}`);
}

/** Text that neither moves a terminal's cursor nor turns the order of its letters. */
function inert(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.replace(/[\p{Cc}\u2028\u2029\p{Bidi_Control}]/gu, escaped);
}

function escaped(mark: string): string {
  return `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
