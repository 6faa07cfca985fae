/** How many answers a model chose from, for tasks that are judged by the likeliest choice. */
import { join } from "node:path";
import { exists } from "../base/files.ts";
import { readParquet } from "../base/parquet.ts";
import { choiceTable, outputTable } from "./tables.ts";

/** The number of choices of an example; undefined where its task is judged otherwise. */
export type ChoiceCounts = (task: string, example: string) => number | undefined;

/** Choices of the examples whose metric is `choice`; none where the run scored no choices. */
export async function readChoiceCounts(directory: string): Promise<ChoiceCounts> {
  const paths = [outputTable, choiceTable].map(({ file }) => join(directory, file));
  const [outputs = "", choices = ""] = paths;
  if (!(await exists(outputs)) || !(await exists(choices))) return () => undefined;
  const chosen = new Set<unknown>();
  for await (const { task, metric } of readParquet(outputs, { columns: ["task", "metric"] }))
    if (metric === "choice") chosen.add(task);
  const counts = new Map<string, number>();
  for await (const { task, example, choice } of readParquet(choices)) {
    if (!chosen.has(task) || typeof choice !== "number") continue;
    const key = JSON.stringify([task, example]);
    counts.set(key, Math.max(counts.get(key) ?? 0, choice + 1));
  }
  return (task, example) => counts.get(JSON.stringify([task, example]));
}
