import { importScores } from "../../study/import-scores.ts";
import type { ExitCode } from "../define-command.ts";
import type { CommandIo } from "../io.ts";
import { amount, formatInteger } from "../output.ts";

/** `rote score --import`: one row a log-probability; what is left out is told. */
export async function importScoresOf(path: string, io: CommandIo): Promise<ExitCode> {
  const leftOut = new Map<string, number>();
  let imported = 0;
  for await (const { row, leftOut: reason } of importScores(path)) {
    if (reason !== undefined) {
      leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);
      continue;
    }
    imported += 1;
    await io.stdout.writeJson(row);
  }
  io.say(`${amount(imported, "log-probability", "log-probabilities")} imported`);
  for (const [reason, count] of leftOut) io.say(`left out: ${formatInteger(count)}, ${reason}`);
  return imported > 0 ? 0 : 1;
}
