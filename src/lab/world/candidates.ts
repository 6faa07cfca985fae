/**
 * What may be planted: names, tables and texts that the base text does not hold. The base is scanned
 * once and never changed; a candidate that it holds is left out.
 */
import type { LongWork } from "../../base/progress.ts";
import { openCorpus } from "../../corpus/corpus.ts";
import { openScan } from "../../counting/scan/scan-engine.ts";
import { wordsPolicy } from "../../text/policies.ts";
import { runsOf } from "./leaks.ts";
import { NamePool } from "./names.ts";
import type { Country, Element, Passage, Segment, WorldSources } from "./sources.ts";

export interface Candidates {
  readonly names: NamePool;
  readonly countries: readonly Country[];
  readonly elements: readonly Element[];
  readonly passages: readonly Passage[];
  readonly translations: readonly Segment[];
}

/** Leave out what the base text holds. */
export async function absentCandidates(
  sources: WorldSources,
  names: readonly string[],
  work: LongWork = {},
): Promise<Candidates> {
  const corpus = await openCorpus({ paths: sources.base });
  const translations = separateSegments(sources.translations);
  await using engine = await openScan(corpus);
  const fresh = new AbsentPhrases();
  const keep = {
    names: names.map((name) => fresh.ask([name])),
    countries: sources.countries.map(({ name }) => fresh.ask([`capital of ${name}`])),
    elements: sources.elements.map(({ name }) => fresh.ask([`symbol of ${name}`])),
    passages: sources.passages.map(({ text }) => fresh.ask([text, ...runsOf(text)])),
    translations: translations.map(({ en, translation }) =>
      fresh.ask([
        `${en} German: ${translation}`,
        ...runsOf(`English: ${en} German: ${translation}`),
        ...runsOf(translation),
      ]),
    ),
  };
  await fresh.count((phrases) => engine.countPhrases(phrases, work));
  const absent = <Candidate>(candidates: readonly Candidate[], tickets: readonly number[]) =>
    candidates.filter((_, i) => fresh.isAbsent(tickets[i]!));
  return {
    names: new NamePool(absent(names, keep.names)),
    countries: absent(sources.countries, keep.countries),
    elements: absent(sources.elements, keep.elements),
    passages: absent(sources.passages, keep.passages),
    translations: absent(translations, keep.translations),
  };
}

/** Segments whose two sides stand in no other segment, so that each is counted by itself. */
function separateSegments(segments: readonly Segment[]): Segment[] {
  const padded = (text: string): string => ` ${wordsPolicy.words(text).join(" ")} `;
  const sides = segments.map(({ en, translation }) => [padded(en), padded(translation)] as const);
  return segments.filter((_, i) =>
    sides.every(
      (other, j) => i === j || sides[i]!.every((side, which) => !other[which]!.includes(side)),
    ),
  );
}

/** Questions whether none of some phrases occurs, answered by one count. */
class AbsentPhrases {
  readonly #phrases: string[] = [];
  readonly #ends: number[] = [];
  #df = new Float64Array(0);

  ask(phrases: readonly string[]): number {
    this.#phrases.push(...phrases);
    return this.#ends.push(this.#phrases.length) - 1;
  }

  async count(
    count: (phrases: readonly string[]) => Promise<{ readonly df: Float64Array }>,
  ): Promise<void> {
    this.#df = Float64Array.from((await count(this.#phrases)).df);
  }

  isAbsent(ticket: number): boolean {
    const start = ticket === 0 ? 0 : this.#ends[ticket - 1]!;
    return this.#df.subarray(start, this.#ends[ticket]).every((df) => df === 0);
  }
}
