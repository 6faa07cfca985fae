/**
 * Models that PyTorch and transformers write, opened here: the same log-probabilities. Needs
 * ROTE_TRANSFORMERS_PYTHON, as transformers.interop.ts does.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDecoder } from "#rote/models/open-decoder.js";
import { wholeSequence } from "#rote/models/scoring/token-tree.js";
import { freshDirectory } from "../cli/rote.ts";

const python = process.env.ROTE_TRANSFORMERS_PYTHON;
const scratch = freshDirectory();
afterAll(() => {
  scratch[Symbol.dispose]();
});

const families = ["gpt_neox", "gpt2", "llama", "qwen3", "olmo2"];
const layouts = ["bin", "sharded-bin", "safetensors", "sharded"];
const cases = [
  ...families.flatMap((family) => layouts.map((layout) => ({ family, layout, dtype: "float32" }))),
  ...["float16", "bfloat16"].flatMap((dtype) =>
    layouts.map((layout) => ({ family: "gpt_neox", layout, dtype })),
  ),
].map((one) => ({ ...one, folder: scratch.in(Object.values(one).join("-")) }));

interface Answer {
  readonly ids: readonly number[];
  readonly logProbs: readonly number[];
}
let answers: readonly Answer[] = [];

describe.skipIf(!python)("files of PyTorch and transformers", () => {
  beforeAll(() => {
    const { stdout, stderr, status } = spawnSync(python!, ["test/interop/make_models.py"], {
      input: JSON.stringify(cases),
      encoding: "utf8",
    });
    expect(status, stderr).toBe(0);
    answers = JSON.parse(stdout) as readonly Answer[];
  });

  test.each(cases.map((one, i) => ({ ...one, i })))(
    "$family in $layout, $dtype",
    async ({ folder, layout, i }) => {
      const index = layout === "sharded" ? "model.safetensors" : "pytorch_model.bin";
      expect(existsSync(join(folder, `${index}.index.json`))).toBe(layout.startsWith("sharded"));
      const { ids, logProbs } = answers[i]!;
      await using model = await openDecoder(folder, { threads: 1 });
      const [ours] = await model.run([wholeSequence(Int32Array.from(ids))]);
      for (const [t, value] of logProbs.entries())
        expect(Math.abs(ours!.logProbs[t]! - value)).toBeLessThan(3e-5);
    },
  );
});
