/** What `rote run` and `rote demo` share: a study performed, and its finding printed. */
import { join } from "node:path";
import type { Study } from "../../study/load-study.ts";
import type { StudyPlan } from "../../study/plan.ts";
import type { OwnVariant } from "../../study/variants/own-variants.ts";
import type { VariantsPlan } from "../../study/variants/plan-variants.ts";
import type { CommandIo } from "../io.ts";
import { amount, formatAmount, formatDuration } from "../output.ts";
import { findingLines, warningLines } from "./finding.ts";
import { stageOptions, stageTeller } from "./stage-teller.ts";
import type { RunningValues } from "../running.ts";

export interface PerformOptions {
  readonly out: string;
  readonly json: boolean;
  readonly running: RunningValues;
}

/** Run a study, write its report, print the finding. */
export async function performStudy(
  study: Study,
  { out, json, running }: PerformOptions,
  io: CommandIo,
): Promise<void> {
  const { runStudy } = await import("../../study/run-study.ts");
  const { writeReport } = await import("../../report/write-report.ts");
  const tell = stageTeller(io);
  const run = await runStudy(study, {
    ...stageOptions(out, running, { io, tell }),
    onFailed: (name, { message }) => {
      io.say(`note: ${name} is left out: ${message}`);
    },
  });
  tell.end();
  const report = await writeReport(out);
  for (const warning of warningLines(run)) io.say(`note: ${warning}`);
  if (json) {
    const { headline, verdicts, warnings, estimates, drops, corpora, crossTask, preset } = run;
    await io.stdout.writeJson({
      ...{ headline, verdicts, warnings, estimates, drops },
      ...(corpora.length > 0 && { corpora }),
      ...(crossTask.length > 0 && { crossTask }),
      ...(preset && { preset }),
      ...{ run: out, report },
    });
    return;
  }
  for (const line of findingLines(run)) await io.stdout.write(`${line}\n`);
  await io.stdout.write(`${run.preset === null ? "" : "\n"}Report    ${report}\n`);
}

/** Which corpora and tables a study has beside its own. */
function besideText(own: readonly OwnVariant[]): string {
  const named = (names: readonly (string | undefined)[]): string =>
    names.filter((name) => name !== undefined).join(", ");
  const corpora = named(own.map(({ corpus }) => corpus));
  const lent = named(own.map(({ minedOn }) => minedOn));
  const parts = [
    ...(corpora === "" ? [] : [`the same on ${corpora}`]),
    ...(lent === "" ? [] : [`all other tasks with the table of each of ${lent}`]),
  ];
  return `beside    ${parts.join("; ")}`;
}

/** Print what a study would do. */
export async function printPlan(
  study: Study,
  { out, json }: Pick<PerformOptions, "out" | "json">,
  io: CommandIo,
): Promise<void> {
  const { planRun } = await import("../../study/run-study.ts");
  const { planPreset } = await import("../../study/preset/run-preset.ts");
  const { ownVariants } = await import("../../study/variants/own-variants.ts");
  const { planVariants } = await import("../../study/variants/plan-variants.ts");
  const own = ownVariants(study);
  const at = { out, clock: io.now };
  const planOwn = (): Promise<StudyPlan | VariantsPlan> =>
    own.length === 0 ? planRun(study, at) : planVariants(study, [], at);
  const plan = study.preset === "default" ? await planOwn() : await planPreset(study, at);
  if (json) {
    await io.stdout.writeJson(plan);
    return;
  }
  const { stages, examples, models, modelTokens, estimatedSeconds } = plan;
  for (const stage of stages) await io.stdout.write(`${stageText(stage)}\n`);
  if (own.length > 0) await io.stdout.write(`\n${besideText(own)}\n`);
  if (study.preset !== "default" && "variants" in plan)
    await io.stdout.write(
      `\npreset    ${study.preset}, beside the default and each option alone: ${amount(plan.variants, "variant")}\n`,
    );
  await io.stdout.write(
    `\n${sourceLines({ ...plan, stages: stages.map(stateOf) })}` +
      `models    ${models}, about ${formatAmount(modelTokens, "tokens")} for ${examples} examples\n` +
      `time      about ${formatDuration(estimatedSeconds)} on two cores with small models\n` +
      `into      ${join(out, "run.json")}\n`,
  );
}

/** The files are read once more for overlap only where there is any. */
function isOpenOverlap({ name, finished }: StudyPlan["stages"][number]): boolean {
  return name === "overlap" && !finished;
}

type PlannedStage = StudyPlan["stages"][number] | VariantsPlan["stages"][number];

function stateOf(stage: PlannedStage): StudyPlan["stages"][number] {
  return "finished" in stage ? stage : { name: stage.name, finished: stage.performed === 0 };
}

/** A stage that is ahead or done, and of a study with variants in how many directories. */
function stageText(stage: PlannedStage): string {
  if ("finished" in stage) return `${stage.finished ? "done" : "run "}  ${stage.name}`;
  const { name, performed, directories } = stage;
  return `${performed === 0 ? "done" : "run "}  ${name.padEnd(24)} ${performed} of ${directories}`;
}

/** What is read, of several corpora each by its name, and what is counted from. */
export function sourceLines({
  index,
  corpusBytes,
  corpusPasses,
  corpora = [],
  stages,
}: Pick<StudyPlan, "index" | "corpusBytes" | "corpusPasses" | "stages"> &
  Partial<Pick<VariantsPlan, "corpora">>): string {
  const isRead = index === null && stages.some(isOpenOverlap);
  const lineOf = (name: string, bytes: number, passes: number): string => {
    const most = isRead && passes > 1 ? "at most " : "";
    const times = passes === 1 ? "one pass" : `${most}${passes} passes`;
    return `corpus    ${name}${formatAmount(bytes, "bytes")} stored, ${times} over it\n`;
  };
  const corpus =
    corpora.length > 1
      ? corpora
          .filter(({ bytes }) => bytes > 0)
          .map(({ name, bytes, passes }) => lineOf(`${name}: `, bytes, passes))
          .join("")
      : lineOf("", corpusBytes, corpusPasses);
  if (index === null) return corpus;
  const { directory, documents, tokens } = index;
  const words = `${amount(documents, "document")}, ${amount(tokens - documents, "word")}`;
  const counted = `index     ${directory}: pairs are counted from its ${words}\n`;
  return corpora.length < 2 && corpusBytes === 0 ? counted : corpus + counted;
}
