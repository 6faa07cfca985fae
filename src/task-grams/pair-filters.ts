/** Filters on what a pair is made of and where it stands, whatever its similarity. */
import { isInAnotherLanguage } from "../text/language.ts";
import type { Example } from "../tasks/task.ts";
import { NameFinder } from "../text/proper-names.ts";
import type { TextPolicy } from "../text/policy.ts";
import type { ExampleNgrams } from "./example-ngrams.ts";
import type { MiningChoices } from "./options.ts";

/** What a filter leaves a pair out for, in the order in which they are asked. */
export const filterReasons = [
  "other-language",
  "not-alphabetic",
  "named-entity",
  "n-characters",
] as const;
export type FilterReason = (typeof filterReasons)[number];

type FilterChoices = Pick<MiningChoices, "filters" | "names" | "n" | "characterLengthSize">;

/** The first reason for which a pair of an example is left out; undefined where it passes all filters. */
export function filteredFor(
  { isOtherLanguage }: Pick<ExampleNgrams, "isOtherLanguage">,
  a: string,
  b: string,
  { filters, names, n, characterLengthSize }: FilterChoices,
): FilterReason | undefined {
  if (isOtherLanguage) return "other-language";
  if (filters.includes("alphabetic") && !(isAlphabetic(a) && isAlphabetic(b)))
    return "not-alphabetic";
  if (filters.includes("entities") && (holdsName(a, names) || holdsName(b, names)))
    return "named-entity";
  if (characterLengthSize && (hasCharacters(a, n) || hasCharacters(b, n))) return "n-characters";
  return undefined;
}

/** Whether a side of an example is in another language than the one its task states. */
export function isOtherLanguage(
  { input, output }: Pick<Example, "input" | "output">,
  { filters, languages }: Pick<MiningChoices, "filters" | "languages">,
): boolean {
  if (!filters.includes("language")) return false;
  return (
    (languages.input !== undefined && isInAnotherLanguage(input, languages.input)) ||
    (languages.output !== undefined && isInAnotherLanguage(output, languages.output))
  );
}

/** The words written like names in both sides of examples. */
export async function findNames(
  sources: Iterable<AsyncIterable<Pick<Example, "input" | "output">>>,
  policy: TextPolicy,
): Promise<ReadonlySet<string>> {
  const finder = new NameFinder(policy);
  for (const examples of sources)
    for await (const { input, output } of examples) {
      finder.add(input);
      finder.add(output);
    }
  return finder.names();
}

/** Words of letters and marks, joined by spaces. */
function isAlphabetic(text: string): boolean {
  return /^[\p{L}\p{M} ]*$/u.test(text);
}

function holdsName(text: string, names: ReadonlySet<string>): boolean {
  return text.split(" ").some((word) => names.has(word));
}

/** Whether a text has as many code points as that. */
function hasCharacters(text: string, count: number): boolean {
  return text.length >= count && Array.from(text).length === count;
}
