/** What `rote run` and `rote demo` share: a study performed, and its finding printed. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Study } from "../../study/load-study.ts";
import type { StudyPlan } from "../../study/plan.ts";
import type { RunFile } from "../../study/run-file.ts";
import type { CommandIo } from "../io.ts";
import { amount, formatAmount, formatDuration, formatInteger } from "../output.ts";
import { connectionOf, type RunningValues } from "../running.ts";

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
  const run = await runStudy(study, {
    out,
    jobs: running.jobs ?? availableParallelism(),
    device: running.device,
    connection: connectionOf(running, io),
    command: io.commandLine,
    signal: io.signal,
    onProgress: io.onProgress,
    clock: io.now,
    onStage: (name, ran, seconds) => {
      io.say(`  ${name.padEnd(24)} ${ran ? formatDuration(seconds) : "done before"}`);
    },
  });
  const report = await writeReport(out);
  for (const warning of run.warnings) io.say(`note: ${warning}`);
  if (json) {
    const { headline, verdicts, warnings, estimates, drops } = run;
    await io.stdout.writeJson({ headline, verdicts, warnings, estimates, drops, run: out, report });
  } else await printFinding(run, report, io);
}

async function printFinding(
  { verdicts, drops, headline }: RunFile,
  report: string,
  { stdout }: CommandIo,
): Promise<void> {
  for (const { finding, sentence } of verdicts)
    await stdout.write(`${finding.padEnd(24)}  ${sentence}\n`);
  await stdout.write(`\n${headline}\n` + `${pairsText(drops)}\n` + `Report    ${report}\n`);
}

function pairsText(drops: RunFile["drops"]): string {
  const mined = pairsOf(drops, "mined");
  const scored = pairsOf(drops, "scored");
  const rest =
    mined === scored ? "" : '; the report says under "What was dropped" where the others went';
  return `${amount(mined, "pair")} mined, ${formatInteger(scored)} scored${rest}`;
}

/** Pairs with a fate, over all tasks and n; where models differ, those of the model with the most. */
function pairsOf(drops: RunFile["drops"], reason: string): number {
  const most = new Map<string, number>();
  for (const { task, n, count } of drops.filter((drop) => drop.reason === reason)) {
    const key = JSON.stringify([task, n]);
    most.set(key, Math.max(most.get(key) ?? 0, count));
  }
  return [...most.values()].reduce((sum, count) => sum + count, 0);
}

/** Print what a study would do. */
export async function printPlan(
  study: Study,
  { out, json }: Pick<PerformOptions, "out" | "json">,
  io: CommandIo,
): Promise<void> {
  const { planRun } = await import("../../study/run-study.ts");
  const plan = await planRun(study, { out, clock: io.now });
  if (json) {
    await io.stdout.writeJson(plan);
    return;
  }
  const { stages, examples, models, modelTokens, estimatedSeconds } = plan;
  for (const { name, finished } of stages)
    await io.stdout.write(`${finished ? "done" : "run "}  ${name}\n`);
  await io.stdout.write(
    `\n${sourceLines(plan)}` +
      `models    ${models}, about ${formatAmount(modelTokens, "tokens")} for ${examples} examples\n` +
      `time      about ${formatDuration(estimatedSeconds)} on two cores with small models\n` +
      `into      ${join(out, "run.json")}\n`,
  );
}

/** The files are read once more for overlap only where there is any. */
function isOpenOverlap({ name, finished }: StudyPlan["stages"][number]): boolean {
  return name === "overlap" && !finished;
}

/** What is read and what is counted from. */
export function sourceLines({
  index,
  corpusBytes,
  corpusPasses,
  stages,
}: Pick<StudyPlan, "index" | "corpusBytes" | "corpusPasses" | "stages">): string {
  const isRead = index === null && stages.some(isOpenOverlap);
  const most = isRead && corpusPasses > 1 ? "at most " : "";
  const passes = corpusPasses === 1 ? "one pass" : `${most}${corpusPasses} passes`;
  const corpus = `corpus    ${formatAmount(corpusBytes, "bytes")} stored, ${passes} over it\n`;
  if (index === null) return corpus;
  const { directory, documents, tokens } = index;
  const words = `${amount(documents, "document")}, ${amount(tokens - documents, "word")}`;
  const counted = `index     ${directory}: pairs are counted from its ${words}\n`;
  return corpusBytes === 0 ? counted : corpus + counted;
}
