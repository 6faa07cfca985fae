import { type Command, defineCommand } from "../define-command.ts";
import { jsonFlag } from "../shared-flags.ts";

export const labBuildCommand: Command = defineCommand({
  name: "lab build",
  summary: "Build a world whole: corpus, models, what they recall, and the calibration card",
  description:
    "Does what rote lab world, lab train, lab truth and lab card do: first all that is there is recognized and the rest is planned, with the time it takes on this machine. A build that was stopped, even killed, goes on where it was; nothing is done twice. The whole takes hours on two cores, --small minutes: a tenth of the text with perturbed and standard models of all three sizes, early, late, levels of injection and subsets at the smallest. Models are trained on one thread each, so --jobs changes the time and no weight. The same seed gives the same corpus, and on the same machine the same models.",
  positionals: {},
  flags: {
    out: { value: "DIR", about: "Folder of the world.", required: true },
    size: {
      value: "SIZE",
      choices: ["tiny", "small", "full"],
      about:
        "The whole (full) is about 6 million tokens; small and tiny are a tenth and a hundredth of it. Default: that of the folder, or full.",
    },
    small: { about: "The same as --size small." },
    seed: {
      value: "N",
      kind: "integer",
      about: "Seed of every random choice of the corpus. Default: that of the folder, or 1.",
    },
    only: {
      value: "NAME",
      about:
        "Of the models these alone: a name such as perturbed-1.3M, or the beginning of several such as subset-*. Another build may add others. Default: all.",
      repeatable: true,
    },
    sources: {
      value: "DIR",
      about:
        "Folder with a sources.json: base text and tables of what may be planted. Default: the built-in one, which has no text for the arm diluted.",
    },
    dryRun: { about: "Print each step with its tokens and time; write nothing." },
    jobs: {
      value: "N",
      kind: "integer",
      minimum: 1,
      about: "Models trained at once, and threads of what else is done. Default: one a core.",
    },
    ...jsonFlag,
  },
  examples: [
    {
      run: "lab build --small --out small-world --dry-run",
      about: "What a tenth-size world takes.",
    },
    {
      run: "lab build --size tiny --only perturbed-* --only standard-* --out tiny-world",
      about: "The least: a hundredth of the text and two models.",
    },
  ],
  async run(values, io) {
    const { labBuild } = await import("../actions/lab-build.ts");
    return labBuild(values, io);
  },
});
