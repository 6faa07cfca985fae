import { expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { benjaminiHochberg, holm } from "#rote/stats/multiple-testing.js";
import { normalUpperTail } from "#rote/stats/normal.js";

const runs = 2000;
const [nulls, effects] = [15, 5];

/** p-values of a family of which the first 15 have no effect; tests share noise, as those of one report do. */
function family(rng: ReturnType<typeof createRng>): readonly number[] {
  const shared = rng.normal();
  return Array.from({ length: nulls + effects }, (_, i) => {
    const z = 0.5 * shared + Math.sqrt(0.75) * rng.normal() + (i < nulls ? 0 : 3);
    return normalUpperTail(z);
  });
}

test("Holm rejects any true hypothesis in at most 5 of 100 families, and finds effects", () => {
  const rng = createRng(1);
  let [wrong, found] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const rejected = holm(family(rng)).map((p) => p! <= 0.05);
    if (rejected.slice(0, nulls).includes(true)) wrong++;
    found += rejected.slice(nulls).filter(Boolean).length;
  }
  // Three standard errors above the 5 % it claims.
  expect(wrong / runs).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs));
  expect(found / runs / effects).toBeGreaterThan(0.4);
});

test("Benjamini–Hochberg keeps the expected share of false findings at 5 %, and finds more than Holm", () => {
  const rng = createRng(1);
  let [falseShare, found, byHolm] = [0, 0, 0];
  for (let run = 0; run < runs; run++) {
    const own = family(rng);
    const rejected = benjaminiHochberg(own).map((p) => p! <= 0.05);
    const all = rejected.filter(Boolean).length;
    falseShare += all === 0 ? 0 : rejected.slice(0, nulls).filter(Boolean).length / all / runs;
    found += rejected.slice(nulls).filter(Boolean).length;
    byHolm += holm(own)
      .slice(nulls)
      .filter((p) => p! <= 0.05).length;
  }
  expect(falseShare).toBeLessThan(0.05);
  expect(falseShare).toBeGreaterThan(0.01);
  expect(found).toBeGreaterThan(byHolm);
});
