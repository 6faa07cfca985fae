/**
 * Folders that sentence-transformers writes, opened here: the same vectors. Needs the program of a
 * Python that has sentence-transformers in ROTE_SENTENCE_TRANSFORMERS_PYTHON.
 */
import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openEncoder } from "#rote/models/encoders/open-encoder.js";
import { freshDirectory } from "../cli/rote.ts";
import { wordPiece } from "../models/encoders/tokenizer-files.ts";

const python = process.env.ROTE_SENTENCE_TRANSFORMERS_PYTHON;
const scratch = freshDirectory();
afterAll(() => {
  scratch[Symbol.dispose]();
});

const texts = [
  "how many people live in berlin ?",
  "berlins",
  "people",
  "live live in how many : ?",
];
const prompts = { query: "query : ", document: "passage : " };
const cases = [
  { family: "bert", pooling: "mean", dense: false, prompts: {} },
  { family: "bert", pooling: "cls", dense: true, prompts },
  { family: "bert", pooling: ["max", "mean"], dense: false, prompts: {} },
  { family: "bert", pooling: ["mean", "cls"], dense: true, prompts: {} },
  { family: "xlm-roberta", pooling: "mean", dense: true, prompts },
  { family: "mpnet", pooling: "max", dense: false, prompts: {} },
].map((one, i) => ({ ...one, folder: scratch.in(`encoder-${i}`) }));

interface Answer {
  readonly plain: readonly (readonly number[])[];
  readonly query: readonly (readonly number[])[];
}
let answers: readonly Answer[] = [];

describe.skipIf(!python)("folders of sentence-transformers", () => {
  beforeAll(() => {
    const input = JSON.stringify({ texts, tokenizer: wordPiece(), cases });
    const script = ["test/interop/make_sentence_encoders.py"];
    const { stdout, stderr, status } = spawnSync(python!, script, { input, encoding: "utf8" });
    expect(status, stderr).toBe(0);
    answers = JSON.parse(stdout) as readonly Answer[];
  });

  test.each(cases.map((one, i) => ({ ...one, i })))(
    "$family, $pooling, dense $dense",
    async ({ folder, i }) => {
      await using encoder = await openEncoder(folder, { threads: 1 });
      const { plain, query } = answers[i]!;
      expectNear(await encoder.embed(texts), plain.flat());
      expectNear(await encoder.embed(texts, "query"), query.flat());
    },
  );
});

function expectNear(rows: Float32Array, expected: readonly number[]): void {
  expect(rows).toHaveLength(expected.length);
  const distance = expected.map((value, i) => Math.abs(value - rows[i]!));
  expect(Math.max(...distance)).toBeLessThan(2e-6);
}
