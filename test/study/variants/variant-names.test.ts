import { join } from "node:path";
import { expect, test } from "vitest";
import { loadStudy } from "#rote/study/load-study.js";
import { crossTaskVariants } from "#rote/study/variants/own-variants.js";
import { strangersFolder } from "../stranger.ts";

test("tasks whose names differ in characters that folders do without, or in case, have folders of their own", async () => {
  const study = await loadStudy(join(strangersFolder(), "study.yaml"));
  const tasks = ["a b", "a-b", "a-b-2", "a b-2", "A-B"].map((name) => ({
    ...study.tasks[0]!,
    name,
  }));
  expect(crossTaskVariants({ ...study, crossTask: true, tasks }).map(({ name }) => name)).toEqual([
    "mined-on-a-b",
    "mined-on-a-b-2",
    "mined-on-a-b-2-2",
    "mined-on-a-b-2-3",
    "mined-on-A-B-3",
  ]);
});
