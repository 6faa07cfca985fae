import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRng } from "#rote/base/random.js";
import { encoderOf } from "#rote/models/encoders/architectures.js";
import { encoderParameters } from "#rote/models/encoders/encoder.js";
import { ConfigEntries } from "#rote/models/families/config-entries.js";
import { safetensors } from "./safetensors-files.ts";
import { wordPiece } from "./tokenizer-files.ts";

/** A BERT of 8 components that reads 12 tokens of `wordPiece`. */
export const tinyConfig = {
  model_type: "bert",
  vocab_size: 15,
  hidden_size: 8,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 16,
  max_position_embeddings: 12,
};

/** Write a random one to a folder, with further files by their paths. */
export function saveEncoder(root: string, files: Readonly<Record<string, unknown>> = {}): string {
  const rng = createRng(7);
  const encoder = encoderOf(new ConfigEntries(tinyConfig, "config.json"), { withPooler: true });
  const tensors = encoderParameters(encoder).map(({ name, shape }) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const data = Float32Array.from({ length: size }, () => rng.next() - 0.5);
    return [name, { shape, data }] as const;
  });
  const all: Record<string, unknown> = {
    "config.json": tinyConfig,
    "tokenizer.json": wordPiece(),
    "model.safetensors": safetensors(new Map(tensors)),
    ...files,
  };
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    const isRaw = typeof content === "string" || content instanceof Uint8Array;
    writeFileSync(join(root, path), isRaw ? content : JSON.stringify(content));
  }
  return root;
}
