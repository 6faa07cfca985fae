// Which n-grams of a task's inputs and outputs belong together by meaning?
import { openStaticEmbedder, openTask } from "rote";
import { mineTask } from "rote/task-grams";

const task = await openTask({ file: "data/demo/tasks/translation.jsonl" });
const embedder = await openStaticEmbedder("data/demo/embedder.bin");

// The threshold is calibrated: one pair of unrelated examples in a hundred would pass it.
const { table, drops, passRates, thresholds } = await mineTask(task, embedder, { n: 2 });

console.log(`threshold: cosine above ${thresholds[0]?.value?.toFixed(3)}`);
console.log(`passed: ${percent(passRates.real.rate)}, unrelated: ${percent(passRates.null.rate)}`);
for (const { reason, count } of drops.filter(({ unit }) => unit === "pairs"))
  console.log(`${reason}: ${count} pairs`);

const frequent = [...table.rows()]
  .sort((a, b) => b.examples - a.examples || b.similarity - a.similarity)
  .slice(0, 5);
for (const { a, b, examples } of frequent) console.log(`${a} → ${b} (${examples} examples)`);

function percent(share: number | undefined): string {
  return share === undefined ? "nothing" : `${(100 * share).toFixed(1)} %`;
}
