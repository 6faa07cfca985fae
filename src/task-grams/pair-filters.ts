/** Filters on what a pair is made of, whatever its similarity. */
import type { MiningChoices } from "./options.ts";

/** Whether a pair of n-grams passes all filters. */
export function passesFilters(
  a: string,
  b: string,
  { filters }: Pick<MiningChoices, "filters">,
): boolean {
  return !filters.includes("alphabetic") || (isAlphabetic(a) && isAlphabetic(b));
}

/** Words of letters and marks, joined by spaces. */
function isAlphabetic(text: string): boolean {
  return /^[\p{L}\p{M} ]*$/u.test(text);
}
