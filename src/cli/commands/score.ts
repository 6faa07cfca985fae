import { RoteError } from "../../base/errors.ts";
import { type Command, defineCommand } from "../define-command.ts";
import {
  deviceFlag,
  jobsFlag,
  jsonOnlyFlag,
  modelFlags,
  requestsFlag,
  serverFlags,
} from "../shared-flags.ts";

export const scoreCommand: Command = defineCommand({
  name: "score",
  summary: "Print a model's log-probabilities of continuations",
  description:
    'A request is a line {"context", "continuation"}, or {"ids", "start"} where start (from 1) is the first scored position and no tokenizer is needed. The answer is a line {"logLikelihood", "isGreedy", "ids", "logProbs"} for each, in order: natural logarithms of the scored tokens, and whether each of them is the model\'s first choice.\n\nSpaces at the end of a context move to the continuation; the scored tokens are those of context and continuation together after as many as the context has alone. An empty context is the beginning-of-sequence token, else the end-of-text token. Of a request that is too long the last tokens are kept, as many as the model reads and one more, and "cutTokens" says how many were not; where that cuts into the continuation, ids and logProbs cover the rest of it.',
  positionals: {},
  flags: {
    ...modelFlags,
    model: { ...modelFlags.model, required: false },
    requests: { ...requestsFlag.requests, required: false },
    import: {
      value: "FILE",
      about:
        "Instead of asking a model, check and convert log-probabilities computed elsewhere: rows as measure --scores takes them, or a samples file of lm-evaluation-harness.",
    },
    out: {
      value: "FILE",
      about:
        "Write answers to this file instead of standard output. Until all are there they are kept in FILE.partial.",
    },
    resume: { about: "Go on with the FILE.partial of an earlier run of the same command." },
    entropies: {
      about: 'Add "entropies": of what the model expects in each token\'s place, in nats.',
    },
    ranks: {
      about: 'Add "ranks": 1 + how many tokens the model holds for more probable than each token.',
    },
    memory: {
      value: "SIZE",
      about:
        "What a run of the model may take besides its weights, by estimate, such as 1GB. Default: 256MiB.",
    },
    ...deviceFlag,
    ...serverFlags,
    ...jobsFlag,
    ...jsonOnlyFlag,
  },
  examples: [
    {
      run: "score --model pythia-70m --requests requests.jsonl",
      about: "Score every request of a file.",
    },
    {
      run: "score --model pythia-70m --requests requests.jsonl --out scores.jsonl --resume",
      about: "Keep the answers, and go on where an earlier run was stopped.",
    },
    { run: "score --model pythia-70m --requests -", about: "Score requests from standard input." },
    {
      run: "score --import samples_lambada.jsonl",
      about: "What lm-evaluation-harness scored, one answer a line.",
    },
  ],
  async run(values, io) {
    const { model, requests, import: imported, ...rest } = values;
    if (imported !== undefined && model === undefined && requests === undefined)
      return (await import("../actions/import-scores.ts")).importScoresOf(imported, io);
    if (imported === undefined && model !== undefined && requests !== undefined)
      return (await import("../actions/score.ts")).score({ ...rest, model, requests }, io);
    throw new RoteError("usage", "give either --model and --requests, or --import alone");
  },
});
