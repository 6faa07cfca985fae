import { describe, expect, test } from "vitest";
import { createRng } from "#rote/base/random.js";
import { drawShots, renderShots } from "#rote/tasks/shots.js";
import type { Example } from "#rote/tasks/task.js";

const example = (id: string, group?: string): Example => ({
  id,
  input: `question ${id}`,
  output: `answer ${id}`,
  split: undefined,
  ...(group === undefined ? {} : { group }),
});
const draw = (evaluated: Example[], pool: Example[], count: number, seed = 1) =>
  drawShots(evaluated, { pool, count, rng: createRng(seed) });

describe("shots", () => {
  const pool = Array.from("abcdefghij", (id) => example(id));
  const evaluated = [example("x"), example("y")];

  test("are drawn without replacement, the same for a seed and others for another", () => {
    const [shots, ...rest] = draw(evaluated, pool, 4);
    expect(rest).toEqual([]);
    expect(shots!.group).toBeNull();
    expect(new Set(shots!.examples.map(({ id }) => id)).size).toBe(4);
    expect(draw(evaluated, pool, 4)).toEqual([shots]);
    const others = [2, 3, 4].map((seed) => draw(evaluated, pool, 4, seed)[0]);
    expect(others.some((other) => other!.examples[0] !== shots!.examples[0])).toBe(true);
  });

  test("of a grouped task come from the question's group, whatever other groups there are", () => {
    const grouped = [example("1", "law"), example("2", "law"), example("3", "art")];
    const shots = draw([example("x", "art"), example("y", "law")], grouped, 1);
    expect(shots.map(({ group }) => group)).toEqual(["art", "law"]);
    expect(shots[0]!.examples.map(({ id }) => id)).toEqual(["3"]);
    expect(draw([example("y", "law")], grouped, 1)).toEqual([shots[1]]);
    expect(() => draw([example("x", "art")], grouped, 2)).toThrow(
      /the group "art" has 1 solved examples to show and shots asks for 2/,
    );
  });

  test("none are none, and a pool that is too small is refused", () => {
    expect(draw(evaluated, pool, 0)).toEqual([]);
    expect(() => draw(evaluated, [], 1)).toThrow(/the task has 0 solved examples/);
  });

  test("stand as prompt and output, an empty line behind each", () => {
    expect(renderShots({ template: "Q: {input}\nA: " }, pool.slice(0, 2))).toBe(
      "Q: question a\nA: answer a\n\nQ: question b\nA: answer b\n\n",
    );
  });
});
