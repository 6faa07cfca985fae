/** What documents hold of one example, gathered one document after another. */
import { LongestMatch, type OverlapRow } from "./overlap-rows.ts";
import type { Run } from "./run-finder.ts";
import type { TaskWords, Units } from "./task-words.ts";

/** What one side has found at any length. */
class SideTally {
  readonly longest = new LongestMatch();
  /** By index of the length. */
  readonly covered: number[];

  constructor(lengths: number) {
    this.covered = new Array<number>(lengths).fill(0);
  }
}

/** What documents with both sides hold at one length. */
interface BothTally {
  readonly longest: LongestMatch;
  covered: number;
  /** Places of the units that stand in such a document. */
  readonly places: Set<number>;
}

/** Memory: by the example's words that stand in documents with both of its sides. */
export class ExampleTally {
  readonly #task: TaskWords;
  readonly #lengths: readonly number[];
  readonly #sides: readonly [SideTally, SideTally];
  readonly #both: readonly BothTally[];

  constructor(task: TaskWords, lengths: readonly number[]) {
    this.#task = task;
    this.#lengths = lengths;
    this.#sides = [new SideTally(lengths.length), new SideTally(lengths.length)];
    this.#both = lengths.map(() => ({
      longest: new LongestMatch(),
      covered: 0,
      places: new Set(),
    }));
  }

  /** Add a document's runs of both sides. */
  add(runs: readonly [readonly Run[], readonly Run[]], document: string, keep: number): void {
    for (const [i, side] of this.#sides.entries())
      side.longest.note(longestOf(runs[i]!), document, keep);
    for (const [i, n] of this.#lengths.entries()) {
      const held = runs.map((side) => side.filter((run) => this.#isUnit(run, n)));
      const covered = held.map((side, which) => {
        const words = coveredWords(side);
        const tally = this.#sides[which]!;
        tally.covered[i] = Math.max(tally.covered[i]!, words);
        return words;
      });
      if (held.every(({ length }) => length > 0))
        this.#addBoth(this.#both[i]!, held.flat(), {
          n,
          length: longestOf(held[0]!) + longestOf(held[1]!),
          covered: covered[0]! + covered[1]!,
          document,
          keep,
        });
    }
  }

  /** The rows of an example, which is the task's `example`th: of each length both sides and both together. */
  *rows(example: number, units: readonly Units[], df: Float64Array): Generator<OverlapRow> {
    for (const [i, { n, phraseAt }] of units.entries()) {
      const sides = [2 * example, 2 * example + 1];
      const rows = sides.map((side, which) => {
        const total = this.#task.totalOf(side, n);
        const start = this.#task.starts[side]!;
        let matched = 0;
        for (let place = start; place < start + total; place++)
          if (df[phraseAt[place]!]! > 0) matched++;
        const { longest, covered } = this.#sides[which]!;
        return this.#row(example, side, { n, matched, total, longest, covered: covered[i]! });
      });
      yield* rows;
      yield this.#bothRow(rows, this.#both[i]!);
    }
  }

  #row(
    example: number,
    side: number,
    {
      longest,
      ...counts
    }: Pick<OverlapRow, "n" | "matched" | "total" | "covered"> & { readonly longest: LongestMatch },
  ): OverlapRow {
    const part = side % 2 === 0 ? "input" : "output";
    const words = this.#task.lengthOf(side);
    const short = words < counts.n;
    const { n, matched, total } = counts;
    const { length, df, documents } = longest.length >= n ? longest : new LongestMatch();
    return {
      ...{ id: this.#task.ids[example]!, part, n, words, matched, total, longest: length },
      ...{ covered: short ? 0 : counts.covered, df, documents, short },
    };
  }

  #bothRow(sides: readonly OverlapRow[], { longest, covered, places }: BothTally): OverlapRow {
    const [input, output] = sides as [OverlapRow, OverlapRow];
    const words = input.words + output.words;
    const short = input.short || output.short;
    // A side without words is in no document.
    const isPossible = input.words > 0 && output.words > 0;
    const total = isPossible ? Math.max(1, input.total) + Math.max(1, output.total) : 0;
    const { length, df, documents } = longest;
    return {
      ...{ id: input.id, part: "both", n: input.n, words, matched: places.size, total },
      ...{ longest: length, covered, df, documents, short },
    };
  }

  /** Whether a run holds an n-gram of its side, or a side of fewer words as a whole. */
  #isUnit({ place, length }: Run, n: number): boolean {
    return length >= this.#task.unitLength(place, n);
  }

  #addBoth(
    tally: BothTally,
    runs: readonly Run[],
    {
      n,
      length,
      covered,
      document,
      keep,
    }: { n: number; length: number; covered: number; document: string; keep: number },
  ): void {
    tally.longest.note(length, document, keep);
    tally.covered = Math.max(tally.covered, covered);
    for (const { place, length: words } of runs) {
      const units = words - this.#task.unitLength(place, n) + 1;
      for (let i = 0; i < units; i++) tally.places.add(place + i);
    }
  }
}

function longestOf(runs: readonly Run[]): number {
  let longest = 0;
  for (const { length } of runs) longest = Math.max(longest, length);
  return longest;
}

/** Words that lie in at least one of the runs. */
function coveredWords(runs: readonly Run[]): number {
  let [covered, end] = [0, -1];
  for (const { place, length } of runs.toSorted((a, b) => a.place - b.place)) {
    covered += Math.max(0, place + length - Math.max(place, end));
    end = Math.max(end, place + length);
  }
  return covered;
}
