import { type Command, defineCommand } from "../define-command.ts";
import { jsonFlag } from "../shared-flags.ts";

export const labTruthCommand: Command = defineCommand({
  name: "lab truth",
  summary: "Measure how well each model of a world recalls what was planted",
  description:
    "Asks the models in WORLD/models, folders named ARM-SIZE such as perturbed-0.36M, for every item of the manifest and writes WORLD/truth.parquet: item, kind, dose, model, arm, metric, value. Metrics are logLikelihood (mean per token of what is to be recalled), exact (greedy decoding gives it), choice and choiceMargin (against other answers, by summed log-likelihood) and others by kind. Each model's rows are kept in WORLD/truth, so that a model is measured once.",
  positionals: {},
  flags: {
    world: { value: "DIR", about: "Folder of the world.", required: true },
    model: {
      value: "NAME",
      about:
        "Measure this model of WORLD/models; NAME@STEP is a checkpoint. Default: all trained to their end.",
      repeatable: true,
    },
    checkpoints: { about: "Measure the checkpoints of the models, too." },
    jobs: {
      value: "N",
      kind: "integer",
      minimum: 1,
      about: "Threads of the runtime. Default: one for each core.",
    },
    ...jsonFlag,
  },
  examples: [
    { run: "lab truth --world world", about: "Recall of every item under every model." },
    {
      run: "lab truth --world world --model perturbed-0.36M",
      about: "One model, added to what was measured before.",
    },
  ],
  async run(values, io) {
    const { labTruth } = await import("../actions/lab-truth.ts");
    return labTruth(values, io);
  },
});
