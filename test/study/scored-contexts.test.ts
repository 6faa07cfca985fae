/** What outputs are scored behind: shots, the neutral context, and the ∞-gram model of the corpus. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readParquet } from "#rote/base/parquet.js";
import type { ScoredContinuation } from "#rote/models/language-model.js";
import { openLanguageModel } from "#rote/models/open-model.js";
import { loadStudy } from "#rote/study/load-study.js";
import { runStudy } from "#rote/study/run-study.js";
import type { RunFile } from "#rote/study/run-file.js";
import type { InfinityGramRow, PairRow, ScoredPairRow } from "#rote/study/tables.js";
import { openTokenizer } from "#rote/tokenizers/open.js";
import { rote, strangersFolder } from "./stranger.ts";

async function rows<Row>(path: string): Promise<Row[]> {
  const found: Row[] = [];
  for await (const row of readParquet(path)) found.push(row as Row);
  return found;
}

/** The sum over tokens with a character of the continuation: the context's last space may be one of its own. */
function ofOutput({ logProbs, offsets }: ScoredContinuation): number {
  return logProbs.reduce((sum, logProb, i) => sum + (offsets[2 * i + 1]! > 0 ? logProb : 0), 0);
}

/** Where `tokens` stand one behind another in a document, counted by definition. */
function occurrences(documents: readonly Int32Array[], tokens: readonly number[]): number {
  let count = 0;
  for (const document of documents)
    for (let at = 0; at + tokens.length <= document.length; at++)
      if (tokens.every((token, i) => document[at + i] === token)) count++;
  return count;
}

describe(
  "a study with shots, a neutral context and an index of tokens",
  { timeout: 300_000 },
  () => {
    let folder = "";
    let model = "";
    let run: RunFile;
    let scores: ScoredPairRow[] = [];
    let pairs: PairRow[] = [];
    const at = (...path: string[]): string => join(folder, ...path);

    beforeAll(async () => {
      folder = strangersFolder();
      const study = readFileSync(at("study.yaml"), "utf8");
      model = /models: \["(.*)"\]/.exec(study)![1]!;
      const examples = readFileSync(at("task.jsonl"), "utf8").split("\n");
      const split = examples.map((line, i) =>
        line.replace(/\}$/, `,"id":"${i}","split":"${i % 4 === 0 ? "train" : "test"}"}`),
      );
      writeFileSync(at("task.jsonl"), split.join("\n"));
      const built = rote(
        folder,
        "index",
        "build",
        ...["--corpus", "text", "--tokenizer", model],
        ...["--out", "tokens"],
      );
      expect(built.status, built.stderr).toBe(0);
      const changed = study
        .replace("threshold: none }", "threshold: none, shots: 2 }")
        .replace("permutations: 40", "permutations: 40, infinityGram: { index: tokens }");
      writeFileSync(at("study.yaml"), `${changed}mine: { split: same }\n`);
      run = await runStudy(await loadStudy(at("study.yaml")), { out: at("run") });
      scores = await rows(at("run", "scores.parquet"));
      pairs = await rows(at("run", "pairs.parquet"));
    }, 300_000);

    test("run.json says word for word what stood before the outputs", () => {
      const [prompts] = run.prompts;
      expect(run.prompts).toHaveLength(1);
      const [shots] = prompts!.shots;
      expect(shots!.examples).toHaveLength(2);
      expect(shots!.examples.every((id) => Number(id) % 4 === 0)).toBe(true);
      expect(shots!.text).toMatch(/^(The home of zor\w is \w+\n\n){2}$/);
      expect(prompts!.neutralContext).toEqual({ text: "The  is ", behindShots: true });
    });

    test("a span is the sum of its tokens behind the shots, and behind the neutral context", async () => {
      await using opened = await openLanguageModel(model);
      const before = run.prompts[0]!.shots[0]!.text;
      const { example, a, b } = pairs[0]!;
      const { logLikelihood, neutralLogLikelihood } = scores.find(
        (row) => row.example === example && row.a === a && row.b === b,
      )!;
      const [home] = (
        await rows<{ id: string; input: string; reference: string }>(at("run", "examples.parquet"))
      ).filter(({ id }) => id === example);
      const [given, neutral] = await opened.score([
        { context: `${before}The ${home!.input} is `, continuation: home!.reference },
        { context: `${before}The  is `, continuation: home!.reference },
      ]);
      expect(logLikelihood).toBeCloseTo(ofOutput(given!), 3);
      expect(neutralLogLikelihood).toBeCloseTo(ofOutput(neutral!), 3);
    });

    test("∞-gram counts are those of the longest suffix of the whole context, by definition", async () => {
      const tokenizer = await openTokenizer(model);
      const documents = readFileSync(at("text", "homes.jsonl"), "utf8")
        .split("\n")
        .map((line) => tokenizer.encode((JSON.parse(line) as { text: string }).text));
      const tokens = await rows<InfinityGramRow>(at("run", "infinity-grams.parquet"));
      const examples = await rows<{ id: string; input: string; reference: string }>(
        at("run", "examples.parquet"),
      );
      expect(new Set(tokens.map(({ example }) => example)).size).toBe(examples.length);
      const before = run.prompts[0]!.shots[0]!.text;
      for (const { id, input, reference } of examples.slice(0, 6)) {
        const context = `${before}The ${input} is `;
        const { ids, offsets } = tokenizer.encodeWithOffsets(context + reference);
        const found = tokens.filter(({ example }) => example === id);
        const first = ids.length - found.length;
        expect(offsets[2 * first + 1]).toBeGreaterThan(context.length);
        for (const { token, contextCount, continuationCount, effectiveN } of found) {
          const place = first + token;
          const suffix = [...ids.subarray(place - effectiveN + 1, place)];
          expect(occurrences(documents, [...suffix, ids[place]!])).toBe(continuationCount);
          if (suffix.length > 0) expect(occurrences(documents, suffix)).toBe(contextCount);
          const longer = [...ids.subarray(place - effectiveN, place)];
          expect(longer.length).toBe(effectiveN);
          expect(occurrences(documents, longer)).toBe(0);
        }
      }
    });

    test("a pair's columns are recomputed from its tokens", async () => {
      const tokens = await rows<InfinityGramRow>(at("run", "infinity-grams.parquet"));
      expect(scores.some(({ infinityGramZeros }) => infinityGramZeros! > 0)).toBe(true);
      for (const [i, score] of scores.entries()) {
        const { example, start, end } = pairs[i]!;
        const own = tokens.filter(
          (token) => token.example === example && token.start < end && token.end > start,
        );
        const factors = own.map(
          ({ contextCount, continuationCount }) => continuationCount / contextCount,
        );
        const product = factors.reduce((all, factor) => all * factor, 1);
        const kept = factors.filter((factor) => factor > 0);
        expect(score.infinityGramTokens).toBe(own.length);
        expect(score.infinityGramZeros).toBe(own.length - kept.length);
        expect(Math.exp(score.infinityGram!)).toBeCloseTo(product, 9);
        const paper = kept.length === 0 ? 0 : kept.reduce((all, factor) => all * factor, 1);
        expect(Math.exp(score.infinityGramPaper!)).toBeCloseTo(paper, 9);
        expect(score.infinityGramBackoff).toBeCloseTo(
          own.reduce((sum, { backoff }) => sum + backoff, 0),
          9,
        );
      }
      const zeroTokens = tokens.filter(({ continuationCount }) => continuationCount === 0).length;
      expect(run.infinityGram).toMatchObject({
        index: { directory: at("tokens"), documents: 800, sameCorpus: true },
        tasks: [{ task: "homes", tokens: tokens.length, zeroTokens }],
      });
    });

    test("an index of another corpus is refused", async () => {
      writeFileSync(at("other.jsonl"), '{"text":"Another text."}\n');
      rote(
        folder,
        "index",
        "build",
        ...["--corpus", "other.jsonl", "--tokenizer", model],
        ...["--out", "others"],
      );
      const study = readFileSync(at("study.yaml"), "utf8").replace(
        "index: tokens",
        "index: others",
      );
      writeFileSync(at("wrong.yaml"), study);
      const wrong = await loadStudy(at("wrong.yaml"));
      await expect(runStudy(wrong, { out: at("run") })).rejects.toThrow(
        /the index \S+others was made of .*, and the pairs were counted in/,
      );
    });
  },
);
