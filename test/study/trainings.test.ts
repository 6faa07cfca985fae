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
