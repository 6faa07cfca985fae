/**
 * Correlations at one number of examples: where the groups of a report differ in examples, their intervals
 * and tests differ by that alone. Every group is cut to the smallest, again and again.
 */
import type { Rng } from "../base/random.ts";
import { equalSizeValues } from "../stats/equal-size.ts";
import type { Finding } from "./findings.ts";
import type { MemorizationEstimate } from "./memorization-estimate.ts";
import { compactClusters, sampleOf } from "./point-set.ts";

/** The findings' estimates; Spearman's correlations have `equalSize` where their groups differ in clusters. */
export async function withEqualSizes(
  findings: readonly Finding[],
  { rng, level }: { readonly rng: Rng; readonly level?: number },
): Promise<readonly MemorizationEstimate[]> {
  const compared = findings.filter(
    ({ quantity: { measure, method }, estimate: { value } }) =>
      measure === "distributional-memorization" && method === "spearman" && value !== null,
  );
  const estimates = new Map(findings.map((finding) => [finding, finding.estimate]));
  for (const zeros of ["kept", "dropped"] as const) {
    const own = compared.filter(({ quantity }) => quantity.zeros === zeros);
    if (new Set(own.map(({ estimate }) => estimate.clusters)).size < 2) continue;
    const clusters = Math.min(...own.map(({ estimate }) => estimate.clusters));
    for (const finding of own) {
      const { set, quantity, estimate } = finding;
      const { task, n } = estimate;
      const sample = sampleOf(compactClusters(set));
      const drawing = { rng: rng.fork(`equal sizes/${task}/${n}/${zeros}`), clusters, level };
      const [equalSize] = await equalSizeValues(
        [{ sample, statistic: quantity.statistic }],
        drawing,
      );
      estimates.set(finding, { ...estimate, equalSize: equalSize! });
    }
  }
  return [...estimates.values()];
}
