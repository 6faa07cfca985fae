/** Checks of what a count engine is asked, the same for every engine. */
import { RoteError } from "../base/errors.ts";

/** Pairs are two indexes each, of phrases or of what `what` says. */
export function checkPairs(pairs: Uint32Array, count: number, what = "phrase"): void {
  if (pairs.length % 2 !== 0)
    throw new RoteError("usage", `pairs are two indexes each, got ${pairs.length} indexes`);
  const beyond = pairs.find((index) => index >= count);
  if (beyond !== undefined)
    throw new RoteError("usage", `a pair names ${what} ${beyond} of ${count} ${what}s`);
}

/** A limit, a sample, a window: a whole number where it is given. */
export function checkWhole(name: string, value: number | undefined): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) return;
  throw new RoteError("usage", `${name} must be a whole number, 0 or more, got ${value}`);
}
