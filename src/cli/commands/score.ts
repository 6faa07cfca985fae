import { type Command, defineCommand } from "../define-command.ts";
import { jobsFlag, jsonOnlyFlag, modelFlags, requestsFlag } from "../shared-flags.ts";

export const scoreCommand: Command = defineCommand({
  name: "score",
  summary: "Print a model's log-probabilities of continuations",
  description:
    'A request is a line {"context", "continuation"}, or {"ids", "start"} where start (from 1) is the first scored position and no tokenizer is needed. The answer is a line {"logLikelihood", "isGreedy", "ids", "logProbs"} for each, in order: natural logarithms of the scored tokens, and whether each of them is the model\'s first choice.\n\nSpaces at the end of a context move to the continuation; the scored tokens are those of context and continuation together after as many as the context has alone. An empty context is the beginning-of-sequence token, else the end-of-text token. Of a request that is too long the last tokens are kept, as many as the model reads and one more, and "cutTokens" says how many were not; where that cuts into the continuation, ids and logProbs cover the rest of it.',
  positionals: {},
  flags: { ...modelFlags, ...requestsFlag, ...jobsFlag, ...jsonOnlyFlag },
  examples: [
    {
      run: "score --model pythia-70m --requests requests.jsonl",
      about: "Score every request of a file.",
    },
    { run: "score --model pythia-70m --requests -", about: "Score requests from standard input." },
  ],
  async run(values, io) {
    const { score } = await import("../actions/score.ts");
    return score(values, io);
  },
});
