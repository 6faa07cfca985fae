/** How the next token is chosen from the logits. */
import type { Rng } from "../base/random.ts";

/** A chosen token and its natural-log probability under the model itself. */
export interface ChosenToken {
  readonly id: number;
  readonly logProb: number;
}

export type Choose = (logits: Float32Array) => ChosenToken;

/** The most probable token; of equals, the first. */
export const greedy: Choose = (logits) => {
  let id = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i]! > logits[id]!) id = i;
  return { id, logProb: logits[id]! - logSumExp(logits) };
};

/**
 * Draw from softmax(logits / temperature), cut to its nucleus: the fewest tokens, most probable
 * first, whose probability reaches `topP` (Holtzman et al. 2020).
 */
export function sampler(temperature: number, topP: number, rng: Rng): Choose {
  return (logits) => {
    const largest = largestOf(logits);
    const weights = Float64Array.from(logits, (logit) => Math.exp((logit - largest) / temperature));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const probabilities = weights.map((weight) => weight / total);
    const id = draw(probabilities, topP < 1 ? nucleus(probabilities, topP) : undefined, rng);
    return { id, logProb: logits[id]! - logSumExp(logits) };
  };
}

/** Ids by falling probability (of equals, by id), as many as reach `topP`. */
function nucleus(probabilities: Float64Array, topP: number): Int32Array {
  const order = Int32Array.from(probabilities, (_, id) => id);
  order.sort((a, b) => probabilities[b]! - probabilities[a]! || a - b);
  let sum = 0;
  let count = 0;
  while (count < order.length && sum < topP) sum += probabilities[order[count++]!]!;
  return order.subarray(0, count);
}

function draw(probabilities: Float64Array, among: Int32Array | undefined, rng: Rng): number {
  const ids = among ?? Int32Array.from(probabilities, (_, id) => id);
  const total = ids.reduce((sum, id) => sum + probabilities[id]!, 0);
  let left = rng.next() * total;
  for (const id of ids) {
    left -= probabilities[id]!;
    if (left < 0) return id;
  }
  // Rounding may leave a rest; it belongs to the last token that has any probability.
  return ids.findLast((id) => probabilities[id]! > 0) ?? 0;
}

function logSumExp(logits: Float32Array): number {
  const largest = largestOf(logits);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - largest);
  return largest + Math.log(sum);
}

function largestOf(logits: Float32Array): number {
  let largest = -Infinity;
  for (const logit of logits) if (logit > largest) largest = logit;
  return largest;
}
