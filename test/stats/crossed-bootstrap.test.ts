import { expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { crossedBootstrap } from "#rote/stats/crossed-bootstrap.js";
import type { WeightedStatistic } from "#rote/stats/correlation.js";
import { mean, standardDeviation } from "#rote/stats/summary.js";

const weightedMean =
  (values: Float64Array): WeightedStatistic =>
  (weights) => {
    let [sum, total] = [0, 0];
    values.forEach((value, i) => {
      sum += weights[i]! * value;
      total += weights[i]!;
    });
    return sum / total;
  };

/** The same resamples by copying points and runs instead of weighing them. */
function byCopies(
  sets: readonly (readonly Float64Array[])[],
  clusters: Uint32Array,
  clusterCount: number,
  resamples: number,
): Float64Array[] {
  const rng = createRng("crossed");
  const replicates = sets.map(() => new Float64Array(resamples));
  for (let resample = 0; resample < resamples; resample++) {
    const drawn = Array.from({ length: clusterCount }, () => rng.int(clusterCount));
    const points = drawn.flatMap((cluster) =>
      [...clusters.keys()].filter((point) => clusters[point] === cluster),
    );
    sets.forEach((runs, set) => {
      const means = runs
        .map(() => runs[rng.int(runs.length)]!)
        .map((run) => mean(Float64Array.from(points, (point) => run[point]!)));
      replicates[set]![resample] = mean(Float64Array.from(means));
    });
  }
  return replicates;
}

test("weights give what copies of the drawn groups and runs give", () => {
  const rng = createRng("values");
  const clusters = Uint32Array.of(0, 0, 1, 2, 2, 2, 3);
  const values = [3, 1].map((runs) =>
    Array.from({ length: runs }, () => Float64Array.from(clusters, () => rng.normal())),
  );
  const sets = values.map((runs) => runs.map(weightedMean));
  const sample = { clusters, clusterCount: 4, sets };
  const found = crossedBootstrap(sample, { rng: createRng("crossed"), resamples: 50 });
  byCopies(values, clusters, 4, 50).forEach((expected, set) => {
    expected.forEach((value, resample) => {
      expect(found[set]![resample]).toBeCloseTo(value, 12);
    });
  });
});

test("runs that differ widen the interval, and without that difference it is the groups' own", () => {
  const rng = createRng("spread");
  const clusters = Uint32Array.from({ length: 40 }, (_, i) => i);
  const base = Float64Array.from(clusters, () => rng.normal());
  const spreadOf = (shifts: readonly number[]): number => {
    const runs = shifts.map((shift) => weightedMean(base.map((value) => value + shift)));
    const sample = { clusters, clusterCount: 40, sets: [runs] };
    return standardDeviation(crossedBootstrap(sample, { rng: createRng(1), resamples: 4000 })[0]!);
  };
  // The bootstrap divides by the number of groups, not by one less.
  const alone = (standardDeviation(base) * Math.sqrt(39 / 40)) / Math.sqrt(40);
  expect(spreadOf([0, 0, 0])).toBeCloseTo(alone, 2);
  // Three runs at −1, 0 and 1 have variance 2/3; a mean of three draws a third of it.
  expect(spreadOf([-1, 0, 1])).toBeCloseTo(Math.sqrt(alone ** 2 + 2 / 9), 1);
});
