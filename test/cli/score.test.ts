import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { freshDirectory, jsonLines, rote } from "./rote.ts";

const golden = resolve("../shared/data/golden/transformers");
const neox = join(golden, "neox");
if (!existsSync(neox)) process.stderr.write(`skipped: ${neox} is not there\n`);

interface Scored {
  readonly logLikelihood: number;
  readonly isGreedy: boolean;
  readonly ids: readonly number[];
  readonly logProbs: readonly number[];
}

describe.skipIf(!existsSync(neox))("score", () => {
  test("ids as PyTorch scores them, in the order asked", async () => {
    const { sequences } = JSON.parse(readFileSync(join(neox, "io.json"), "utf8")) as {
      sequences: { input_ids: number[]; logprobs: number[]; argmax: number[] }[];
    };
    const requests = [...sequences, ...sequences.toReversed()].map(({ input_ids: ids }) => ({
      ids,
      start: 1,
    }));
    const { stdout, stderr, code } = await rote(["score", "--model", neox, "--requests", "-"], {
      stdin: requests.map((request) => `${JSON.stringify(request)}\n`).join(""),
    });
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    const scores = jsonLines(stdout) as Scored[];
    expect(scores).toHaveLength(6);
    for (const [i, { input_ids, logprobs, argmax }] of sequences.entries()) {
      const { logLikelihood, isGreedy, ids, logProbs } = scores[i]!;
      expect(scores[5 - i]).toEqual(scores[i]);
      expect(ids).toEqual(input_ids.slice(1));
      // The golden data's README: float32 noise stays below 3e-5.
      for (const [t, value] of logprobs.entries())
        expect(Math.abs(logProbs[t]! - value)).toBeLessThan(3e-5);
      expect(logLikelihood).toBeCloseTo(
        logprobs.reduce((sum, value) => sum + value, 0),
        3,
      );
      expect(isGreedy).toBe(input_ids.slice(1).every((id, t) => id === argmax[t]));
    }
  });

  test("texts and ids may be mixed; keys are the contract's", async () => {
    using directory = freshDirectory();
    writeFileSync(
      directory.in("requests.jsonl"),
      '{"context":"ab ","continuation":"cd"}\n{"ids":[98,99],"start":1}\n{"context":"","continuation":"a"}\n',
    );
    const { stdout, code } = await rote([
      "score",
      "--model",
      neox,
      "--requests",
      directory.in("requests.jsonl"),
    ]);
    expect(code).toBe(0);
    const scores = jsonLines(stdout) as Scored[];
    // Byte b has the id b + 1; the space moves from the context to the continuation.
    expect(scores.map(({ ids }) => ids)).toEqual([[33, 100, 101], [99], [98]]);
    for (const scored of scores)
      expect(Object.keys(scored)).toEqual(["logLikelihood", "isGreedy", "ids", "logProbs"]);
  });

  test("a blank line asks for nothing", async () => {
    const { stdout, code } = await rote(["score", "--model", neox, "--requests", "-"], {
      stdin: '{"ids":[1,2],"start":1}\n\n{"ids":[1,3],"start":1}\n\n',
    });
    expect(code).toBe(0);
    expect((jsonLines(stdout) as Scored[]).map(({ ids }) => ids)).toEqual([[2], [3]]);
  });

  test("of a continuation longer than the model reads its last tokens are scored", async () => {
    const ids = Array.from({ length: 200 }, (_, i) => (i * 7) % 256);
    const requests = [
      { ids, start: 1 },
      { ids: ids.slice(-129), start: 1 },
      { context: "ab", continuation: "c".repeat(300) },
    ];
    const { stdout, stderr, code } = await rote(["score", "--model", neox, "--requests", "-"], {
      stdin: requests.map((request) => `${JSON.stringify(request)}\n`).join(""),
    });
    expect(code).toBe(0);
    expect(stderr).toContain("2 requests were longer than the model reads");
    const [cut, whole, text] = jsonLines(stdout) as (Scored & { cutTokens?: number })[];
    expect(cut).toEqual({ ...whole, cutTokens: 71 });
    expect(cut!.ids).toEqual(ids.slice(-128));
    expect(text).toMatchObject({ cutTokens: 173, ids: new Array(128).fill(100) });
  });

  test.each([
    ["{}", 'standard input:1 has no string "context"; a request is {"context":"…"'],
    [
      '{"ids":[1,2],"start":1}\n{"ids":[1,2],"start":2}',
      "standard input:2: start must lie between 1 and 1",
    ],
    ['{"ids":[1,-2],"start":1}', 'standard input:1 has "ids" that are no list of whole numbers'],
    ['{"ids":[1,2]}', 'standard input:1 has no number "start"'],
    ['{"ids":[],"start":1}', "standard input:1: two ids are needed"],
    [
      '{"ids":[1,2],"start":1}\n\n{"ids":[1,600],"start":1}',
      "standard input:3: token id 600 is not among the model's 256",
    ],
    ["not json", "standard input:1 is not JSON"],
  ])("%s is an error that names its line", async (stdin, message) => {
    const outcome = await rote(["score", "--model", neox, "--requests", "-"], { stdin });
    expect(outcome).toMatchObject({ stdout: "", code: 2 });
    expect(outcome.stderr).toContain(message);
  });

  test("a folder that is no model is an error that names the file", async () => {
    using directory = freshDirectory();
    const { stderr, code } = await rote(["score", "--model", directory.path, "--requests", "-"]);
    expect(stderr).toContain(`${directory.in("config.json")} does not exist`);
    expect(code).toBe(2);
  });
});

describe.skipIf(!existsSync(neox))("generate", () => {
  const prompt = '{"prompt":"To be"}\n';
  const generate = (...flags: string[]) =>
    rote(["generate", "--model", neox, "--requests", "-", "--max-tokens", "8", ...flags], {
      stdin: prompt.repeat(2),
    });

  test("greedy by default; the same prompt gives the same text", async () => {
    const { stdout, stderr, code } = await generate();
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    const [first, second] = jsonLines(stdout) as {
      text: string;
      ids: number[];
      logProbs: number[];
    }[];
    expect(Object.keys(first!)).toEqual(["text", "ids", "logProbs"]);
    expect(first!.ids).toHaveLength(8);
    expect(first!.logProbs).toHaveLength(8);
    expect(second).toEqual(first);
  });

  test("a temperature draws by the seed", async () => {
    const draw = async (seed: string) =>
      (await generate("--temperature", "1", "--seed", seed)).stdout;
    const first = await draw("1");
    expect(await draw("1")).toBe(first);
    expect(await draw("2")).not.toBe(first);
  });

  test("a top-p of 0 is a usage error", async () => {
    const { stderr, code } = await generate("--top-p", "0");
    expect(stderr).toContain('--top-p must be a number, above 0 and at most 1, got "0"');
    expect(code).toBe(2);
  });
});
