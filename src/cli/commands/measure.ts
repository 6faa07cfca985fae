import { type Command, defineCommand } from "../define-command.ts";
import { jobsFlag } from "../shared-flags.ts";

export const measureCommand: Command = defineCommand({
  name: "measure",
  summary: "Recompute a run's statistics, or measure counts and log-probabilities from anywhere",
  description:
    "With RUN, reads the run directory's Parquet files and writes its run.json again. With --counts and --scores, joins two files of rows " +
    '(JSON lines or Parquet): counts {"a","b","codf","dfA","dfB"}, scores {"example","task","model","n","a","b","logLikelihood"}. ' +
    "Without a corpus the null exchanges whole examples instead of counting shuffled pairs.",
  positionals: { run: { value: "RUN", about: "A run directory." } },
  flags: {
    counts: { value: "FILE", about: "Rows of counts, one a distinct pair." },
    scores: { value: "FILE", about: "Rows of scores, one a pair of an example and model." },
    seed: {
      value: "N",
      kind: "integer",
      about: "Seed of resamples and permutations. Default: the run's, else 1.",
    },
    bootstrap: {
      value: "N",
      kind: "integer",
      minimum: 2,
      about:
        "Resamples of examples. Default: the run's, else 10000 up to 100000 points and 1000 above; of Kendall's tau-b at most 1000.",
    },
    permutations: {
      value: "N",
      kind: "integer",
      minimum: 1,
      about: "Exchanges of examples for the null of --counts and --scores. Default 200.",
    },
    cluster: {
      value: "UNIT",
      choices: ["example", "group"],
      about:
        "What is resampled: examples, or what the column group of the scores says they belong to. Default: the run's, else example.",
    },
    unit: {
      value: "UNIT",
      choices: ["pair", "mean"],
      about:
        "What a point is: a pair of an example, or one n-gram b of its output with the mean over its a. Default: the run's, else pair.",
    },
    smoothing: {
      value: "ALPHA",
      kind: "number",
      minimum: 0,
      about:
        "Smooth P(b|a) to (codf + ALPHA·df(b)/N) / (df(a) + ALPHA), N being the corpus's documents. Default: the run's, else 0.",
    },
    documents: {
      value: "N",
      kind: "integer",
      minimum: 1,
      about: "Documents of the corpus that --counts are of, for --smoothing.",
    },
    censored: {
      about:
        "Also estimate Kendall's tau-b where a pair that never meets is only known to lie below 1/df(a).",
    },
    ...jobsFlag,
    json: { about: "Print one JSON object, also on a terminal." },
  },
  examples: [
    { run: "measure rote-demo", about: "The demo's statistics again, from its files." },
    {
      run: "measure --counts counts.parquet --scores scores.parquet",
      about: "Statistics of numbers made elsewhere.",
    },
  ],
  run: async (parsed, io) => {
    const { measureAction } = await import("../actions/measure.ts");
    await measureAction(parsed, io);
    return 0;
  },
});
