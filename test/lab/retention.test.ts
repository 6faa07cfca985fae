import { expect, test } from "vitest";
import type { ManifestItem } from "#rote/lab/truth/manifest-items.js";
import { retention } from "#rote/lab/truth/retention.js";
import { TruthTable } from "#rote/lab/truth/truth-table.js";
import { rowsOf } from "./synthetic-world.ts";

const asked = { kind: "fact", text: "", timed: false, context: "c", target: " t" };
const items: ManifestItem[] = Array.from({ length: 40 }, (_, index) => {
  const [item, dose] = [`item-${index}`, index < 20 ? 0 : 1];
  return { ...asked, item, dose, group: item, positions: dose === 0 ? [] : [(index - 19.5) / 20] };
});
const quarters = ["m@10", "m@20", "m@30", "m"];
/** How likely an answer is before any statement. */
const ease = ({ item, dose }: ManifestItem): number =>
  (Number(item.split("-")[1]) % 5) / 2 + 0.3 * dose;
/** A statement is worth 2 in the quarter that held it, and half of that with each one after. */
const rows = quarters.flatMap((model, quarter) =>
  rowsOf(items, { model }, (item) => {
    const since = quarter - Math.floor((item.positions![0] ?? 9) * 4);
    return -6 + quarter + ease(item) + (since < 0 ? 0 : 2 / 2 ** since);
  }),
);
const column = { metric: "logLikelihood", arm: "perturbed", model: "m" } as const;
const options = { seed: 1, resamples: 100 };

test("what one statement leaves is told by the time since, whatever else was learned", async () => {
  const points = retention(await TruthTable.of(rows), items, column, options);
  expect(points.map(({ since }) => since)).toEqual([null, 0, 1, 2, 3]);
  // Stated items are 0.3 likelier by themselves.
  [0, 2, 1, 0.5, 0.25].forEach((left, index) => {
    expect(points[index]!.advantage.value).toBeCloseTo(0.3 + left, 10);
    if (index > 0) expect(points[index]!.left!.value).toBeCloseTo(left, 10);
  });
  expect(points[0]).not.toHaveProperty("left");
  // Five items a quarter: before it in 3 + 2 + 1 of them, after it in 4, 3, 2 and 1.
  expect(points.map(({ advantage }) => advantage.items)).toEqual([30, 20, 15, 10, 5]);
  expect(points[1]).toMatchObject({ parts: 4, advantage: { groups: 20 } });
});

test("without checkpoints there is nothing to tell", async () => {
  const table = await TruthTable.of(rowsOf(items, { model: "m" }, ease));
  expect(retention(table, items, column, options)).toEqual([]);
});
