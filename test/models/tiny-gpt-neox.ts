import { createRng } from "#rote/base/random.js";
import { decoderParameters } from "#rote/models/families/decoder.js";
import { type GptNeoxConfig, gptNeoxDecoder } from "#rote/models/training/gpt-neox-shape.js";

/** A model small enough to be computed by plain loops. */
export const tinyConfig: GptNeoxConfig = {
  vocabularySize: 19,
  hiddenSize: 12,
  layers: 2,
  heads: 3,
  intermediateSize: 20,
  maximumLength: 16,
  epsilon: 1e-5,
  rotaryFraction: 0.5,
  rotaryBase: 10000,
  parallelResidual: true,
  attentionBias: true,
  tiedEmbeddings: false,
};

export type NamedWeights = ReadonlyMap<string, Float32Array>;

/** Weights far from any initialization, so that every term of the forward pass matters. */
export function randomWeights(config: GptNeoxConfig, seed = 1): NamedWeights {
  const rng = createRng(seed);
  return new Map(
    decoderParameters(gptNeoxDecoder(config)).map(({ name, shape }) => {
      const length = shape.reduce((a, b) => a * b, 1);
      const center = name.includes("norm.weight") ? 1 : 0;
      return [name, Float32Array.from({ length }, () => center + 0.4 * rng.normal())];
    }),
  );
}

/** The naive twin: log-probabilities in float64, one position and one number at a time. */
export function naiveLogProbs(
  config: GptNeoxConfig,
  weights: NamedWeights,
  ids: readonly number[],
): number[] {
  const { hiddenSize: width, layers } = config;
  const weight = (name: string): Float32Array => weights.get(`gpt_neox.${name}`)!;
  const table = weight("embed_in.weight");
  let hidden = ids.map((id) => [...table.subarray(id * width, (id + 1) * width)]);
  for (let layer = 0; layer < layers; layer++) {
    const at = `layers.${layer}`;
    const attended = attend(
      config,
      weight,
      at,
      normalizeAll(config, weight, `${at}.input_layernorm`, hidden),
    );
    const between = config.parallelResidual ? hidden : addAll(hidden, attended);
    const fed = normalizeAll(config, weight, `${at}.post_attention_layernorm`, between).map((row) =>
      dense(
        weight,
        `${at}.mlp.dense_4h_to_h`,
        dense(weight, `${at}.mlp.dense_h_to_4h`, row).map(gelu),
      ),
    );
    hidden = addAll(addAll(hidden, attended), fed);
  }
  const output = config.tiedEmbeddings ? table : weights.get("embed_out.weight")!;
  return normalizeAll(config, weight, "final_layer_norm", hidden)
    .slice(0, -1)
    .map((row, t) => {
      const logits = multiply(output, row);
      const largest = Math.max(...logits);
      const sum = logits.reduce((total, logit) => total + Math.exp(logit - largest), 0);
      return logits[ids[t + 1]!]! - largest - Math.log(sum);
    });
}

type Lookup = (name: string) => Float32Array;

function attend(config: GptNeoxConfig, weight: Lookup, at: string, rows: number[][]): number[][] {
  const size = config.hiddenSize / config.heads;
  const projected = rows.map((row) => dense(weight, `${at}.attention.query_key_value`, row));
  const part = (t: number, head: number, which: number): number[] =>
    projected[t]!.slice((3 * head + which) * size, (3 * head + which + 1) * size);
  return rows.map((_, t) => {
    const mixed: number[] = [];
    for (let head = 0; head < config.heads; head++) {
      const query = rotate(config, part(t, head, 0), t);
      const scores = Array.from(
        { length: t + 1 },
        (_, s) => dot(query, rotate(config, part(s, head, 1), s)) / Math.sqrt(size),
      );
      const exponentials = scores.map((score) => Math.exp(score - Math.max(...scores)));
      const total = exponentials.reduce((a, b) => a + b);
      for (let i = 0; i < size; i++)
        mixed.push(exponentials.reduce((sum, e, s) => sum + (e / total) * part(s, head, 2)[i]!, 0));
    }
    return dense(weight, `${at}.attention.dense`, mixed);
  });
}

function rotate(config: GptNeoxConfig, vector: number[], position: number): number[] {
  const rotated = Math.floor(vector.length * config.rotaryFraction);
  const half = rotated / 2;
  return vector.map((x, i) => {
    if (i >= rotated) return x;
    const angle = position / config.rotaryBase ** ((2 * (i % half)) / rotated);
    const other = i < half ? -vector[i + half]! : vector[i - half]!;
    return x * Math.cos(angle) + other * Math.sin(angle);
  });
}

function normalizeAll(
  config: GptNeoxConfig,
  weight: Lookup,
  name: string,
  rows: number[][],
): number[][] {
  const [gain, bias] = [weight(`${name}.weight`), weight(`${name}.bias`)];
  return rows.map((row) => {
    const mean = row.reduce((a, b) => a + b) / row.length;
    const variance = row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / row.length;
    return row.map(
      (x, i) => ((x - mean) / Math.sqrt(variance + config.epsilon)) * gain[i]! + bias[i]!,
    );
  });
}

function dense(weight: Lookup, name: string, row: number[]): number[] {
  const bias = weight(`${name}.bias`);
  return multiply(weight(`${name}.weight`), row).map((x, i) => x + bias[i]!);
}

function multiply(matrix: Float32Array, row: number[]): number[] {
  return Array.from({ length: matrix.length / row.length }, (_, i) =>
    dot([...matrix.subarray(i * row.length, (i + 1) * row.length)], row),
  );
}

function addAll(a: number[][], b: number[][]): number[][] {
  return a.map((row, t) => row.map((x, i) => x + b[t]![i]!));
}

function dot(a: number[], b: number[]): number {
  return a.reduce((sum, x, i) => sum + x * b[i]!, 0);
}

function gelu(x: number): number {
  return (x / 2) * (1 + erf(x / Math.SQRT2));
}

/** The error function by its Maclaurin series, exact to float64 rounding for the |x| < 4 of these tests. */
function erf(x: number): number {
  if (Math.abs(x) > 5) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let n = 1; n < 120; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
