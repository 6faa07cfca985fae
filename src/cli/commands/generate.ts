import { type Command, defineCommand } from "../define-command.ts";
import {
  deviceFlag,
  jobsFlag,
  jsonOnlyFlag,
  modelFlags,
  requestsFlag,
  seedFlag,
  serverFlags,
} from "../shared-flags.ts";

export const generateCommand: Command = defineCommand({
  name: "generate",
  summary: "Print what a model writes after each prompt",
  description:
    'A request is a line {"prompt"}, or {"messages":[{"role","content"}]} for a model with a chat template; the answer is a line {"text", "ids", "logProbs"}, in order. A text ends before the end-of-text token, before the first stop string, or after --max-tokens tokens.',
  positionals: {},
  flags: {
    ...modelFlags,
    ...requestsFlag,
    maxTokens: {
      value: "N",
      kind: "integer",
      minimum: 1,
      about: "Longest text, in tokens.",
      default: 64,
    },
    temperature: {
      value: "T",
      kind: "number",
      minimum: 0,
      about:
        "The most probable token each time at 0; draws from the model's own distribution at 1.",
      default: 0,
    },
    topP: {
      value: "P",
      kind: "number",
      above: 0,
      maximum: 1,
      about: "Draw only from the most probable tokens that together have this probability.",
      default: 1,
    },
    topK: {
      value: "N",
      kind: "integer",
      minimum: 1,
      about: "Draw only from this many tokens, the most probable; all unless given.",
    },
    stop: { value: "TEXT", about: "End before this text.", repeatable: true },
    ...seedFlag,
    ...deviceFlag,
    ...serverFlags,
    ...jobsFlag,
    ...jsonOnlyFlag,
  },
  examples: [
    {
      run: "generate --model pythia-70m --requests prompts.jsonl --max-tokens 32",
      about: "The most probable text after each prompt.",
    },
    {
      run: "generate --model pythia-70m --requests - --temperature 0.8 --top-p 0.95 --seed 7",
      about: "A text drawn at random, the same one for the same seed.",
    },
  ],
  async run(values, io) {
    const { generate } = await import("../actions/generate.ts");
    return generate(values, io);
  },
});
