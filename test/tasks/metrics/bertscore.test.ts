import { expect, test } from "vitest";
import { bertScores, matchVectors } from "#rote/tasks/metrics/bertscore.js";
import type { EmbeddingModel, TokenVectors } from "#rote/models/embedding-model.js";
import { golden, withGolden } from "./golden.ts";

interface Golden {
  ref_vectors: number[][][];
  ref_mask: number[][];
  hyp_vectors: number[][][];
  hyp_mask: number[][];
  ref_idf: number[][];
  hyp_idf: number[][];
  no_idf: Record<"P" | "R" | "F", number[]>;
  with_idf: Record<"P" | "R" | "F", number[]>;
}

// The package computes in single precision.
const digits = 6;

withGolden("the matching step agrees with bert-score", () => {
  const data = golden("bertscore") as Golden;
  for (const name of ["no_idf", "with_idf"] as const) {
    for (const [i] of data.ref_vectors.entries()) {
      const text = (vectors: number[][], mask: number[], weights: number[]) => {
        const rows = vectors.filter((_, token) => mask[token] === 1);
        const sized = { dimension: 4, rows: rows.flat() };
        return name === "no_idf" ? sized : { ...sized, weights };
      };
      const { precision, recall, f } = matchVectors(
        text(data.hyp_vectors[i]!, data.hyp_mask[i]!, data.hyp_idf[i]!),
        text(data.ref_vectors[i]!, data.ref_mask[i]!, data.ref_idf[i]!),
      );
      expect(precision).toBeCloseTo(data[name].P[i]!, digits);
      expect(recall).toBeCloseTo(data[name].R[i]!, digits);
      expect(f).toBeCloseTo(data[name].F[i]!, digits);
    }
  }
});

/** A token a word, one axis a distinct word, between two special tokens on an axis of their own. */
function wordEncoder(): EmbeddingModel {
  const ids = new Map<string, number>([["", 0]]);
  const idOf = (word: string): number => {
    if (!ids.has(word)) ids.set(word, ids.size);
    return ids.get(word)!;
  };
  const encode = (text: string): TokenVectors => {
    const tokens = ["", ...text.split(" ").filter(Boolean), ""];
    const offsets = tokens.flatMap((word) => (word === "" ? [0, 0] : [0, word.length]));
    const rows = tokens.flatMap((word) =>
      Array.from({ length: 8 }, (_, i) => Number(i === idOf(word))),
    );
    return {
      ids: Int32Array.from(tokens, idOf),
      offsets: Int32Array.from(offsets),
      dimension: 8,
      rows: Float32Array.from(rows),
    };
  };
  return {
    identity: { name: "words", family: "test", parameters: null, sha256: null },
    dimension: 8,
    embed: () => Promise.resolve(new Float32Array()),
    embedTokens: (texts) => Promise.resolve(texts.map(encode)),
  };
}

test("special tokens count without weights and not with them; empty texts score 0", async () => {
  const hypotheses = ["a b", "", "c"];
  const references = ["a c c", "a", "c"];
  const plain = await bertScores(wordEncoder(), hypotheses, references);
  expect(plain[0]).toMatchObject({ precision: 3 / 4, recall: 3 / 5 });
  expect(plain[1]).toEqual({ precision: 0, recall: 0, f: 0 });
  expect(plain[2]).toEqual({ precision: 1, recall: 1, f: 1 });
  const weighted = await bertScores(wordEncoder(), hypotheses, references, { idf: true });
  // Two of three references hold a, two c, none b.
  const [a, b] = [Math.log(4 / 3), Math.log(4)];
  expect(weighted[0]!.precision).toBeCloseTo(a / (a + b), 12);
  expect(weighted[0]!.recall).toBeCloseTo(a / (3 * a), 12);
});

test("an embedder without token vectors is refused", async () => {
  const embedder: EmbeddingModel = {
    identity: { name: "static", family: "test", parameters: null, sha256: null },
    dimension: 8,
    embed: () => Promise.resolve(new Float32Array()),
  };
  await expect(bertScores(embedder, ["a"], ["a"])).rejects.toMatchObject({
    code: "model/cannot",
  });
});
