import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openLanguageModel } from "#rote/models/open-model.js";
import { stepOf } from "#rote/models/suites/checkpoint-name.js";
import { checkpointsOf, findModel } from "#rote/models/suites/find-model.js";
import { listModels } from "#rote/models/suites/list-models.js";
import { goldenFolder, hasGolden, readGolden } from "../golden.ts";

const root = mkdtempSync(join(tmpdir(), "rote-suites-"));
afterAll(() => {
  rmSync(root, { recursive: true });
});

const skipped = hasGolden ? "" : " (skipped: ../shared/data is absent)";
const plain = ["config.json", "model.safetensors"];

function model(folder: string, files: readonly string[] = plain, golden = "neox"): string {
  const target = join(root, folder);
  mkdirSync(target, { recursive: true });
  for (const file of files) copyFileSync(join(goldenFolder(golden), file), join(target, file));
  return target;
}

test.each([
  ["step-500", 500],
  ["step1000", 1000],
  ["step_7", 7],
  ["checkpoint-2000", 2000],
  ["global_step143000", 143000],
  ["step1000-tokens4B", 1000],
  ["stage1-step10-tokens5B", 10],
  ["step0", 0],
  ["step 20", 20],
  ["main", undefined],
  ["pythia-70m", undefined],
  ["footstep3", undefined],
  ["step-99999999999999999999", undefined],
])("the step of %s is %s", (name, step) => {
  expect(stepOf(name)).toBe(step);
});

describe.skipIf(!hasGolden)(`a folder of steps${skipped}`, () => {
  const suite = join(root, "suite");
  const setUp = (): void => {
    model("suite/step10");
    model("suite/step2", [...plain, "tokenizer.json"]);
    model("suite/checkpoint-1000", ["config.json", "pytorch_model.bin"], "neox-bin");
    mkdirSync(join(suite, "step3"), { recursive: true });
    model("suite/step4", ["config.json"]);
    mkdirSync(join(suite, "logs"), { recursive: true });
  };

  test("is listed in the order of training, with what cannot be opened", async () => {
    setUp();
    const { models, problems } = await listModels(suite);
    expect(models.map(({ step }) => step)).toEqual([2, 10, 1000]);
    expect(models.map(({ tokenizer }) => tokenizer)).toEqual([true, false, false]);
    expect(models[2]).toEqual({
      name: "suite",
      step: 1000,
      revision: null,
      family: "gpt-neox",
      parameters: 81_216,
      dtype: "float16",
      bytes: 206_125,
      tokenizer: false,
      path: join(suite, "checkpoint-1000"),
    });
    expect(problems).toEqual([
      {
        path: join(suite, "step3"),
        problem: `${join(suite, "step3", "config.json")} does not exist`,
      },
      {
        path: join(suite, "step4"),
        problem: expect.stringContaining(`${join(suite, "step4")} holds no weights`) as string,
      },
    ]);
  });

  test("gives its steps by name and by number", async () => {
    setUp();
    for (const wanted of ["step10", "10", "step-10"])
      expect(await findModel(`${suite}@${wanted}`)).toEqual({
        folder: join(suite, "step10"),
        name: "suite",
        step: 10,
      });
    await expect(findModel(`${suite}@step11`)).rejects.toThrow(
      /holds no step "step11"; did you mean step10\?/,
    );
    await expect(findModel(suite)).rejects.toMatchObject({
      code: "file/missing",
      message: expect.stringContaining(`name one, such as ${suite}@checkpoint-1000`) as string,
    });
    await using opened = await openLanguageModel(`${suite}@1000`, { threads: 1 });
    expect(opened.identity).toMatchObject({ name: "suite", checkpoint: "step 1000" });
  });
});

describe.skipIf(!hasGolden)(`a training of ours${skipped}`, () => {
  test("is listed with its steps, the finished model last", async () => {
    for (const folder of ["run", "run/step-20", "run/step-3"]) model(folder);
    const { models, problems } = await listModels(join(root, "run"));
    expect(models.map(({ name, step }) => [name, step])).toEqual([
      ["run", 3],
      ["run", 20],
      ["run", null],
    ]);
    expect(problems).toEqual([]);
    expect(await findModel(join(root, "run"))).toEqual({ folder: join(root, "run"), name: "run" });
  });

  test("gives its checkpoints in the order of training, its end last, whose steps its record tells", async () => {
    for (const folder of ["told", "told/step-20", "told/step-3"]) model(folder);
    const told = join(root, "told");
    writeFileSync(join(told, "training.json"), JSON.stringify({ steps: 50 }));
    const paths = await checkpointsOf(told);
    expect(paths).toEqual([`${told}@step-3`, `${told}@step-20`, told]);
    const steps = [];
    for (const path of paths) {
      await using opened = await openLanguageModel(path, { threads: 1 });
      steps.push(opened.identity.step);
    }
    expect(steps).toEqual([3, 20, 50]);
    writeFileSync(join(told, "training.json"), "no JSON");
    await using opened = await openLanguageModel(told, { threads: 1 });
    expect(opened.identity.step).toBeUndefined();
    await expect(checkpointsOf(join(told, "step-3"))).rejects.toThrow(/holds no checkpoints/);
  });

  test("lies in a folder of several", async () => {
    for (const folder of ["lab/models/b", "lab/models/a/step-1", "lab/models/a"]) model(folder);
    const { models } = await listModels(join(root, "lab"));
    expect(models.map(({ name, step }) => [name, step])).toEqual([
      ["a", 1],
      ["a", null],
      ["b", null],
    ]);
  });
});

describe.skipIf(!hasGolden)(`a cache of Hugging Face's libraries${skipped}`, () => {
  const cache = join(root, "hub");
  const repository = join(cache, "models--org--neox");
  const [first, second, third] = ["a", "b", "c"].map((letter) => letter.repeat(40)) as [
    string,
    string,
    string,
  ];

  function snapshot(commit: string, files: readonly string[], golden = "neox"): void {
    for (const file of files) {
      const blob = join(repository, "blobs", `${golden}-${file}`);
      const link = join(repository, "snapshots", commit, file);
      mkdirSync(dirname(blob), { recursive: true });
      mkdirSync(dirname(link), { recursive: true });
      copyFileSync(join(goldenFolder(golden), file), blob);
      rmSync(link, { force: true });
      symlinkSync(relative(dirname(link), blob), link);
    }
  }

  function ref(name: string, commit: string): void {
    const path = join(repository, "refs", name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, commit);
  }

  function setUp(): void {
    snapshot(first, [...plain, "tokenizer.json"]);
    snapshot(second, ["config.json", "pytorch_model.bin"], "neox-bin");
    snapshot(third, ["config.json"]);
    ref("main", first);
    ref("step3000", second);
    ref("refs/pr/1", third);
    symlinkSyncBroken(join(repository, "snapshots", third, "model.safetensors"));
    mkdirSync(join(cache, "datasets--org--corpus", "snapshots"), { recursive: true });
  }

  function symlinkSyncBroken(link: string): void {
    rmSync(link, { force: true });
    symlinkSync("../../blobs/not-yet", link);
  }

  test("is listed by revision; what is not fetched yet is a problem", async () => {
    setUp();
    const { models, problems } = await listModels(cache);
    expect(models.map(({ name, revision, step, dtype }) => [name, revision, step, dtype])).toEqual([
      ["org/neox", "step3000", 3000, "float16"],
      ["org/neox", "main", null, "float32"],
    ]);
    expect(problems.map(({ path }) => path)).toEqual([join(repository, "snapshots", third)]);
    expect(problems[0]!.problem).toContain("holds no weights");
  });

  test("gives its models by repository and revision, through links", async () => {
    setUp();
    const main = {
      folder: join(repository, "snapshots", first),
      name: "org/neox",
      revision: "main",
    };
    expect(await findModel(repository)).toEqual(main);
    expect(await findModel(join(cache, "org/neox"))).toEqual(main);
    expect(await findModel(`${repository}@${second}`)).toMatchObject({
      revision: "step3000",
      step: 3000,
    });
    for (const [revision, golden] of [
      ["main", "neox"],
      ["step3000", "neox-bin"],
    ] as const) {
      await using opened = await openLanguageModel(`${join(cache, "org/neox")}@${revision}`, {
        threads: 1,
      });
      expect(opened.identity.name).toBe("org/neox");
      expect(opened.identity.checkpoint).toBe(revision === "main" ? undefined : "step 3000");
      const { input_ids: ids, logprobs } = readGolden(golden).sequences[0]!;
      const [scored] = await opened.scoreIds!([{ ids, start: 1 }]);
      for (const [t, value] of logprobs.entries())
        expect(Math.abs(scored!.logProbs[t]! - value)).toBeLessThan(3e-5);
    }
  });

  test("names the revisions it has, and follows no reference out of it", async () => {
    setUp();
    await expect(findModel(`${repository}@step300`)).rejects.toThrow(
      /no revision "step300"; did you mean step3000\?/,
    );
    await expect(findModel(`${repository}@../../x`)).rejects.toThrow(/holds no revision/);
    ref("evil", "../../../etc");
    await expect(findModel(`${repository}@evil`)).rejects.toThrow(/refs\/evil names no commit/);
    rmSync(join(repository, "refs", "evil"));
  });
});

test("a folder without models, and one that is not there, are refused", async () => {
  const empty = join(root, "empty");
  mkdirSync(empty);
  await expect(listModels(empty)).rejects.toThrow(`${empty} holds no models`);
  await expect(listModels(join(root, "nowhere"))).rejects.toMatchObject({ code: "file/missing" });
  await expect(findModel(empty)).rejects.toThrow(
    /config\.json does not exist; no model lies there/,
  );
});

test("a name that is no folder is refused with where to find one", async () => {
  const nowhere = join(root, "no-where", "at all");
  await expect(findModel(nowhere)).rejects.toThrow(
    `${nowhere} does not exist; name a model's folder`,
  );
  await expect(findModel("ORG/some-model@step7")).rejects.toThrow(
    /^ORG\/some-model does not exist; nothing is downloaded: fetch it with `hf download ORG\/some-model --revision step7` and name it ~\/\.cache\/huggingface\/hub\/ORG\/some-model@step7$/,
  );
  const file = join(root, "some.safetensors");
  writeFileSync(file, "");
  await expect(findModel(file)).rejects.toThrow(
    `${file} is a file; a model is named by its folder: ${root}`,
  );
});

test.skipIf(!hasGolden)(
  `a model that is no decoder is listed by its numbers${skipped}`,
  async () => {
    cpSync(goldenFolder("bert"), join(root, "encoders", "bert"), { recursive: true });
    const { models } = await listModels(join(root, "encoders"));
    expect(models).toMatchObject([{ name: "bert", family: "bert", dtype: "float32" }]);
    expect(models[0]!.parameters).toBeGreaterThan(1000);
  },
);
