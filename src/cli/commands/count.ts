import { type Command, defineCommand } from "../define-command.ts";
import { corpusFlags, jobsFlag, jsonFlag, policyFlag, wordIndexFlag } from "../shared-flags.ts";

export const countCommand: Command = defineCommand({
  name: "count",
  summary: "Count phrases and pairs of phrases in a corpus, exactly",
  description:
    "df counts documents, tf occurrences, codf documents that hold both phrases of a pair. Everything asked for is counted in one pass over the corpus. A phrase occurs where its words stand next to each other, whatever separates them; occurrences may overlap. Exit status 1 where every count is 0.\n\n" +
    "With --index the same rows come from an index of the corpus's words, without reading the corpus.\n\n" +
    "A run with --partial or --out that is interrupted, meets a corrupt file or is killed goes on where it was with the same command and --resume. Beside --out the counts are kept in PATH.partial from the first checkpoint on, until the rows are written. For several machines, each counts a shard of the same files, and --merge adds the partials exactly; partials of other questions, flags or files are refused.",
  positionals: {
    asked: {
      value: "PHRASE",
      about: "A phrase to count; with --merge, a partial to add.",
      repeatable: true,
    },
  },
  flags: {
    ...corpusFlags,
    corpus: {
      ...corpusFlags.corpus,
      required: false,
      about: `${corpusFlags.corpus.about} Required, except with --index or --merge.`,
    },
    ...wordIndexFlag,
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
    partial: {
      value: "FILE",
      about:
        "Keep the counts in this file, for --resume and --merge; rows are written only where --out says so.",
    },
    shard: {
      value: "I/K",
      about: "Count share I of K of the corpus, from 1/1 to K/K, into --partial FILE.",
    },
    merge: {
      about: "Add the partials given in place of PHRASE, and print the rows of the whole corpus.",
    },
    resume: {
      about:
        "Go on with the counts that an earlier run has kept in --partial FILE, or beside --out PATH.",
    },
    checkpoint: {
      value: "SECONDS",
      kind: "number",
      above: 0,
      about:
        "Save what is counted so often, in --partial FILE, or in PATH.partial with --out PATH. Default: 120.",
    },
    dryRun: {
      about: "Print the plan: files, parts, phrases, pairs, memory and time. Count nothing.",
    },
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
    {
      run: "count --pairs pairs.tsv --corpus shards --dry-run",
      about: "What a count would read, the memory it needs and the time it may take.",
    },
    {
      run: "count --pairs pairs.tsv --corpus shards --shard 1/2 --partial 1.partial --resume",
      about: "The first of two machines; after an interruption the same command goes on.",
    },
    {
      run: "count --pairs pairs.tsv --corpus shards --shard 2/2 --partial 2.partial --resume",
      about: "The second.",
    },
    {
      run: "count --merge 1.partial 2.partial --out counts.parquet",
      about: "Their sum: the rows that one machine would have written.",
    },
  ],
  async run(values, io) {
    const { count } = await import("../actions/count.ts");
    return count(values, io);
  },
});
