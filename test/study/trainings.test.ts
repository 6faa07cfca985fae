import { describe, expect, test } from "vitest";
import { trainingOf, withTrainings } from "#rote/study/trainings.js";

describe("trainings of a run's models", () => {
  const identity = { family: "gpt-neox", parameters: 10, sha256: null };
  const models = [
    { ...identity, name: "a@step-5", checkpoint: "step 5", step: 5 },
    { ...identity, name: "step-50", checkpoint: "step 50" },
    { ...identity, name: "a", step: 500 },
    { ...identity, name: "b" },
    { ...identity, name: "localhost/m" },
  ];
  const paths = ["/x/a@step-5", "/x/a/step-50", "/x/a", "/x/b", "http://localhost/v1#m"];

  test("checkpoints by name or folder and the end are one; a model alone names none", () => {
    expect(withTrainings(models, paths).map(({ training }) => training)).toEqual([
      ...["a", "a", "a"],
      ...[undefined, undefined],
    ]);
  });

  test("trainings of one name in two folders are two", () => {
    const both = [...models.slice(0, 3), ...models.slice(0, 3)];
    const twice = [...paths.slice(0, 3), "/y/a@step-5", "/y/a/step-50", "/y/a"];
    expect(withTrainings(both, twice).map(({ training }) => training)).toEqual([
      ...["x/a", "x/a", "x/a"],
      ...["y/a", "y/a", "y/a"],
    ]);
  });

  test("trainings whose steps lie side by side are as many as their names", () => {
    const side = [
      ...["/m/pythia-70m-step1000", "/m/pythia-70m-step2000", "/m/pythia-70m"],
      ...["/m/pythia-160m-step1000", "/m/pythia-160m_step_2000"],
      ...["/o/stage1-step1000-tokens5B", "/o/stage2-step20-tokens1B"],
      ...["/g/global_step5", "/g/global_step10", "/s/step5-seed1", "/s/step10-seed2"],
      ...["/m@pythia-1b-step5", "/m@pythia-1b-step10"],
    ];
    const known = side.map((path) => ({
      ...{ ...identity, name: path },
      ...(path.endsWith("70m") ? {} : { checkpoint: path }),
    }));
    expect(withTrainings(known, side).map(({ training }) => training)).toEqual([
      ...["pythia-70m", "pythia-70m", "pythia-70m", "pythia-160m", "pythia-160m"],
      ...["o", "o", "g", "g", undefined, undefined, "pythia-1b", "pythia-1b"],
    ]);
  });

  test("steps are those of the identity, else of the checkpoint's name", () => {
    const of = trainingOf(withTrainings(models, paths));
    expect(models.map(({ name }) => of(name))).toEqual([
      { training: "a", step: 5 },
      { training: "a", step: 50 },
      { training: "a", step: 500 },
      { training: "b", step: undefined },
      { training: "localhost/m", step: undefined },
    ]);
    expect(of("unknown")).toBeUndefined();
  });
});
