import { type Command, defineCommand } from "../define-command.ts";
import { jobsFlag, jsonFlag } from "../shared-flags.ts";

export const labTrainCommand: Command = defineCommand({
  name: "lab train",
  summary: "Train the models of a world, on each of its arms",
  description:
    "The folder is one that rote lab world has written. It gets tokenizer/, the arms that are missing, and in models/ for each model NAME.json, which rote train reads as well, and the folder NAME. GPT-NeoX models of 0.36, 1.3 and 4.2 million parameters read their corpus once, in order. A model that is there is not trained again, and an interrupted one goes on. On two cores the whole takes hours: --dry-run tells how many.",
  positionals: {},
  flags: {
    out: { value: "DIR", about: "Folder of the world.", required: true },
    model: {
      value: "NAME",
      about:
        "Train these alone: a name such as perturbed-1.3M, or the beginning of several such as subset-*. Default: all.",
      repeatable: true,
    },
    sources: {
      value: "DIR",
      about: "The sources of the world, where they are not the built-in ones.",
    },
    dryRun: { about: "Print each model with its tokens and time; train nothing." },
    ...jobsFlag,
    ...jsonFlag,
  },
  examples: [
    {
      run: "lab train --out world --model perturbed-0.36M",
      about: "The model of 0.36 million parameters on the world's own corpus.",
    },
    { run: "lab train --out world --dry-run", about: "All models, and the hours they take." },
  ],
  async run(values, io) {
    const { labTrain } = await import("../actions/lab-train.ts");
    return labTrain(values, io);
  },
});
