/**
 * Partial correlation from sums of squares and products: what is left of the correlation of two
 * columns when the straight line through the controls is taken from both. Sweeping the controls out
 * of the matrix, one after another, gives the same residuals as a regression with intercept
 * (Anderson 2003, §2.5), at a cost that does not depend on the number of points.
 */
import { pearsonRatio } from "./pearson-ratio.ts";
import { denseRanks } from "./ranks.ts";
import { RankMoments } from "./rank-moments.ts";
import { studentTwoSided } from "./student.ts";

/** Where no more than this share of a column's squares is left, others explain it; the rest may be rounding. */
const unexplained = 1e-10;

/** Σ of products of centered columns i and j. */
export type Products = (i: number, j: number) => number;

/** What sweeping the controls out leaves. */
export interface PartialFromProducts {
  /** NaN where x or y does not vary any more. */
  readonly value: number;
  /** Controls that those before them explain already. */
  readonly redundant: readonly number[];
  /** Share of x's squares that the controls leave; 0 where x does not vary. */
  readonly xLeft: number;
}

/** Correlation of columns x and y with the controls swept out. */
export function partialFromProducts(
  products: Products,
  x: number,
  y: number,
  controls: readonly number[],
): PartialFromProducts {
  const columns = [x, y, ...controls];
  const matrix = columns.map((i) => Float64Array.from(columns, (j) => products(i, j)));
  const squares = matrix.map((row, i) => row[i]!);
  const left = (i: number): number => {
    const square = matrix[i]![i]!;
    return square > unexplained * squares[i]! ? square : 0;
  };
  const redundant: number[] = [];
  for (let pivot = 2; pivot < columns.length; pivot++) {
    if (left(pivot) === 0) redundant.push(columns[pivot]!);
    else sweep(matrix, pivot);
  }
  const value = pearsonRatio(matrix[0]![1]!, left(0), left(1));
  return { value, redundant, xLeft: left(0) > 0 ? left(0) / squares[0]! : 0 };
}

/** Take the part that `pivot` explains from every product. */
function sweep(matrix: readonly Float64Array[], pivot: number): void {
  const pivotRow = matrix[pivot]!.slice();
  for (const row of matrix) {
    const slope = row[pivot]! / pivotRow[pivot]!;
    for (let j = 0; j < row.length; j++) row[j]! -= slope * pivotRow[j]!;
  }
}

/** Something besides x and y that may move both. */
export interface Control {
  readonly name: string;
  readonly values: Float64Array;
}

/** A partial rank correlation, or why there is none. */
export interface PartialCorrelation {
  readonly value: number | undefined;
  readonly undefinedBecause?: string;
  /** Controls whose values are all equal: they control for nothing. */
  readonly constant: readonly string[];
  /** Controls that those before them explain already. */
  readonly redundant: readonly string[];
  /** Points − 2 − controls that control. */
  readonly degreesOfFreedom: number;
  /** Two-sided, by Student's t, of independent points; undefined below one degree of freedom. */
  readonly pValue: number | undefined;
}

/**
 * Spearman's partial correlation: mid-ranks of x and y, each less its regression on the mid-ranks of
 * all controls. A linear control: what acts through the ranks by a curve is not taken out.
 */
export function partialSpearman(
  x: Float64Array,
  y: Float64Array,
  controls: readonly Control[],
): PartialCorrelation {
  const named = [{ name: "x", values: x }, { name: "y", values: y }, ...controls];
  const isConstant = ({ values }: Control): boolean => values.every((value) => value === values[0]);
  const constant = controls.filter(isConstant).map(({ name }) => name);
  const broken = whyNot(named);
  if (broken !== undefined) return { ...undefinedPartial(broken), constant };
  const moments = new RankMoments(named.map(({ values }) => denseRanks(values)));
  moments.weigh(new Uint8Array(x.length).fill(1));
  const varying = controls.flatMap((control, i) => (isConstant(control) ? [] : [i + 2]));
  const products: Products = (i, j) => moments.product(i, j);
  const { value, redundant } = partialFromProducts(products, 0, 1, varying);
  const degreesOfFreedom = x.length - 2 - varying.length + redundant.length;
  const found = {
    ...{ constant, redundant: redundant.map((i) => named[i]!.name) },
    ...{ degreesOfFreedom, pValue: undefined },
  };
  if (Number.isNaN(value) || degreesOfFreedom < 1) {
    const undefinedBecause = Number.isNaN(value)
      ? "the controls leave nothing of x or y that varies"
      : `${x.length} points are too few for ${varying.length} controls`;
    return { value: undefined, undefinedBecause, ...found };
  }
  const t = value * Math.sqrt(degreesOfFreedom / (1 - value * value));
  return { value, ...found, pValue: studentTwoSided(t, degreesOfFreedom) };
}

function undefinedPartial(undefinedBecause: string): PartialCorrelation {
  const none = { constant: [], redundant: [], degreesOfFreedom: 0, pValue: undefined };
  return { value: undefined, undefinedBecause, ...none };
}

function whyNot(columns: readonly Control[]): string | undefined {
  const [x, y] = columns as readonly [Control, Control];
  for (const { name, values } of columns) {
    if (values.length !== x.values.length)
      return `${name} has ${values.length} values and x ${x.values.length}`;
    const missing = values.findIndex(Number.isNaN);
    if (missing >= 0) return `value ${missing + 1} of ${name} is not a number`;
  }
  if (x.values.length < 3) return `${x.values.length} of at least 3 points`;
  for (const { name, values } of [x, y])
    if (values.every((value) => value === values[0]))
      return `all ${values.length} values of ${name} are equal`;
  return undefined;
}
