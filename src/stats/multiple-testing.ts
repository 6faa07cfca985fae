/**
 * p-values adjusted for the number of tests in a family. A missing p (null) stays missing and does
 * not count as a test.
 */

/** A p-value, or null where there was nothing to test. */
export type MaybeP = number | null;

/** Holm 1979: controls the chance of any false rejection, under any dependence. */
export function holm(pValues: readonly MaybeP[]): readonly MaybeP[] {
  return adjust(pValues, (ascending) => {
    let floor = 0;
    return ascending.map((p, i) => (floor = Math.max(floor, (ascending.length - i) * p)));
  });
}

/** Benjamini & Hochberg 1995: controls the expected share of false rejections. */
export function benjaminiHochberg(pValues: readonly MaybeP[]): readonly MaybeP[] {
  return adjust(pValues, (ascending) => {
    let ceiling = 1;
    return ascending
      .map((p, i) => (p * ascending.length) / (i + 1))
      .reverse()
      .map((p) => (ceiling = Math.min(ceiling, p)))
      .reverse();
  });
}

function adjust(
  pValues: readonly MaybeP[],
  adjustAscending: (ascending: readonly number[]) => readonly number[],
): readonly MaybeP[] {
  const present = pValues
    .map((p, index) => ({ p, index }))
    .filter((test): test is { p: number; index: number } => test.p !== null)
    .sort((a, b) => a.p - b.p || a.index - b.index);
  const outside = present.find(({ p }) => !(p >= 0 && p <= 1));
  if (outside !== undefined)
    throw new RangeError(`a p-value must lie between 0 and 1, got ${outside.p}`);
  const result: MaybeP[] = pValues.map(() => null);
  adjustAscending(present.map(({ p }) => p)).forEach((p, i) => {
    result[present[i]!.index] = Math.min(1, p);
  });
  return result;
}
