/** xy / √(xx·yy), kept inside [-1, 1] against rounding; NaN where a side does not vary. */
export function pearsonRatio(xy: number, xx: number, yy: number): number {
  if (!(xx > 0 && yy > 0)) return NaN;
  return Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
}
