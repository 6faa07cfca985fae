import { type Command, defineCommand } from "../define-command.ts";
import { corpusFlags, jobsFlag, jsonFlag, policyFlag } from "../shared-flags.ts";

export const countCommand: Command = defineCommand({
  name: "count",
  summary: "Count phrases and pairs of phrases in a corpus, exactly",
  description:
    "df counts documents, tf occurrences, codf documents that hold both phrases of a pair. Everything asked for is counted in one pass over the corpus. A phrase occurs where its words stand next to each other, whatever separates them; occurrences may overlap. Exit status 1 where every count is 0.",
  positionals: {
    asked: { value: "PHRASE", about: "A phrase to count.", repeatable: true },
  },
  flags: {
    ...corpusFlags,
    phrases: {
      value: "FILE",
      about: 'Phrases to count: one a line, or JSON lines {"phrase"}; - is standard input.',
    },
    pairs: {
      value: "FILE",
      about: 'Pairs to count: two columns with a tab between them, or JSON lines {"a", "b"}.',
    },
    window: {
      value: "W",
      kind: "integer",
      minimum: 0,
      about: "Count a pair only where some occurrence of each start at most W words apart.",
    },
    ...policyFlag,
    ...jobsFlag,
    out: {
      value: "PATH",
      about: "Write to this .parquet, .jsonl or .tsv file instead of standard output.",
    },
    ...jsonFlag,
  },
  examples: [
    {
      run: 'count "capital of France" Paris --corpus corpus.jsonl.gz',
      about: "How many documents hold each phrase, and how often it occurs.",
    },
    {
      run: "count --pairs pairs.tsv --corpus 'shards/*.jsonl.zst' --window 50 --out counts.parquet",
      about: "Counts of every pair in a file, both phrases within 50 words, as Parquet.",
    },
    {
      run: "count --phrases phrases.txt --corpus novels --where lang=eng --json",
      about: "Counts of every phrase in a file, in the English documents, as JSON lines.",
    },
  ],
  async run(values, io) {
    const { count } = await import("../actions/count.ts");
    return count(values, io);
  },
});
