/** Invented names: syllables of a consonant and a vowel, so that no text outside the world holds them. */
import { RoteError } from "../../base/errors.ts";
import type { Rng } from "../../base/random.ts";

const onsets = "b d f g h k l m n p r s t v z br dr gr kr tr pl st".split(" ");
const vowels = "a e i o u".split(" ");
const codas = ["", "", "", "l", "n", "r", "s", "m", "k"];

/** Distinct lower-case names of five to eight letters. */
export function inventNames(count: number, rng: Rng): string[] {
  const pick = (list: readonly string[]): string => list[rng.int(list.length)]!;
  const names = new Set<string>();
  while (names.size < count) {
    const syllables = 2 + rng.int(2);
    let name = "";
    for (let i = 0; i < syllables; i++)
      name += pick(onsets) + pick(vowels) + (i === syllables - 1 ? pick(codas) : "");
    if (name.length >= 5 && name.length <= 8) names.add(name);
  }
  return [...names];
}

/** Names that each are handed out once. */
export class NamePool {
  readonly #names: readonly string[];
  #taken = 0;

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  /** The next names, capitalized. */
  take(count: number): string[] {
    const end = this.#taken + count;
    if (end > this.#names.length)
      throw new RoteError(
        "internal",
        `the world needs ${end} invented names or more, ${this.#names.length} are free`,
      );
    const taken = this.#names.slice(this.#taken, end);
    this.#taken = end;
    return taken.map(capitalize);
  }
}

/** The same text with its first letter large. */
export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
