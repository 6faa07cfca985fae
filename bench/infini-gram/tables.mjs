// What is asked: a case is a file of questions (draw-queries.mjs) and the engines that answer it, each by one of
// its works (our-engine.mjs). Answers of one case must be equal, but for those that are `others`.
import { bands, contextLengths, lengths } from "./draw-queries.mjs";

const both = (name, file, work) => ({
  ...{ name, file },
  entrants: [
    { engine: "rote", work },
    { engine: "original", work },
  ],
});

const counts = [...lengths, "absent"].map((n) => {
  const one = both(`count ${n}`, `count-${n}`, "count");
  return { ...one, entrants: [...one.entrants, { engine: "twin", work: "count" }] };
});

const codf = bands.flatMap(({ name }) => [
  {
    name: `codf ${name}`,
    file: `pairs-${name}`,
    entrants: [
      { engine: "rote", work: "codf" },
      { engine: "rote", work: "codf_batch" },
      { engine: "twin", work: "codf" },
      { engine: "original", work: "cnf", others: true },
    ],
  },
  {
    name: `codf among 400, ${name}`,
    file: `among-${name}`,
    entrants: [{ engine: "rote", work: "codf_batch" }],
  },
]);

/** Cases by table. */
export const tables = {
  count: counts,
  prob: [
    both("prob 5", "prob-5", "prob"),
    ...contextLengths.map((n) => both(`∞-gram prob ${n}`, `infgram-${n}`, "infgram_prob")),
    both("AND of bigrams", "bigrams", "cnf"),
  ],
  ntd: [
    ...[1, 2, 4].map((n) => both(`ntd ${n}, support 1000`, `context-${n}`, "ntd")),
    both("∞-gram ntd 32, support 1000", "context-32", "infgram_ntd"),
  ],
  "ntd-exact": bands.map(({ name }) => both(`ntd ${name}`, `frequent-${name}`, "ntd_exact")),
  codf,
  attribution: [both("attribution", "answers-450", "attribute")],
  callers: [
    both("count 5", "count-5", "count"),
    both("prob 5", "prob-5", "prob"),
    both("∞-gram prob 32", "infgram-32", "infgram_prob"),
    both("attribution", "answers-450", "attribute"),
  ],
};

/** The original starts a thread for each piece of an exact distribution; on one core the system kills it. */
export const coresOf = (table) => (table === "ntd-exact" || table === "callers" ? 2 : 1);

/** Processes of each engine that ask at the same time, all of them the same questions. */
export const callersOf = (table) => (table === "callers" ? 2 : 1);
