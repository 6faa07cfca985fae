import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import type { StudyContext } from "#rote/study/context.js";
import { loadStudy } from "#rote/study/load-study.js";
import { pairOutputs } from "#rote/study/output-pairs.js";
import { RunDirectory } from "#rote/study/run-directory.js";
import { readStudyTask } from "#rote/study/study-task.js";
import { outputTable, writeTable } from "#rote/study/tables.js";

/** The pairs of one output, formed by a study with some filters and no threshold. */
async function pairsOf(filters: string, output: string): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "rote-pairs-"));
  writeFileSync(join(folder, "corpus.txt"), "room 7 of the Hotel Roma");
  writeFileSync(join(folder, "task.jsonl"), JSON.stringify({ input: "room 7", output: "in Ulm" }));
  writeFileSync(
    join(folder, "study.yaml"),
    `name: rooms
corpus: { files: corpus.txt }
tasks: [{ name: rooms, file: task.jsonl, n: 1, threshold: none }]
models: [none]
embedder: ${resolve("data/demo/embedder.bin")}
mine: { filters: ${filters} }
`,
  );
  const study = await loadStudy(join(folder, "study.yaml"));
  await using directory = await RunDirectory.open(join(folder, "run"), { summaries: [] });
  const mining = [{ task: "rooms", n: 1, thresholds: [{ value: undefined }] }];
  writeFileSync(directory.file("mining.json"), JSON.stringify({ mining }));
  const { id } = (await readStudyTask(study.tasks[0]!, study)).evaluated[0]!;
  const row = { example: id, task: "rooms", model: "m", output, tokens: 3 };
  await writeTable(directory, outputTable, [{ ...row, metric: "exact-match", correctness: 0 }]);
  const context: StudyContext = {
    ...{
      study,
      directory,
      modelNames: ["m"],
      tasks: [await readStudyTask(study.tasks[0]!, study)],
    },
    ...{ vectorFolder: folder, clock: () => 0, onProgress: () => undefined },
  };
  const paired = await pairOutputs(context);
  return paired.flatMap(({ pairs }) => pairs.map(({ a, b }) => `${a} ${b}`));
}

test("pairs of outputs pass the study's filters like those of gold outputs", async () => {
  const output = "Hotel 3";
  expect(await pairsOf("[]", output)).toEqual(["room hotel", "room 3", "7 hotel", "7 3"]);
  expect(await pairsOf("[alphabetic]", output)).toEqual(["room hotel"]);
  // Names are those of the task's texts, not of what a model says.
  expect(await pairsOf("[entities]", output)).toEqual(await pairsOf("[]", output));
  expect(await pairsOf("[entities]", "Rome or Ulm")).toEqual([
    ...["room rome", "room or", "7 rome", "7 or"],
  ]);
});
