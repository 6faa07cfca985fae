/** An interval of stated level and method. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly level: number;
  readonly method: string;
}

/** Where the observed value stands among values under the null. */
export interface NullBand {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** (1 + values at least as extreme) / (1 + permutations). */
  readonly pValue: number;
  readonly permutations: number;
}
