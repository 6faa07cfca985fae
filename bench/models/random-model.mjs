/** A model with random weights in the shape of a published one: speed does not depend on what it learned. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decoderParameters } from "#rote/models/families/decoder.js";
import { gptNeoxDecoder, writeGptNeoxConfig } from "#rote/models/training/gpt-neox-shape.js";
import { initialParameters, layOut, tensorsOf } from "#rote/models/training/parameter-layout.js";
import { writeSafetensors } from "#rote/models/write-safetensors.js";

/** EleutherAI/pythia-70m: 70.4M parameters, 18.9M of them in its layers. */
export const pythia70m = {
  vocabularySize: 50304,
  hiddenSize: 512,
  layers: 6,
  heads: 8,
  intermediateSize: 2048,
  maximumLength: 2048,
  epsilon: 1e-5,
  rotaryFraction: 0.25,
  rotaryBase: 10000,
  parallelResidual: true,
  attentionBias: true,
  tiedEmbeddings: false,
};

/** The same in small, with a vocabulary of 4,096 and tied embeddings, by their number of parameters. */
export const smallShapes = {
  "0.36m": smallShape(64, 2),
  "1.3m": smallShape(128, 4),
  "4.2m": smallShape(256, 4),
};

function smallShape(hiddenSize, layers) {
  const intermediateSize = 4 * hiddenSize;
  const common = { vocabularySize: 4096, heads: 4, tiedEmbeddings: true };
  return { ...pythia70m, ...common, hiddenSize, layers, intermediateSize };
}

/** Write the model into a folder of its own and return the folder. `deviation` is that of the weights. */
export async function writeRandomModel(
  shape = pythia70m,
  { seed = 1, dtype = "float16", deviation = 0.02 } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), "rote-bench-model-"));
  const layout = layOut(decoderParameters(gptNeoxDecoder(shape)));
  const weights = initialParameters(layout, { seed, deviation, layers: shape.layers });
  writeFileSync(join(folder, "config.json"), JSON.stringify(writeGptNeoxConfig(shape, { dtype })));
  await writeSafetensors(join(folder, "model.safetensors"), tensorsOf(layout, weights), { dtype });
  return folder;
}
