/** A world of examples whose model follows the corpus by a known slope, and its estimates. */
import { createRng, type Rng } from "#rote/base/random.js";
import { distributionalMemorization } from "#rote/memorization/distributional-memorization.js";
import type { MemorizationEstimate } from "#rote/memorization/memorization-estimate.js";
import { type CountRow, joinRows, type ScoreRow } from "#rote/memorization/rows.js";

export interface World {
  readonly counts: CountRow[];
  readonly scores: ScoreRow[];
}

/** Examples with their own input phrase and outputs of random counts; `slope` ties the model to the corpus. */
export function world(
  rng: Rng,
  { examples = 40, outputs = 4, slope = 1, zeros = 0.4 } = {},
): World {
  const counts: CountRow[] = [];
  const scores: ScoreRow[] = [];
  for (let i = 0; i < examples; i++) {
    const dfA = 20 + rng.int(20);
    for (let j = 0; j < outputs; j++) {
      const [a, b] = [`a${i}`, `b${i} ${j}`];
      const codf = rng.next() < zeros ? 0 : 1 + rng.int(20);
      counts.push({ a, b, codf, dfA, dfB: 50 });
      const logLikelihood = slope * Math.log((codf + 0.5) / dfA) + rng.normal() - 9;
      scores.push({ example: `e${i}`, task: "facts", model: "small", n: 2, a, b, logLikelihood });
    }
  }
  return { counts, scores };
}
export const estimatesOf = (
  { counts, scores }: World,
  options: Partial<Parameters<typeof distributionalMemorization>[1]> = {},
): Promise<readonly MemorizationEstimate[]> =>
  distributionalMemorization(joinRows(counts, scores), {
    rng: createRng(1),
    resamples: 200,
    permutations: 100,
    ...options,
  });
/** The estimates of the measure itself, without what stands beside it. */
export const measure = async (
  ...args: Parameters<typeof estimatesOf>
): Promise<readonly MemorizationEstimate[]> =>
  (await estimatesOf(...args)).filter(
    ({ measure: name, controls }) =>
      name === "distributional-memorization" && controls.length === 0,
  );
