/** `rote run --sweep`: a study under all options of its choices, and what becomes of its conclusions. */
import { join } from "node:path";
import type { Study } from "../../study/load-study.ts";
import type { OneFactor } from "../../study/sweep/one-factor.ts";
import type { SpecificationCurve } from "../../study/sweep/curve.ts";
import type { Finding, Specification } from "../../study/sweep/specifications.ts";
import type { SweepRun } from "../../study/sweep/run-sweep.ts";
import type { CommandIo } from "../io.ts";
import { amount, formatAmount, formatDuration, tableLines } from "../output.ts";
import { stageOptions, stageTeller } from "./stage-teller.ts";
import { type PerformOptions, sourceLines } from "./study.ts";

/** Run a study and its sweep, write the report, print what the conclusions hang on. */
export async function performSweep(
  study: Study,
  { out, json, running }: PerformOptions,
  io: CommandIo,
): Promise<void> {
  const { runSweep } = await import("../../study/sweep/run-sweep.ts");
  const { writeReport } = await import("../../report/write-report.ts");
  const tell = stageTeller(io);
  const swept = await runSweep(study, stageOptions(out, running, { io, tell }));
  tell.end();
  const report = await writeReport(out);
  const { specifications, run } = swept;
  for (const warning of run.warnings) io.say(`note: ${warning}`);
  for (const { task, n, because, variants } of run.sweep.empty)
    io.say(
      `note: ${task}, n = ${n}, is not estimated in ${amount(variants.length, "variant")}: ${because}`,
    );
  if (json)
    await io.stdout.writeJson({
      headline: run.headline,
      sweep: run.sweep,
      specifications,
      run: out,
      report,
    });
  else await printSweep(swept, report, io);
}

const columns = [
  { title: "task", align: "left" },
  { title: "model", align: "left" },
  { title: "study", align: "right" },
  { title: "median", align: "right" },
  { title: "range", align: "right" },
  { title: "estimated", align: "right" },
  { title: "above", align: "right" },
  { title: "below", align: "right" },
  { title: "no sign", align: "right" },
  { title: "p", align: "right" },
  { title: "the study's finding", align: "left" },
] as const;

async function printSweep(
  { run, specifications }: SweepRun,
  report: string,
  { stdout }: CommandIo,
): Promise<void> {
  const { oneFactorAtATime } = await import("../../study/sweep/one-factor.ts");
  const { largestModel } = await import("../../study/headline.ts");
  const { curves, variants } = run.sweep;
  for (const line of tableLines(columns, curves.map(curveCells))) await stdout.write(`${line}\n`);
  const model = largestModel(run.identities.models);
  const factors = oneFactorAtATime(specifications).filter(
    ({ specification }) => specification.model === model,
  );
  await stdout.write(
    `\nOne choice changed at a time, ${model} (* above, † below, – not estimated)\n`,
  );
  for (const line of factorLines(factors)) await stdout.write(`${line}\n`);
  await stdout.write(
    `\n${amount(specifications.length, "specification")} of ${amount(variants, "variant")}: above means an interval above zero and a value above the shuffled pairs; ` +
      `p is twice the median of the specifications' p-values. Findings are not corrected for their number, as the headline is.\n` +
      `${run.headline}\nReport    ${report}\n`,
  );
}

function curveCells(curve: SpecificationCurve): readonly string[] {
  const { task, model, study, median, range, estimated, specifications } = curve;
  const { findings, combinedP, robustness, agreeing, others } = curve;
  return [
    ...[task, model, markedValue(study), valueText(median)],
    range === null ? "–" : `${valueText(range.lowest)} to ${valueText(range.highest)}`,
    `${estimated} of ${specifications}`,
    ...[findings.above, findings.below, findings["no sign"]].map(String),
    combinedP === null ? "–" : combinedP.toFixed(3),
    `${robustness}${study?.finding == null ? "" : ` (${agreeing} of ${others} others agree)`}`,
  ];
}

/** A row an option, a column a task. */
function factorLines(factors: readonly OneFactor[]): Iterable<string> {
  const tasks = [...new Set(factors.map(({ specification }) => specification.task))];
  const titles = ["choice", "option", ...tasks];
  const rows = new Map<string, Map<string, Specification>>();
  for (const { axis, option, specification } of factors) {
    const key = JSON.stringify([axis, option]);
    rows.set(
      key,
      (rows.get(key) ?? new Map<string, Specification>()).set(specification.task, specification),
    );
  }
  return tableLines(
    titles.map((title, i) => ({ title, align: i < 2 ? "left" : "right" })),
    Array.from(rows, ([key, byTask]) => [
      ...(JSON.parse(key) as [string, string]),
      ...tasks.map((task) => markedValue(byTask.get(task))),
    ]),
  );
}

const marks: Readonly<Record<Finding, string>> = { above: "*", below: "†", "no sign": " " };

function markedValue(
  found: { readonly value: number | null; readonly finding: Finding | null } | null | undefined,
): string {
  if (found === undefined) return "";
  if (found?.finding == null) return "– ";
  return `${valueText(found.value)}${marks[found.finding]}`;
}

function valueText(value: number | null): string {
  if (value === null) return "–";
  const text = value.toFixed(2);
  return /^-0\.00$/.test(text) ? "0.00" : text.replace("-", "−");
}

/** Print what a study and its sweep would do. */
export async function printSweepPlan(
  study: Study,
  { out, json }: Pick<PerformOptions, "out" | "json">,
  io: CommandIo,
): Promise<void> {
  const { planSweep } = await import("../../study/sweep/run-sweep.ts");
  const plan = await planSweep(study, { out, clock: io.now });
  if (json) {
    await io.stdout.writeJson(plan);
    return;
  }
  const states = plan.stages.map(({ name, performed }) => ({ name, finished: performed === 0 }));
  const { axes, stages, specifications, variants, models, modelTokens, examples } = plan;
  for (const [name, options] of Object.entries(axes))
    await io.stdout.write(`${name.padEnd(10)} ${options.join(" · ")}\n`);
  await io.stdout.write("\n");
  for (const { name, performed, directories } of stages)
    await io.stdout.write(
      `${performed === 0 ? "done" : "run "}  ${name.padEnd(24)} ${performed} of ${directories}\n`,
    );
  await io.stdout.write(
    `\n${sourceLines({ ...plan, stages: states })}` +
      `sweep     ${amount(specifications, "specification")} in ${amount(variants, "variant")}\n` +
      `models    ${models}, about ${formatAmount(modelTokens, "tokens")} for ${examples} examples\n` +
      `time      about ${formatDuration(plan.estimatedSeconds)} on two cores with small models\n` +
      `into      ${join(out, "sweep.parquet")}\n`,
  );
}
