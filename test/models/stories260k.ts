/**
 * Karpathy's stories260K in its own files, turned into a Hugging Face folder: a checkpoint of
 * llama2.c (seven int32 of sizes, then float32 weights one kind after another), whose heads rotate
 * neighbouring numbers, and its vocabulary of scored pieces.
 *
 * Format: https://github.com/karpathy/llama2.c/blob/350e04fe35433e6d2941dce5a1f53308f87058eb/run.c#L111
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeSafetensors } from "#rote/models/write-safetensors.js";

interface Sizes {
  readonly hidden: number;
  readonly inner: number;
  readonly layers: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly vocabulary: number;
  readonly length: number;
}

/** Write config.json and model.safetensors for a checkpoint of llama2.c with tied embeddings. */
export async function convertCheckpoint(path: string, folder: string): Promise<void> {
  const { buffer, byteOffset, byteLength } = readFileSync(path);
  const bytes = buffer.slice(byteOffset, byteOffset + byteLength);
  const [hidden, inner, layers, heads, keyValueHeads, vocabulary, length] = new Int32Array(
    bytes,
    0,
    7,
  ) as unknown as [number, number, number, number, number, number, number];
  const sizes: Sizes = { hidden, inner, layers, heads, keyValueHeads, vocabulary, length };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "config.json"), JSON.stringify(configOf(sizes)));
  const weights = new Float32Array(bytes, 28);
  await writeSafetensors(join(folder, "model.safetensors"), [...tensorsOf(sizes, weights)]);
}

function configOf(sizes: Sizes): Record<string, unknown> {
  return {
    model_type: "llama",
    hidden_size: sizes.hidden,
    intermediate_size: sizes.inner,
    num_hidden_layers: sizes.layers,
    num_attention_heads: sizes.heads,
    num_key_value_heads: sizes.keyValueHeads,
    vocab_size: sizes.vocabulary,
    max_position_embeddings: sizes.length,
    rms_norm_eps: 1e-5,
    rope_theta: 10000,
    tie_word_embeddings: true,
  };
}

interface Named {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

function* tensorsOf(sizes: Sizes, weights: Float32Array): Generator<Named> {
  const { hidden, inner, layers, heads, keyValueHeads, vocabulary } = sizes;
  const headSize = hidden / heads;
  let position = 0;
  const take = (name: string, shape: readonly number[]): Named => {
    const count = shape.reduce((a, b) => a * b);
    position += count;
    return { name, shape, data: weights.subarray(position - count, position) };
  };
  function* each(name: string, shape: readonly number[]): Generator<Named> {
    for (let i = 0; i < layers; i++) yield take(`model.layers.${i}.${name}.weight`, shape);
  }
  const keyValues = keyValueHeads * headSize;
  yield take("model.embed_tokens.weight", [vocabulary, hidden]);
  yield* each("input_layernorm", [hidden]);
  for (const query of each("self_attn.q_proj", [hidden, hidden])) yield halves(query, headSize);
  for (const key of each("self_attn.k_proj", [keyValues, hidden])) yield halves(key, headSize);
  yield* each("self_attn.v_proj", [keyValues, hidden]);
  yield* each("self_attn.o_proj", [hidden, hidden]);
  yield* each("post_attention_layernorm", [hidden]);
  yield* each("mlp.gate_proj", [inner, hidden]);
  yield* each("mlp.down_proj", [hidden, inner]);
  yield* each("mlp.up_proj", [inner, hidden]);
  yield take("model.norm.weight", [hidden]);
}

/** Rows of each head reordered so that the pairs (2i, 2i + 1) become (i, i + half). */
function halves({ name, shape, data }: Named, headSize: number): Named {
  const [rows, columns] = [shape[0]!, shape[1]!];
  const reordered = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    const place = row % headSize;
    const to = row - place + (place % 2) * (headSize / 2) + Math.floor(place / 2);
    reordered.set(data.subarray(row * columns, (row + 1) * columns), to * columns);
  }
  return { name, shape, data: reordered };
}

/** The text of pieces by id; the file holds score, length and bytes of each behind the longest length. */
export function readPieces(path: string): (ids: Iterable<number>) => string {
  const bytes = readFileSync(path);
  const pieces: string[] = [];
  for (let at = 4; at < bytes.length;) {
    const length = bytes.readInt32LE(at + 4);
    pieces.push(bytes.toString("utf8", at + 8, at + 8 + length));
    at += 8 + length;
  }
  return (ids) =>
    Array.from(ids, (id) => {
      const byte = /^<0x([0-9A-F]{2})>$/.exec(pieces[id]!)?.[1];
      return byte === undefined ? pieces[id]! : String.fromCharCode(parseInt(byte, 16));
    }).join("");
}
