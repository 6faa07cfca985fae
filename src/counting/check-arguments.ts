/** Checks of what a count engine is asked, the same for every engine. */
import { RoteError } from "../base/errors.ts";

/** Pairs are two indexes of phrases each. */
export function checkPairs(pairs: Uint32Array, phraseCount: number): void {
  if (pairs.length % 2 !== 0)
    throw new RoteError("usage", `pairs are two indexes each, got ${pairs.length} indexes`);
  const beyond = pairs.find((phrase) => phrase >= phraseCount);
  if (beyond !== undefined)
    throw new RoteError("usage", `a pair names phrase ${beyond} of ${phraseCount} phrases`);
}

/** A limit, a sample, a window: a whole number where it is given. */
export function checkWhole(name: string, value: number | undefined): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) return;
  throw new RoteError("usage", `${name} must be a whole number, 0 or more, got ${value}`);
}
