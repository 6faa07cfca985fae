import { type Command, defineCommand } from "../define-command.ts";
import { deviceFlag, jobsFlag, jsonFlag } from "../shared-flags.ts";

export const trainCommand: Command = defineCommand({
  name: "train",
  summary: "Train a language model from a configuration",
  description:
    "The configuration (YAML or JSON) states corpus, tokenizer, model, schedule and seed; an unknown key is an error that names the nearest known one; docs/training.md lists them all. The folder gets the model in Hugging Face layout, its checkpoints, and training.jsonl with step, loss, learning rate, gradient norm, tokens a second and the loss on held-out text, drawn as loss.svg, gradient-norm.svg, learning-rate.svg and bits-per-byte.svg. An interrupted training goes on with --resume and ends with the same weights.",
  positionals: {
    config: { value: "CONFIG.yaml", about: "The training configuration.", required: true },
  },
  flags: {
    out: {
      value: "DIR",
      about: "Folder to write. Default: the configuration's name without its ending.",
    },
    resume: { about: "Go on where an interrupted training was last saved." },
    dryRun: {
      about:
        "Write nothing: tokenize the corpus, time a few steps, and say how many tokens, steps and parameters there are and what time and memory they take.",
    },
    ...deviceFlag,
    ...jobsFlag,
    ...jsonFlag,
  },
  examples: [
    { run: "train small.yaml", about: "Train a model into the folder small." },
    { run: "train small.yaml --dry-run", about: "What it would take." },
    { run: "train small.yaml --out models/small --resume", about: "Go on after an interruption." },
  ],
  async run(values, io) {
    const { train } = await import("../actions/train.ts");
    return train(values, io);
  },
});
