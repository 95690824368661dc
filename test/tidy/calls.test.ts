// Calls: the clock, randomness, the environment and the console each behind one file, so that
// everything else can be run under another clock, from a seed, and in silence.
import { type Check, houseRule } from "./houseRule.ts";
import { MACHINE, PRODUCT } from "./places.ts";
import { codeOf, isScript, lineOf } from "./source.ts";

const TEST_IN_VIRTUAL_TIME = /^test\/(tidy|rules|contract|sim)\//;

/** No file of `zone` but those of `except` may say what `pattern` matches. */
const banned =
  (pattern: RegExp, zone: RegExp, except?: RegExp): Check =>
  ({ path, text }) => {
    if (!isScript(path) || !zone.test(path) || except?.test(path)) return [];
    return [...codeOf(text).matchAll(new RegExp(pattern, "g"))].map(
      (match) => `${path}:${lineOf(text, match.index)}: ${match[0]}`,
    );
  };

houseRule("[H11] only shared/clock.ts asks for the time or arms a timer", {
  check: banned(
    /\b(Date\.now|new Date\(\s*\)|Date\(\s*\)|performance\.now|process\.hrtime|set(Timeout|Interval|Immediate)\b)/,
    PRODUCT,
    /^shared\/clock\.ts$/,
  ),
  bad: [
    ["server/room/host.ts", "const at = Date.now();"],
    ["client/socket.ts", "setTimeout(() => retry(), 300);"],
    ["client/app/page.tsx", `const label = \`\${new Date()} o'clock\`;`],
  ],
  good: [
    ["server/room/host.ts", "// Date.now() is not ours\nconst text = 'setTimeout';"],
    ["server/room/host.ts", "const at = new Date(wallMs); /* setInterval */"],
    ["shared/clock.ts", "const now = () => Date.now();"],
  ],
});

houseRule("[H12] only a random.ts draws randomness", {
  check: banned(
    /\b(Math\.random|getRandomValues|random(UUID|Bytes|Int|Fill|FillSync))\b/,
    PRODUCT,
    /^(shared|server|client)\/random\.ts$/,
  ),
  bad: [
    ["shared/games/arena/arena.ts", "const x = Math.random();"],
    ["server/session/record.ts", 'import { randomBytes } from "node:crypto";'],
  ],
  good: [["server/random.ts", "const id = crypto.randomUUID();"]],
});

houseRule("[H13] only server/config.ts reads the environment, and only server/process.ts exits", {
  check: (file) => [
    ...banned(/\bprocess\.env\b/, PRODUCT, /^server\/config\.ts$/)(file),
    ...banned(/\bprocess\.(exit|abort|exitCode)\b/, PRODUCT, /^server\/process\.ts$/)(file),
  ],
  bad: [
    ["server/store/redis.ts", "const url = process.env.REDIS_URL;"],
    ["server/room/host.ts", "process.exit(1);"],
  ],
  good: [
    ["server/config.ts", "const { PORT } = process.env;"],
    ["server/setup.mjs", "process.exit(1);"],
  ],
});

houseRule("[H14] only server/log.ts and plain scripts write to the console", {
  check: banned(/\bconsole\s*\./, PRODUCT, /^server\/log\.ts$/),
  bad: [["client/app/page.tsx", 'console.log("here");']],
  good: [["server/setup/step.mjs", 'console.error("here");']],
});

houseRule("[H15] a machine is synchronous", {
  check: banned(/\b(async|await|Promise)\b/, MACHINE),
  bad: [["server/room/room.ts", "export async function step() {}"]],
  good: [["server/room/host.ts", "await store.append(entry);"]],
});

houseRule("[H16] tests neither sleep nor fake the platform outside real lines and browsers", {
  check: (file) => [
    ...banned(/\bset(Timeout|Interval)\b|\bAtomics\.wait\b/, TEST_IN_VIRTUAL_TIME)(file),
    ...banned(/\bvi\s*\.\s*(mock|doMock|useFakeTimers|stubGlobal)\b/, /^test\//)(file),
  ],
  bad: [
    ["test/rules/room.test.ts", "await new Promise((done) => setTimeout(done, 50));"],
    ["test/live/line.test.ts", "vi.useFakeTimers();"],
  ],
  good: [["test/live/line.test.ts", "await new Promise((done) => setTimeout(done, 50));"]],
});
