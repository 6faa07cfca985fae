// Counts and log-probabilities from anywhere: how much does the model follow the corpus?
import { createRng } from "rote";
import { type CountRow, measureRows, type ScoreRow } from "rote/memorization";

// Thirty made-up questions. The corpus answers them in 3 to 90 of 100 documents, and the model
// follows it with some noise of its own.
const noise = createRng(7);
const counts: CountRow[] = [];
const scores: ScoreRow[] = [];
for (let i = 1; i <= 30; i++) {
  const [a, b] = [`question ${i}`, `answer ${i}`];
  counts.push({ a, b, codf: 3 * i, dfA: 100, dfB: 3 * i });
  const logLikelihood = Math.log((3 * i) / 100) + 2 * (noise.next() - 0.5);
  scores.push({ example: `e${i}`, task: "made up", model: "mine", n: 2, a, b, logLikelihood });
}

const { estimates, drops } = measureRows(counts, scores, { rng: createRng(1) });
for (const { method, zeros, value, interval, null: band, points } of estimates)
  console.log(
    `${method}, zeros ${zeros}: ${show(value)} [${show(interval?.low)}, ${show(interval?.high)}]`,
    `of ${points} pairs; by chance ${show(band?.low)} to ${show(band?.high)}`,
  );
for (const { reason, count } of drops) console.log(`${reason}: ${count} pairs`);

function show(value: number | null | undefined): string {
  return value?.toFixed(2) ?? "none";
}
