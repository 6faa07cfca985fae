/** Doses that are reported together. */

/** Doses from `dose` to `to`, both included and both of some item. */
export interface DoseBin {
  readonly dose: number;
  readonly to: number;
}

/** More doses than this are gathered between powers of four: an association's doses are shares of totals. */
const MOST_DOSES = 8;

/** The bins of some items' doses, ascending: each dose by itself, or those between powers of four. */
export function doseBins(doses: Iterable<number>): DoseBin[] {
  const distinct = [...new Set(doses)].sort((a, b) => a - b);
  const binOf = (dose: number): number =>
    distinct.length > MOST_DOSES && dose > 0 ? 4 ** Math.floor(Math.log2(dose) / 2) : dose;
  const bins = new Map<number, DoseBin>();
  for (const dose of distinct) {
    const bin = binOf(dose);
    bins.set(bin, { dose: bins.get(bin)?.dose ?? dose, to: dose });
  }
  return [...bins.values()];
}

/** Whether a dose lies in a bin. */
export function isIn({ dose: low, to }: DoseBin, dose: number): boolean {
  return low <= dose && dose <= to;
}
