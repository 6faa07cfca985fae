import { type Command, defineCommand } from "../define-command.ts";
import { deviceFlag, jobsFlag, serverFlags } from "../shared-flags.ts";

export const runCommand: Command = defineCommand({
  name: "run",
  summary: "Run a study: mine, count, score, measure, report",
  description:
    "STUDY is a YAML or JSON file that names a corpus, tasks and models; paths in it are relative to it. " +
    "An interrupted run continues where it stopped when the same command is given again.",
  positionals: { study: { value: "STUDY", about: "Study file.", required: true } },
  flags: {
    out: { value: "DIR", about: "Run directory; default runs/NAME." },
    sweep: {
      about:
        "Run it under every combination of other choices too (threshold, n, embedder, stop words, unit, zeros; the study's key sweep names the options), and say whether its conclusions survive.",
    },
    dryRun: {
      about:
        "Print the stages, passes over the corpus, model tokens and estimated time; write nothing.",
    },
    ...deviceFlag,
    ...serverFlags,
    ...jobsFlag,
    json: { about: "Print one JSON object: headline, verdicts, estimates and paths." },
  },
  examples: [
    { run: "run study.yaml", about: "Run a study into runs/NAME." },
    { run: "run study.yaml --sweep", about: "See what its conclusions hang on." },
    { run: "run study.yaml --dry-run", about: "Say what it would do and how long it may take." },
  ],
  run: async ({ study: path, out, sweep, dryRun, json, ...running }, io) => {
    const { loadStudy } = await import("../../study/load-study.ts");
    const study = await loadStudy(path);
    const options = { out: out ?? `runs/${study.name}`, json, running };
    if (sweep) {
      const { performSweep, printSweepPlan } = await import("../actions/sweep.ts");
      await (dryRun ? printSweepPlan : performSweep)(study, options, io);
      return 0;
    }
    const { performStudy, printPlan } = await import("../actions/study.ts");
    await (dryRun ? printPlan : performStudy)(study, options, io);
    return 0;
  },
});
