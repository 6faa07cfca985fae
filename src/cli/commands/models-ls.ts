import { type Command, defineCommand } from "../define-command.ts";
import { jsonFlag } from "../shared-flags.ts";

export const modelsLsCommand: Command = defineCommand({
  name: "models ls",
  summary: "List the models at a path, with their checkpoints",
  description:
    'PATH is a model\'s folder, a folder of steps (step-500, step1000, checkpoint-2000) or of models, or a cache of Hugging Face\'s libraries (its hub folder or a models--ORG--NAME in it). Weights are checked against config.json by name, type and shape; none are read. A folder that should hold a model and cannot be opened is named with the reason, and the others are listed.\n\nA checkpoint is given to --model by its folder, or as PATH@STEP or PATH@REVISION. With --json a model is a line {"name", "step", "revision", "family", "parameters", "dtype", "bytes", "tokenizer", "path"}, a problem {"path", "problem"}. The exit code is 1 where no model can be opened.',
  positionals: {
    path: { value: "PATH", about: "Folder to look into.", required: true },
  },
  flags: { ...jsonFlag },
  examples: [
    { run: "models ls pythia-70m", about: "A model and the steps beside it." },
    { run: "models ls pythia-70m --json", about: "The same for a program." },
  ],
  async run(values, io) {
    const { listModelsAt } = await import("../actions/models-ls.ts");
    return listModelsAt(values, io);
  },
});
