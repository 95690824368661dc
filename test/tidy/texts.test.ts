// Texts: what pages say stands in files of texts, where a translator finds it, and nowhere else.
import { houseRule } from "./houseRule.ts";
import { lineOf, withoutComments } from "./source.ts";

const PAGE = /^client\/app\/(?!(?:.*\/)?(?:texts|\w+Texts)\.ts$).*\.tsx?$/;

const SAID: readonly RegExp[] = [
  // Words between tags; neither `=>` nor a comparison ends one.
  /(?<!=)>(?! \S)\s*([^<>{}()=;]*\p{L}{2}[^<>{}()=;]*)(?=<\/|<[a-z]|\{)/gu,
  // What is read out or shown on pointing.
  /\b(?:aria-label|aria-description|title|placeholder|alt)=["']([^"']+)["']/g,
  // A string that begins like a sentence and goes on.
  /["'`](\p{Lu}\p{L}*[ ,.:!?’…][^"'`\n]*?\p{Ll}[^"'`\n]*)["'`]/gu,
];

houseRule("[H35] what pages say stands in files of texts", {
  check: ({ path, text }) => {
    if (!PAGE.test(path)) return [];
    const code = withoutComments(text);
    return SAID.flatMap((pattern) =>
      [...code.matchAll(pattern)].map(
        (match) => `${path}:${lineOf(text, match.index)}: ${match[1]?.trim()}`,
      ),
    );
  },
  bad: [
    ["client/app/nim/play.tsx", "<p>Take some</p>"],
    ["client/app/landing.tsx", "<p>\n  Back to {name}\n</p>"],
    ["client/app/invite.tsx", '<input aria-label="Link" />'],
    ["client/app/act.ts", 'say("Too late for that");'],
  ],
  good: [
    ["client/app/nim/nimTexts.ts", 'export const nimTexts = { take: "Take some" };'],
    ["client/app/texts.ts", 'export const texts = { home: "All games" };'],
    ["client/app/app.tsx", '<img alt="" class="card face" />; (each) => Promise<{ a: 1 }>'],
    ["client/app/arena/camera.ts", "a > b ? undefined : { c: `M${d} ${e}h1` }"],
    ["client/app/who.tsx", "<p>{texts.landing.home}</p> // Nobody says this"],
    ["client/join.ts", 'throw new Error("No such game");'],
  ],
});
