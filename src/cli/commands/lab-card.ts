import { type Command, defineCommand } from "../define-command.ts";
import { jobsFlag } from "../shared-flags.ts";

export const labCardCommand: Command = defineCommand({
  name: "lab card",
  summary: "Hold every measure of memorization against what is known of a world",
  description:
    "Reads WORLD's manifest, corpus and truth.parquet and writes WORLD/calibration.json and the page WORLD/calibration.html: of each measure, for each model and kind of item, the area under the ROC curve of planted items against controls by dose, the rank correlation with dose, with P(b|a) and with counterfactual memorization, and the false-positive rate of a threshold, all with intervals; how distributional memorization follows P(b|a) by the number of statements; and the truth itself. With models of subsets also WORLD/counterfactual.parquet.",
  positionals: {},
  flags: {
    world: { value: "DIR", about: "Folder of the world.", required: true },
    seed: { value: "N", kind: "integer", about: "Seed of resamples and permutations.", default: 1 },
    bootstrap: {
      value: "N",
      kind: "integer",
      minimum: 2,
      about: "Resamples of groups of items for each interval.",
      default: 1000,
    },
    tokenizer: {
      value: "PATH",
      about:
        "A tokenizer.json or its folder, for the ∞-gram. Default: WORLD/tokenizer; where there is none, that measure is left out.",
    },
    ...jobsFlag,
    json: { about: "Print the card as one JSON object instead of its path." },
  },
  examples: [{ run: "lab card --world world", about: "The calibration card of a world." }],
  async run(values, io) {
    const { labCard } = await import("../actions/lab-card.ts");
    return labCard(values, io);
  },
});
