import { join } from "node:path";
import type { Study } from "../../study/load-study.ts";
import { type Command, defineCommand } from "../define-command.ts";
import { jobsFlag, serverFlags } from "../shared-flags.ts";

export const demoCommand: Command = defineCommand({
  name: "demo",
  summary: "Run the built-in study: corpus, tasks and models come with Rote",
  description:
    "A study file like any other, run through the same code. It needs no network and ends with the finding, its interval and the report's path.",
  positionals: {},
  flags: {
    out: { value: "DIR", about: "Run directory.", default: "rote-demo" },
    small: {
      about: "One model, fewer resamples and shuffles: a quick check that everything works.",
    },
    ...jobsFlag,
    json: { about: "Print one JSON object: headline, verdicts, estimates and paths." },
  },
  examples: [
    {
      run: "demo",
      about: "The whole path in under two minutes; the report is rote-demo/report.html.",
    },
  ],
  run: async ({ out, small, jobs, json }, io) => {
    const { demoFolder, loadStudy } = await import("../../study/load-study.ts");
    const { performStudy } = await import("../actions/study.ts");
    const study = await loadStudy(join(demoFolder, "study.yaml"));
    await performStudy(
      small ? smaller(study) : study,
      { out, json, running: { ...builtInModels, jobs } },
      io,
    );
    if (!json)
      await io.stdout.write(
        `Yours     rote run my-study.yaml   (see the README's "Your own data")\n`,
      );
    return 0;
  },
});

/** The built-in models lie in folders and are small. */
const builtInModels = {
  device: "cpu",
  timeout: serverFlags.timeout.default,
  rate: undefined,
} as const;

/** The same study with the first model alone and rougher intervals. */
function smaller(study: Study): Study {
  return {
    ...study,
    name: `${study.name}-small`,
    models: study.models.slice(0, 1),
    measure: { ...study.measure, bootstrap: 200, permutations: 50 },
  };
}
