/**
 * The items as examples of tasks. `test` rows have the item's name; a `train` row asks the same in other
 * words, because a pair of n-grams must stand in the table of task-grams to be evaluated.
 */
import type { Item } from "./item.ts";
import type { World } from "./world.ts";

/** A line of a task file. */
export interface TaskRow {
  readonly id: string;
  readonly input: string;
  readonly output: string;
  readonly choices?: readonly string[];
  readonly split: "train" | "test";
}

/** Task files and the kind of item each asks for. */
const taskKinds: Readonly<Record<string, string>> = {
  "facts-countries": "fact/capital",
  "facts-elements": "fact/symbol",
  associations: "association",
  arithmetic: "arithmetic",
  dated: "dated",
  "two-hop": "two-hop",
  rule: "rule",
  "rule-twin": "rule-twin",
};

/** The rows of each task of a world, by the task's name. */
export function taskRows({ items, sources, settings }: World): Map<string, TaskRow[]> {
  const tasks = new Map<string, TaskRow[]>();
  for (const [name, kind] of Object.entries(taskKinds))
    tasks.set(name, items.filter((item) => item.kind === kind).flatMap(questionRows));
  const heldOut = items.filter(({ kind }) => kind === "translation/held-out");
  const train = sources.translationTrain.slice(0, Math.ceil(settings.baseShare * 1500));
  tasks.set("translation", [
    ...heldOut.flatMap((item) => questionRows(item).slice(0, 1)),
    ...train.map(({ en, translation }, index) => ({
      id: `translation-train-${String(index + 1).padStart(4, "0")}`,
      ...{ input: en, output: translation, split: "train" as const },
    })),
  ]);
  return tasks;
}

function questionRows({ item, kind, question, choices }: Item): TaskRow[] {
  if (question === undefined) return [];
  const { a, b } = question;
  const article = kind === "arithmetic" ? "" : "the ";
  const row = {
    output: b,
    ...(choices === undefined ? {} : { choices: choices.map((choice) => choice.trimStart()) }),
  };
  return [
    { id: item, input: a, ...row, split: "test" },
    { id: `${item}-train`, input: `What is ${article}${a}?`, ...row, split: "train" },
  ];
}
