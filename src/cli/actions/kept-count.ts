/** A count whose state is kept in a file, as the command line asks for it and speaks of it. */
import { rm } from "node:fs/promises";
import type { Corpus } from "../../corpus/corpus.ts";
import type { PairCounts } from "../../counting/count-engine.ts";
import { doneCount, type PartialCounts, reportOf } from "../../counting/partial-counts.ts";
import type { CountQuestion } from "../../counting/question.ts";
import {
  countResumably,
  findPartial,
  type ResumableOptions,
} from "../../counting/resumable-count.ts";
import type { CommandIo } from "../io.ts";
import { amount, formatInteger } from "../output.ts";
import type { Keeping } from "./count-values.ts";

/** Counts of a question, and the words that were read for them. */
export interface Counted {
  readonly counts: PairCounts;
  readonly words: number | undefined;
}

export class KeptCount {
  readonly #keeping: Keeping;
  readonly #earlier: PartialCounts | undefined;
  readonly #io: CommandIo;

  private constructor(keeping: Keeping, earlier: PartialCounts | undefined, io: CommandIo) {
    this.#keeping = keeping;
    this.#earlier = earlier;
    this.#io = io;
  }

  /** Find what an earlier run has kept, and say so. */
  static async open(keeping: Keeping, resume: boolean, io: CommandIo): Promise<KeptCount> {
    const { path } = keeping;
    const earlier = await findPartial(path, { resume });
    if (earlier !== undefined) io.say(`${path} has ${progressText(earlier)}; going on from there`);
    else if (resume) io.say(`${path} is not there yet; beginning at the beginning`);
    return new KeptCount(keeping, earlier, io);
  }

  /** Whether an earlier run has counted something. */
  get isResumed(): boolean {
    return this.#earlier !== undefined;
  }

  /** Count, from where the earlier run stopped. */
  async count(
    corpus: Corpus,
    question: CountQuestion,
    options: Omit<ResumableOptions, "path">,
  ): Promise<Counted> {
    const { isRemoved: _, ...keeping } = this.#keeping;
    const earlier = this.#earlier === undefined ? {} : { earlier: this.#earlier };
    let saved: PartialCounts | undefined;
    const onSave = (partial: PartialCounts): void => {
      saved = partial;
    };
    try {
      const all = { ...options, ...keeping, ...earlier, onSave };
      const partial = await countResumably(corpus, question, all);
      return { counts: partial.counts, words: reportOf(partial).words };
    } catch (error) {
      if (saved !== undefined)
        this.#io.say(
          `${keeping.path} keeps ${progressText(saved)}; the same command with --resume goes on from there`,
        );
      throw error;
    }
  }

  /** Remove what nobody asked to keep, once the rows are written. */
  async finish(): Promise<void> {
    const { path, isRemoved } = this.#keeping;
    if (isRemoved) await rm(path, { force: true });
    else this.#io.say(`the counts are in ${path}`);
  }
}

/** `1,204 documents, 3 of 40 parts done`. */
function progressText(partial: PartialCounts): string {
  const done = partial.shards.reduce((sum, shard) => sum + doneCount(shard), 0);
  const dealt = partial.shards.reduce((sum, { dealtCount }) => sum + dealtCount, 0);
  const documents = amount(reportOf(partial).documents, "document");
  return `${documents}, ${formatInteger(done)} of ${amount(dealt, "part")} done`;
}
