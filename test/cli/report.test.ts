import { expect, test } from "vitest";
import { makeRun } from "../report/fixture.ts";
import { freshDirectory, rote } from "./rote.ts";

test("report writes the page and prints its path", async () => {
  using directory = freshDirectory();
  const run = await makeRun(directory.in("run"));
  expect(await rote(["report", run])).toEqual({
    stdout: `${run}/report.html\n`,
    stderr: "",
    code: 0,
  });
});

test("report of something else is an error that names the file", async () => {
  using directory = freshDirectory();
  expect(await rote(["report", directory.path])).toEqual({
    stdout: "",
    stderr: `rote report: ${directory.in("run.json")} does not exist\n`,
    code: 2,
  });
});
