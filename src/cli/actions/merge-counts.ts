import { RoteError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { mergePartials, requireWhole } from "../../counting/merge-partials.ts";
import { reportOf } from "../../counting/partial-counts.ts";
import { writePartial } from "../../counting/partial-file.ts";
import { checkCountsPath } from "../../counting/write-counts.ts";
import { leftOutLines, readText } from "../corpus-source.ts";
import type { ExitCode } from "../define-command.ts";
import type { CommandIo } from "../io.ts";
import { amount } from "../output.ts";
import { giveRows } from "./count-rows.ts";
import type { CountValues } from "./count-values.ts";

/** `rote count --merge`: the rows of the whole corpus, or of some shards one partial. */
export async function mergeCounts(values: CountValues, io: CommandIo): Promise<ExitCode> {
  const { asked: paths, partial: into, out } = values;
  if (into !== undefined && (await exists(into)))
    throw new RoteError(
      "usage",
      `${into} is there already; name another file for the sum, or remove it`,
      { path: into },
    );
  if (out !== undefined) checkCountsPath(out, { phrases: false, pairs: false });
  const merged = await mergePartials(paths);
  const { question, counts, shards, plan } = merged;
  if (into === undefined || out !== undefined) requireWhole(merged);
  if (into !== undefined) {
    await writePartial(into, merged);
    io.say(`${amount(shards.length, "shard")} of ${plan.shardCount} in ${into}`);
    if (out === undefined) return 0;
  }
  const report = reportOf(merged);
  if (report.documents === 0)
    throw new RoteError("corpus/empty", "the corpus holds no document: no shard has read one", {
      paths,
    });
  await giveRows(values, question, counts, io);
  io.say(`${amount(paths.length, "partial")}: ${readText(report)}`);
  for (const line of leftOutLines(report)) io.say(line);
  return counts.df.some((documents) => documents > 0) ? 0 : 1;
}
