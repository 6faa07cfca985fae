import { describe, expect, test } from "vitest";
import { mergePartials, requireWhole } from "#rote/counting/merge-partials.js";
import type { PartialCounts } from "#rote/counting/partial-counts.js";
import { writePartial } from "#rote/counting/partial-file.js";
import { freshDirectory } from "../cli/rote.ts";
import { samplePartial, sampleShard } from "./sample-partial.ts";

const { question, terms, plan } = samplePartial();

function counts(...values: readonly number[]): PartialCounts["counts"] {
  const [a, b, c, d, e, f] = values as [number, number, number, number, number, number];
  return {
    df: Float64Array.of(a, b),
    tf: Float64Array.of(c, d),
    codf: Float64Array.of(e, f),
  };
}

/** Write partials as 0.partial, 1.partial, … and merge them. */
async function merge(...partials: readonly PartialCounts[]): Promise<PartialCounts> {
  using directory = freshDirectory();
  const paths = partials.map((_, i) => directory.in(`${i}.partial`));
  for (const [i, partial] of partials.entries()) await writePartial(paths[i]!, partial);
  return await mergePartials(paths).catch((error: unknown) => {
    if (error instanceof Error) error.message = error.message.replaceAll(`${directory.path}/`, "");
    throw error;
  });
}

const first = samplePartial({ counts: counts(1, 2, 3, 4, 5, 6) });

function second(changes: Partial<PartialCounts> = {}): PartialCounts {
  return samplePartial({
    shards: [sampleShard(2)],
    counts: counts(10, 20, 30, 40, 50, 60),
    ...changes,
  });
}

describe("merging", () => {
  test("adds counts and unites shards, in any order and in several steps", async () => {
    const third = samplePartial({
      shards: [sampleShard(3)],
      counts: counts(0, 0, 0, 2 ** 40, 0, 7),
    });
    const sum = samplePartial({
      shards: [sampleShard(1), sampleShard(2), sampleShard(3)],
      counts: counts(11, 22, 33, 44 + 2 ** 40, 55, 73),
    });
    expect(await merge(first, second(), third)).toEqual(sum);
    expect(await merge(third, await merge(second(), first))).toEqual(sum);
    expect(() => {
      requireWhole(sum);
    }).not.toThrow();
  });

  test("names the shards that are missing", async () => {
    const two = await merge(second());
    expect(() => {
      requireWhole(two);
    }).toThrow(
      "2 of 3 shards are missing: 1, 3; give their partials too, or merge these into one with --partial FILE",
    );
    const many = { ...two, plan: { ...plan, shardCount: 100 } };
    expect(() => {
      requireWhole(many);
    }).toThrow(/^99 of 100 shards are missing: 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, …;/);
  });

  test("does not care where a machine keeps the corpus, nor when its files were copied", async () => {
    const at = (folder: string, modified: number): PartialCounts["plan"] => ({
      ...plan,
      files: ["a/x.jsonl", "b/y.jsonl"].map((name) => ({
        path: `${folder}${name}`,
        byteLength: 40,
        modified,
      })),
    });
    const sum = merge({ ...first, plan: at("/mnt/pile/", 1) }, second({ plan: at("pile/", 2) }));
    expect((await sum).shards.length).toBe(2);
  });

  test("stops where sums would not be exact", async () => {
    const most = { ...first, counts: counts(0, Number.MAX_SAFE_INTEGER, 0, 0, 0, 0) };
    await expect(merge(most, second())).rejects.toThrow(/a sum of df is beyond 2\^53/);
  });
});

describe("partials that do not belong together are refused", () => {
  const file = plan.files[0]!;
  const cases: [string, Partial<PartialCounts>, string][] = [
    [
      "another policy",
      { terms: { ...terms, policy: "characters@1 (Unicode 17.0)" } },
      "the text policy is words@1 (Unicode 17.0) in 0.partial, characters@1 (Unicode 17.0) in 1.partial",
    ],
    [
      "another window",
      { terms: { ...terms, window: 6 } },
      "--window is 5 in 0.partial, 6 in 1.partial",
    ],
    ["another field", { terms: { ...terms, field: "body" } }, "--field is text in 0.partial, body"],
    [
      "lines or files",
      { terms: { ...terms, lines: true } },
      "--lines is absent in 0.partial, given",
    ],
    [
      "another filter",
      { terms: { ...terms, where: { lang: "eng", year: "1984" } } },
      "--where is absent in 0.partial, lang=eng year=1984 in 1.partial",
    ],
    [
      "another number of shards",
      { plan: { ...plan, shardCount: 4 } },
      "the number of shards is 3 in 0.partial, 4",
    ],
    [
      "a file of another size",
      { plan: { ...plan, files: [{ ...file, byteLength: 41 }] } },
      "file 1 is a.jsonl of 40 bytes in 0.partial, a.jsonl of 41 bytes in 1.partial",
    ],
    [
      "another file",
      { plan: { ...plan, files: [{ ...file, path: "b.jsonl" }] } },
      "file 1 is a.jsonl of 40 bytes in 0.partial, b.jsonl of 40 bytes",
    ],
    [
      "a file more",
      { plan: { ...plan, files: [file, { ...file, path: "b.jsonl" }] } },
      "file 2 is absent in 0.partial, b.jsonl of 40 bytes",
    ],
    [
      "other parts",
      { plan: { ...plan, partCount: 9 } },
      "the number of parts is 3 in 0.partial, 9",
    ],
    [
      "another plan",
      { plan: { ...plan, hash: "11" } },
      "the plan of the parts is 00ff in 0.partial, 11",
    ],
    [
      "other phrases",
      { question: { ...question, phrases: ["Zürich", "To be"] } },
      'phrase 1 is "to be" in 0.partial, "To be" in 1.partial',
    ],
    [
      "other pairs",
      { question: { ...question, pairs: Uint32Array.of(0, 1, 1, 0) } },
      'pair 2 is "to be" with "to be" in 0.partial, "to be" with "Zürich" in 1.partial',
    ],
    [
      "fewer pairs",
      {
        question: { ...question, pairs: Uint32Array.of(0, 1) },
        counts: { ...second().counts, codf: Float64Array.of(1) },
      },
      'pair 2 is "to be" with "to be" in 0.partial, absent in 1.partial',
    ],
  ];

  test.each(cases)("%s", async (_, changes, message) => {
    await expect(merge(first, second(changes))).rejects.toMatchObject({
      code: "count/mismatch",
      message: expect.stringContaining(
        `0.partial and 1.partial do not belong together: ${message}`,
      ) as string,
    });
  });

  test("one shard twice", async () => {
    await expect(merge(first, second(), { ...first })).rejects.toThrow(
      "0.partial and 2.partial both hold shard 1 of 3; its documents would count twice, so leave one of them out",
    );
  });

  test("a shard that is not finished", async () => {
    const open = second({ shards: [{ ...sampleShard(2), dealtCount: 2 }] });
    await expect(merge(first, open)).rejects.toThrow(
      "1.partial is not finished: of shard 2 of 3, 1 of 2 parts are counted; finish it with the command that began it and --resume",
    );
  });

  test("no partial at all", async () => {
    await expect(mergePartials([])).rejects.toThrow(/nothing to merge/);
  });
});
