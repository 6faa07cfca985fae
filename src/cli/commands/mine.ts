import { type Command, defineCommand } from "../define-command.ts";
import { deviceFlag, jobsFlag, jsonFlag, policyFlag, serverFlags } from "../shared-flags.ts";

export const mineCommand: Command = defineCommand({
  name: "mine",
  summary:
    "Mine a task-gram table: pairs of n-grams of a task's inputs and outputs that belong together",
  description:
    "Pairs every n-gram of an example's input with every n-gram of its output and keeps those whose cosine is above a threshold, " +
    "calibrated on pairs of different examples. The table is one row a distinct pair: task, n, a, b, similarity, examples.",
  positionals: {},
  flags: {
    task: { value: "FILE", about: "Task file: JSON lines with input and output.", required: true },
    out: { value: "FILE", about: "The table, as Parquet.", required: true },
    n: {
      value: "N",
      kind: "integer",
      minimum: 1,
      repeatable: true,
      about: "Words of an n-gram. Default: 2.",
    },
    embedder: {
      value: "PATH|URL",
      about:
        "A stored embedder's file, a sentence encoder's folder, or a server of OpenAI's form such as http://localhost:8000/v1#NAME (key in ROTE_API_KEY). Default: the built-in one, fitted on software documentation in seven languages.",
    },
    cache: {
      value: "FILE",
      about:
        "Keep the embedder's vectors in a file and take from it what it has, so that an interrupted run goes on.",
    },
    threshold: {
      value: "G",
      about: "The least cosine: calibrated, none, or a number.",
      default: "calibrated",
    },
    nullShare: {
      value: "SHARE",
      kind: "number",
      minimum: 0,
      maximum: 0.999,
      about: "Share of unrelated pairs that a calibrated threshold lets pass.",
      default: 0.01,
    },
    split: {
      value: "NAME",
      choices: ["train", "test", "all"],
      about: "Examples to mine from. Default: train where the file has both splits, else all.",
    },
    outputs: {
      value: "HOW",
      choices: ["ngrams", "whole"],
      about: "Pair n-grams of outputs, or whole outputs.",
      default: "ngrams",
    },
    filter: {
      value: "NAME",
      choices: ["alphabetic", "entities", "language"],
      repeatable: true,
      about:
        "Pairs to leave out (docs/mining.md): with other characters than letters, with a word written like a name, of examples in another language than --languages.",
    },
    languages: {
      value: "IN,OUT",
      about:
        "Languages of inputs and outputs for --filter language, of en, de, fr, es, it, cs, hu; either may be empty, as in ,de.",
    },
    ...policyFlag,
    seed: { value: "N", kind: "integer", about: "Seed of the calibration's sample.", default: 1 },
    ...deviceFlag,
    ...serverFlags,
    ...jobsFlag,
    ...jsonFlag,
  },
  examples: [
    {
      run: "mine --task translation.jsonl --out table.parquet",
      about: "Pairs of two words that mean the same.",
    },
    {
      run: "mine --task qa.jsonl --n 1 --n 3 --threshold none --outputs whole --out table.parquet",
      about: "Every phrase of a question with its answer.",
    },
  ],
  async run(values, io) {
    const { mine } = await import("../actions/mine.ts");
    return mine(values, io);
  },
});
