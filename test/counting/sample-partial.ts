import type { PartialCounts } from "#rote/counting/partial-counts.js";

/** A small partial: shard 1 of 3, two phrases, two pairs; and what a test wants otherwise. */
export function samplePartial(changes: Partial<PartialCounts> = {}): PartialCounts {
  return {
    question: {
      phrases: ["Zürich", "to be"],
      asked: Uint32Array.of(1),
      pairs: Uint32Array.of(0, 1, 1, 1),
    },
    terms: { policy: "words@1 (Unicode 17.0)", window: 5, field: "text", lines: false, where: {} },
    plan: {
      files: [{ path: "a.jsonl", byteLength: 40, modified: 1 }],
      partCount: 3,
      hash: "00ff",
      shardCount: 3,
    },
    shards: [sampleShard(1)],
    counts: {
      df: Float64Array.of(3, Number.MAX_SAFE_INTEGER),
      tf: Float64Array.of(4, 2 ** 32),
      codf: Float64Array.of(2, 3),
    },
    ...changes,
  };
}

/** A shard of one part, which is done. */
export function sampleShard(index: number): PartialCounts["shards"][number] {
  const tally = { filtered: 0, emptyLines: 0, skippedLines: 0, replacedCharacters: 0 };
  return {
    index,
    dealtCount: 1,
    parts: [{ part: index - 1, documents: 3, words: 9, lines: 3, ...tally }],
  };
}
