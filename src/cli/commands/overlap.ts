import { type Command, defineCommand } from "../define-command.ts";
import {
  corpusFlags,
  jobsFlag,
  jsonFlag,
  policyFlag,
  taskFlags,
  wordIndexFlag,
} from "../shared-flags.ts";

export const overlapCommand: Command = defineCommand({
  name: "overlap",
  summary: "Find which word n-grams of a task's examples stand in a corpus, and in which documents",
  description:
    "The check for contamination. For each example and length there is a row for its input, its output, and both in one document: n-grams found of all, the longest match in words, the documents that hold a match so long. " +
    "The corpus is read once to count all n-grams, and once more to follow the matches where any was found; an index answers without reading it. A side with fewer than n words has no n-gram, but counts as a whole beside the other side. " +
    "A table shows what was found of examples with an n-gram and the share of examples with its interval; JSON lines are all rows. Exit status 1 where no example that has an n-gram has a match, or with --preset where no example is contaminated.",
  positionals: {},
  flags: {
    ...taskFlags,
    split: {
      value: "NAME",
      choices: ["train", "test", "all"],
      about: "Examples to look for. Default: test where the task has both splits, else all.",
    },
    ...corpusFlags,
    corpus: {
      ...corpusFlags.corpus,
      required: false,
      about: `${corpusFlags.corpus.about} Required, except with --index.`,
    },
    ...wordIndexFlag,
    n: {
      value: "N[,N…]",
      repeatable: true,
      about: "Words of an n-gram, one length or several. Default: 8,13.",
    },
    preset: {
      value: "NAME",
      choices: ["gpt3", "lm-evaluation-harness", "palm", "wimbd", "tulu3"],
      about: "Judge examples by a published rule, which sets the length (docs/overlap.md).",
    },
    documents: {
      value: "N",
      kind: "integer",
      minimum: 0,
      about: "Documents named for each longest match, the first ones.",
      default: 100,
    },
    ...policyFlag,
    ...jobsFlag,
    ...jsonFlag,
  },
  examples: [
    {
      run: "overlap --task qa.jsonl --corpus corpus.jsonl.gz --n 2,8",
      about: "Which phrases of two and of eight words of a task the corpus holds.",
    },
    {
      run: "overlap --task qa.jsonl --corpus corpus.jsonl.gz --n 2 --json",
      about: "The rows of every example, as JSON lines.",
    },
  ],
  async run(values, io) {
    const { overlap } = await import("../actions/overlap.ts");
    return overlap(values, io);
  },
});
