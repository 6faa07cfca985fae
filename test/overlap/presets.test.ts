import { describe, expect, test } from "vitest";
import { overlapCommand } from "#rote/cli/commands/overlap.js";
import type { OverlapRow } from "#rote/overlap/overlap-rows.js";
import { overlapPreset, overlapPresets, presetLength } from "#rote/overlap/presets.js";
import { applyPreset, summarizeOverlap } from "#rote/overlap/summary.js";
import { wordsPolicy } from "#rote/text/policies.js";

const none: OverlapRow = {
  ...{ id: "e", part: "input", n: 8, words: 0, matched: 0, total: 0, longest: 0 },
  ...{ covered: 0, df: 0, documents: [], short: true },
};

/** The three rows of an example. */
function rowsOf(
  input: Partial<OverlapRow>,
  output: Partial<OverlapRow> = {},
  both: Partial<OverlapRow> = {},
): OverlapRow[] {
  return [
    { ...none, ...input },
    { ...none, part: "output", ...output },
    { ...none, part: "both", ...both },
  ];
}

const judge = (name: string, rows: OverlapRow[]): boolean | undefined =>
  applyPreset(rows, overlapPreset(name)).verdicts[0];

describe("presets", () => {
  test("are the choices of the command", () => {
    expect(overlapCommand.flags.preset).toMatchObject({
      choices: overlapPresets.map(({ name }) => name),
    });
  });

  test("gpt3: the 5th percentile of lengths in words, from 8 to 13 (Brown et al. 2020, appendix C)", () => {
    const length = (lengths: readonly number[]): number =>
      presetLength(
        overlapPreset("gpt3"),
        lengths.map((words, i) => ({
          ...{ id: `e${i}`, split: undefined, output: "last" },
          input: new Array(words - 1).fill("word").join(" "),
        })),
        wordsPolicy,
      );
    expect(length([3, 40, 50])).toBe(8);
    expect(length(Array.from({ length: 101 }, (_, i) => i + 5))).toBe(10);
    expect(length([200, 300])).toBe(13);
  });

  test.each(["gpt3", "lm-evaluation-harness"])("%s: any n-gram of either side", (name) => {
    expect(judge(name, rowsOf({ total: 5 }, { total: 2, matched: 1 }))).toBe(true);
    expect(judge(name, rowsOf({ total: 5 }, { total: 2 }))).toBe(false);
    expect(judge(name, rowsOf({}))).toBeUndefined();
  });

  test("palm: 70 % of the 8-grams or more (Touvron et al. 2023, A.6)", () => {
    expect(judge("palm", rowsOf({ total: 8, matched: 6 }, { total: 2, matched: 1 }))).toBe(true);
    expect(judge("palm", rowsOf({ total: 8, matched: 6 }, { total: 2 }))).toBe(false);
  });

  test("tulu3: more than half of the input's words in one document (search.py: score > threshold)", () => {
    expect(judge("tulu3", rowsOf({ words: 20, total: 13, covered: 11 }))).toBe(true);
    expect(judge("tulu3", rowsOf({ words: 20, total: 13, covered: 10 }))).toBe(false);
  });

  test("wimbd: both sides whole in one document", () => {
    const sides = [{ words: 9 }, { words: 2 }] as const;
    expect(judge("wimbd", rowsOf(...sides, { total: 3, longest: 11 }))).toBe(true);
    expect(judge("wimbd", rowsOf(...sides, { total: 3, longest: 10 }))).toBe(false);
    expect(judge("wimbd", rowsOf({ words: 9 }))).toBeUndefined();
  });

  test("each names a source and what ours does otherwise; an unknown one lists them", () => {
    for (const { source, differs, rule } of overlapPresets)
      for (const text of [source, differs, rule]) expect(text.length).toBeGreaterThan(10);
    expect(() => overlapPreset("gpt4")).toThrow(/the presets are gpt3, /);
  });
});

describe("shares", () => {
  test("of examples with a match, with Wilson's interval (Newcombe 1998, table I: 1 of 29 is 0.6 to 17.2 %)", () => {
    const rows = Array.from({ length: 29 }, (_, i) =>
      rowsOf({ total: 4, matched: i === 3 ? 2 : 0 }),
    );
    const [input, output, both] = summarizeOverlap(rows.flat());
    expect(input).toMatchObject({
      n: 8,
      part: "input",
      examples: 29,
      contaminated: 1,
      unjudged: 0,
    });
    expect(input!.interval!.low).toBeCloseTo(0.0061, 4);
    expect(input!.interval!.high).toBeCloseTo(0.1718, 4);
    expect(output).toMatchObject({ examples: 0, share: null, interval: null, unjudged: 29 });
    expect(both).toMatchObject({ examples: 0, unjudged: 29 });
  });

  test("an example of which no side has n words is not judged, though both stand in one document", () => {
    const short = rowsOf(
      { words: 3 },
      { words: 1 },
      { words: 4, total: 2, matched: 2, longest: 4 },
    );
    expect(summarizeOverlap(short)[2]).toMatchObject({ examples: 0, contaminated: 0, unjudged: 1 });
  });
});
