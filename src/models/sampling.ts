/** How the next token is chosen from the logits. */
import type { Rng } from "../base/random.ts";

/** A chosen token and its natural-log probability under the model itself. */
export interface ChosenToken {
  readonly id: number;
  readonly logProb: number;
}

export type Choose = (logits: Float32Array) => ChosenToken;

/** What a draw is made from. */
export interface SamplerOptions {
  readonly temperature: number;
  /** Only the fewest tokens, most probable first, whose probability reaches this; 1 is all. */
  readonly topP?: number;
  /** Only so many tokens, the most probable; all unless given. */
  readonly topK?: number;
}

/** The most probable token; of equals, the first. */
export const greedy: Choose = (logits) => {
  let id = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i]! > logits[id]!) id = i;
  return { id, logProb: logits[id]! - logSumExp(logits, logits[id]!) };
};

/**
 * Draw from softmax(logits / temperature), cut first to the `topK` most probable tokens, then to
 * the nucleus of what is left (Holtzman et al. 2020, https://arxiv.org/abs/1904.09751).
 */
export function sampler({ temperature, topP = 1, topK }: SamplerOptions, rng: Rng): Choose {
  return (logits) => {
    const largest = largestOf(logits);
    const probabilities = softmax(logits, largest, temperature);
    const isCut = topP < 1 || (topK !== undefined && topK < logits.length);
    const among = isCut ? mostProbable(probabilities, topP, topK) : undefined;
    const id = draw(probabilities, among, rng);
    return { id, logProb: logits[id]! - logSumExp(logits, largest) };
  };
}

function softmax(logits: Float32Array, largest: number, temperature: number): Float64Array {
  const probabilities = new Float64Array(logits.length);
  let total = 0;
  for (let i = 0; i < logits.length; i++) {
    probabilities[i] = Math.exp((logits[i]! - largest) / temperature);
    total += probabilities[i]!;
  }
  for (let i = 0; i < probabilities.length; i++) probabilities[i]! /= total;
  return probabilities;
}

/** Ids by falling probability (of equals, by id): at most `topK`, and of these as many as reach `topP`. */
function mostProbable(
  probabilities: Float64Array,
  topP: number,
  topK = probabilities.length,
): Int32Array {
  // All tokens below this together are less probable than what the nucleus leaves out.
  const least = topK < probabilities.length ? 0 : (1 - topP) / probabilities.length;
  const ids: number[] = [];
  for (let id = 0; id < probabilities.length; id++) if (probabilities[id]! >= least) ids.push(id);
  const order = Int32Array.from(ids);
  order.sort((a, b) => probabilities[b]! - probabilities[a]! || a - b);
  const kept = order.subarray(0, topK);
  const whole =
    topK < probabilities.length ? kept.reduce((sum, id) => sum + probabilities[id]!, 0) : 1;
  let sum = 0;
  let count = 0;
  while (count < kept.length && sum < topP * whole) sum += probabilities[kept[count++]!]!;
  return topP < 1 ? kept.subarray(0, count) : kept;
}

/** An id drawn by its probability; of all ids, or of some. */
function draw(probabilities: Float64Array, among: Int32Array | undefined, rng: Rng): number {
  const count = among?.length ?? probabilities.length;
  const idAt = (i: number): number => (among === undefined ? i : among[i]!);
  let total = 0;
  for (let i = 0; i < count; i++) total += probabilities[idAt(i)]!;
  let left = rng.next() * total;
  let last = 0;
  for (let i = 0; i < count; i++) {
    const id = idAt(i);
    left -= probabilities[id]!;
    if (left < 0) return id;
    if (probabilities[id]! > 0) last = id;
  }
  // Rounding may leave a rest; it belongs to the last token that has any probability.
  return last;
}

function logSumExp(logits: Float32Array, largest: number): number {
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - largest);
  return largest + Math.log(sum);
}

function largestOf(logits: Float32Array): number {
  let largest = -Infinity;
  for (const logit of logits) if (logit > largest) largest = logit;
  return largest;
}
