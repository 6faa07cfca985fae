import { existsSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { hashFile } from "#rote/base/files.js";
import { loadExamples, openTask } from "#rote/tasks/load.js";
import { collect, scratch } from "../corpus/helpers.ts";

const { folder, write, remove } = scratch();
afterAll(remove);

const line = (fields: object): string =>
  `${JSON.stringify({ input: "i", output: "o", ...fields })}\n`;

test("examples are read with their optional fields; a missing id is file and line", async () => {
  const text = [
    line({ id: "x", input: "2 + 2", output: "4", split: "train", subject: "ignored" }),
    "\n",
    line({ choices: ["a", "o"], answers: ["O"], split: "validation" }),
    line({ id: 12, choices: null, split: null }),
  ].join("");
  const expected = [
    { id: "x", input: "2 + 2", output: "4", split: "train" },
    {
      id: "t.jsonl:3",
      input: "i",
      output: "o",
      split: "test",
      choices: ["a", "o"],
      answers: ["O"],
    },
    { id: "12", input: "i", output: "o", split: undefined },
  ];
  expect(await collect(loadExamples(write("t.jsonl", text)))).toEqual(expected);
  const zipped = write("t.jsonl.gz", gzipSync(text));
  expect(await collect(loadExamples(zipped))).toMatchObject([
    { id: "x" },
    { id: "t.jsonl.gz:3" },
    {},
  ]);
});

test.each([
  ['{"input":"i","output":', "is not JSON ("],
  ["[1]", "holds an array, not a JSON object"],
  ['{"input":"i","ouput":"o"}', 'has no string field "output"; it has "input", "ouput"'],
  ['{"input":1,"output":"o"}', 'has no string field "input" (it holds a number)'],
  ['{"input":"i","output":""}', 'has an empty "output"'],
  ['{"input":"i","output":"o","choices":["a","b"]}', 'has the output "o", which is none of'],
  ['{"input":"i","output":"o","answers":"o"}', 'has "answers" that are no list of strings'],
  ['{"input":"i","output":"o","id":{}}', "has an id that is an object"],
  [
    '{"input":"i","output":"o","split":"trian"}',
    'has the unknown split "trian" (did you mean "train"?); known are',
  ],
  ['{"input":"i","output":"o","id":"same"}', 'repeats the id "same" of line 1'],
])("a malformed line names file and line: %s", async (bad, reason) => {
  const path = write("bad.jsonl", `${line({ id: "same" })}${bad}\n`);
  const reading = collect(loadExamples(path));
  await expect(reading).rejects.toMatchObject({ code: "task/malformed" });
  await expect(reading).rejects.toThrow(`${path}:2 ${reason}`);
});

test("a missing and an empty file are refused by name", async () => {
  await expect(openTask({ file: `${folder}/no.jsonl` })).rejects.toMatchObject({
    code: "file/missing",
  });
  const empty = openTask({ file: write("empty.jsonl", "\n") });
  await expect(empty).rejects.toMatchObject({ code: "task/empty" });
});

test("a task has its splits apart where the file has both", async () => {
  const file = write("facts.v1.jsonl", line({ id: 1, split: "train" }) + line({ id: 2 }));
  const task = await openTask({ file });
  expect(task).toMatchObject({ name: "facts", file, isSplit: true, counts: { train: 1, test: 1 } });
  expect(task.sha256).toBe(await hashFile(file));
  expect(task.prompt).toEqual({ template: "{input} " });
  expect((await collect(task.examples("train"))).map(({ id }) => id)).toEqual(["1"]);
  expect((await collect(task.examples("test"))).map(({ id }) => id)).toEqual(["2"]);
});

test("without two splits every example is in both", async () => {
  for (const split of [undefined, "test", "train"]) {
    const file = write("one.jsonl", line({ split }) + line({ split }));
    const task = await openTask({ file, prompt: "Q: {input}\nA:", name: "own" });
    expect(task).toMatchObject({ name: "own", isSplit: false, counts: { train: 2, test: 2 } });
  }
});

const demo = "data/demo/tasks/arithmetic.jsonl";
test.skipIf(!existsSync(demo))("the demo's tasks open", async () => {
  const task = await openTask({ file: demo });
  expect(task.isSplit).toBe(true);
  expect(task.counts.test).toBeGreaterThan(20);
});
