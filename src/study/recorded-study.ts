/** A study as an earlier version recorded it in run.json: it states no option that came later. */
import type { Study } from "./load-study.ts";
import { parseStudy } from "./schema.ts";

/** The study with the defaults of options it does not state; every new option is off unless asked for. */
export function completeRecorded(study: Study): Study {
  const nothing = { name: "t", file: "t" };
  const { mine, measure, generate, report, released, crossTask } = parseStudy(
    { name: "defaults", corpus: { files: "t" }, tasks: [nothing], models: ["t"] },
    "defaults",
  );
  const recorded: Partial<Study> = study;
  return {
    ...study,
    crossTask: recorded.crossTask ?? crossTask,
    mine: { ...mine, ...study.mine },
    measure: { ...measure, ...study.measure },
    generate: { ...generate, ...study.generate },
    report: { ...report, ...study.report },
    released: { ...released, ...study.released },
  };
}
