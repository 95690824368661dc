// Name: what people may be called.
import fc from "fast-check";
import { expect, test } from "vitest";
import { readName } from "../../server/session/name.ts";

test("[S30] names of all scripts are kept as they are", () => {
  const names = [
    "Ada",
    "Zoë",
    "Łukasz",
    "李小龍",
    "Мария",
    "سلمى",
    "नेहा",
    "Ὀδυσσεύς",
    "さくら",
    "x",
    "🦈",
    "R2-D2",
    "Conan O'Brien",
  ];
  for (const name of names) expect(readName(name)).toBe(name.normalize("NFC"));
});

test("[S30] a name is composed, and its spaces are single", () => {
  expect(readName("Zoe\u0308")).toBe("Zo\u00eb");
  expect(readName("  Ada\u00a0\u3000 Lovelace ")).toBe("Ada Lovelace");
  expect(readName("\u2764\ufe0f Ada")).toBe("\u2764 Ada");
});

test("[S31] nothing that cannot be seen is in a name, and no name is without something seen", () => {
  const unseen = {
    "a control": "A\u0000da",
    "a line end": "A\nda",
    "an escape": "\u001b[31mAda",
    "a turn of direction": "A\u202eda",
    "an isolate": "\u2066Ada\u2069",
    "a zero-width space": "A\u200bda",
    "a joiner": "A\u200dda",
    "a byte order mark": "A\ufeffda",
    "a soft hyphen": "A\u00adda",
    "a line separator": "A\u2028da",
    "a lone surrogate": "A\ud800",
    "a private letter": "A\ue000",
    "a Hangul filler": "\u3164",
    "a blank of Braille": "\u2800\u2800",
    "a tag": "Ada\u{e0041}",
    "heaped marks": "A\u0316\u0317\u0318\u0319",
    "a mark alone": "\u0301da",
    "spaces alone": " \u2003 ",
    nothing: "",
  };
  const accepted = Object.entries(unseen).filter(([, text]) => readName(text) !== undefined);
  expect(accepted).toEqual([]);
});

test("[S30] a name has 24 characters at most, whatever it is told as", () => {
  expect(readName("a".repeat(24))).toBe("a".repeat(24));
  expect(readName("a".repeat(25))).toBeUndefined();
  expect(readName(` ${"a".repeat(24)} `)).toBe("a".repeat(24));
  expect(readName("🦈".repeat(12))).toBe("🦈".repeat(12));
  expect(readName("🦈".repeat(13))).toBeUndefined();
  expect(readName("a".repeat(1_000_000))).toBeUndefined();
  for (const value of [undefined, null, 7, {}, ["Ada"], true]) {
    expect(readName(value)).toBeUndefined();
  }
});

test("[S30, S31] whatever comes is refused or becomes a name, and a name stays itself", () => {
  const text = fc.string({ unit: "binary", maxLength: 30 });
  fc.assert(
    fc.property(text, (given) => {
      const name = readName(given);
      if (name === undefined) return;
      expect(readName(name)).toBe(name);
      expect(name.length).toBeGreaterThan(0);
      expect(name.length).toBeLessThanOrEqual(24);
      expect(name).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Bidi_Control}]/u);
    }),
    { numRuns: 2_000 },
  );
});
