/** Rules that the golden answers leave open were asked of the original package, version 2.6.0. */
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { findCnf } from "#rote/counting/ngram-index/cnf.js";
import { openIndex } from "#rote/counting/ngram-index/open-index.js";
import { openNaive } from "./cases.ts";

// Documented faults of the original's counts, which are not counts of documents.
test.each([
  { documents: [[2], [1, 2]], count: 0 },
  { documents: [[8], [1, 2]], count: 1 },
  { documents: Array.from({ length: 4 }, () => [1, 2]), count: 1 },
])("documents $documents: 1 and 2 meet $count times", async ({ documents, count }) => {
  const index = await openNaive(documents);
  expect(findCnf(index, [[[1]], [[2]]]).count).toBe(count);
});

test("a distance is counted from the range to the hit, on both sides", async () => {
  const index = await openNaive([[1, 5, 5, 2, 5, 5, 3]]);
  const count = (maxDistance: number): number =>
    findCnf(index, [[[2]], [[1]], [[3]]], { maxDistance }).count;
  expect([count(2), count(3)]).toEqual([0, 1]);
});

test("queries without clauses, terms or tokens are refused", async () => {
  const index = await openNaive([[1]]);
  for (const cnf of [[], [[]], [[[1]], []], [[[]]]])
    expect(() => findCnf(index, cnf)).toThrow(/CNF query/);
});

const golden = "../shared/data/golden/infini-gram-index/index";
test.skipIf(!existsSync(golden)).each([
  { shards: 1, cnf: [[[262]]], limit: 640, count: 640, approximate: false },
  { shards: 1, cnf: [[[262], [345]]], limit: 1, count: 1716, approximate: true },
  { shards: 1, cnf: [[[262], [345]]], limit: 1000, count: 1001, approximate: false },
  { shards: 1, cnf: [[[262], [345]], [[198]]], limit: 500, count: 4482, approximate: true },
  {
    shards: 2,
    cnf: [
      [[262], [345], [290]],
      [[198], [11]],
    ],
    limit: 1,
    count: 6_362_658,
    approximate: true,
  },
])(
  "$cnf in $shards shards with at most $limit hits a clause (needs shared/data)",
  async (given) => {
    const { shards, cnf, limit, count, approximate } = given;
    using index = await openIndex(Array.from({ length: shards }, () => golden));
    expect(findCnf(index, cnf, { maxClauseCount: limit })).toMatchObject({ count, approximate });
  },
);
