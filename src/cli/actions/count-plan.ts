import { type CountPlan, planCount, TEXT_BYTES_PER_SECOND } from "../../counting/plan-count.ts";
import { textPolicy } from "../../text/policies.ts";
import { jobsOf, openCorpusOf } from "../corpus-source.ts";
import type { ExitCode } from "../define-command.ts";
import type { CommandIo } from "../io.ts";
import { amount, formatBytes, formatDuration, formatInteger } from "../output.ts";
import { readQuestion } from "./count.ts";
import { type CountValues, type Keeping, keepingOf } from "./count-values.ts";

/** `rote count --dry-run`: what a count would read and need. */
export async function printCountPlan(values: CountValues, io: CommandIo): Promise<ExitCode> {
  const keeping = keepingOf(values);
  const question = await readQuestion(values, io);
  const corpus = await openCorpusOf(values, io);
  const plan = await planCount(corpus, question, {
    policy: textPolicy(values.policy),
    jobs: jobsOf(values.jobs),
    ...(values.window === undefined ? {} : { window: values.window }),
    ...(keeping?.shard === undefined ? {} : { shard: keeping.shard }),
  });
  if (values.json) await io.stdout.writeJson(plan);
  else
    for (const [title, text] of planLines(plan, keeping))
      await io.stdout.write(`${title.padEnd(10)}${text}\n`);
  return 0;
}

function planLines(
  plan: CountPlan,
  keeping: Keeping | undefined,
): readonly (readonly [string, string])[] {
  const { files, bytes, parts, shard, memory, jobs, seconds } = plan;
  const rate = formatBytes(TEXT_BYTES_PER_SECOND);
  return [
    ["corpus", `${amount(files, "file")}, ${formatBytes(bytes)}, read in ${amount(parts, "part")}`],
    ...(shard.of === 1
      ? []
      : [
          [
            "shard",
            `${shard.index} of ${shard.of}: ${amount(shard.parts, "part")}, ${formatBytes(shard.bytes)}`,
          ] as const,
        ]),
    ["question", questionText(plan)],
    ["workers", formatInteger(jobs)],
    [
      "memory",
      `at most about ${formatBytes(memory.bytes)}: ${memory.parts.map(({ what, bytes }) => `${what} ${formatBytes(bytes)}`).join(", ")}`,
    ],
    ["time", `about ${formatDuration(seconds)}, at ${rate} of text a second and worker`],
    ...(keeping === undefined ? [] : [["kept in", keeping.path] as const]),
  ];
}

function questionText({ phrases, pairs, distinctPhrases }: CountPlan): string {
  const asked = [
    ...(phrases > 0 ? [amount(phrases, "phrase")] : []),
    ...(pairs > 0 ? [amount(pairs, "pair")] : []),
  ];
  return `${asked.join(" and ")} of ${amount(distinctPhrases, "different phrase")}`;
}
