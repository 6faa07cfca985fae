import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openDecoder } from "#rote/models/open-decoder.js";
import { wholeSequence } from "#rote/models/scoring/token-tree.js";
import { goldenFolder, hasGolden, readGolden } from "../golden.ts";

const folder = mkdtempSync(join(tmpdir(), "rote-weights-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A folder that links to its files, each under another name in a folder of its own choice. */
function linkedModel(name: string, blobFolderOf: (file: string) => string): string {
  const snapshot = join(folder, name, "snapshots", "1");
  mkdirSync(snapshot, { recursive: true });
  const source = goldenFolder("neox-sharded");
  const index = readFileSync(join(source, "model.safetensors.index.json"), "utf8");
  const shards = Object.values(
    (JSON.parse(index) as { weight_map: Record<string, string> }).weight_map,
  );
  for (const file of new Set(["config.json", "model.safetensors.index.json", ...shards])) {
    const blobs = join(folder, name, blobFolderOf(file));
    mkdirSync(blobs, { recursive: true });
    cpSync(join(source, file), join(blobs, `blob-of-${file}`));
    symlinkSync(join("..", "..", blobFolderOf(file), `blob-of-${file}`), join(snapshot, file));
  }
  return snapshot;
}

describe.skipIf(!hasGolden)("weights that lie elsewhere", () => {
  const layouts: Record<string, (file: string) => string> = {
    "links into one folder, as in the Hugging Face cache": () => "blobs",
    "links into a folder each": (file) => `blobs-${file.slice(0, 11)}`,
  };
  test.each(Object.keys(layouts))("%s", async (name) => {
    const path = linkedModel(name.replaceAll(/\W/g, "-"), layouts[name]!);
    await using model = await openDecoder(path, { threads: 1 });
    const { input_ids, logprobs } = readGolden("neox-sharded").sequences[0]!;
    const [scores] = await model.run([wholeSequence(Int32Array.from(input_ids))]);
    for (const [t, value] of logprobs.entries())
      expect(Math.abs(scores!.logProbs[t]! - value)).toBeLessThan(3e-5);
  });
});
