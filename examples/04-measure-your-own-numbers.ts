// Counts and log-probabilities from anywhere: how much does the model follow the corpus?
import { createRng, measure } from "rote";

// Forty made-up questions. The corpus answers every fourth in no document and the others in 6 to 240 of
// 300, and two models follow it with noise of their own, the large one closer.
const noise = createRng(7);
const index = Array.from({ length: 40 }, (_, i) => i);
const codf = index.map((i) => (i % 4 === 3 ? 0 : 6 * (i + 1)));
const told = codf.map((count) => Math.log((count + 1) / 300));
const { estimates, drops } = await measure(
  {
    example: index,
    codf,
    dfA: index.map(() => 300),
    dfB: index.map((i) => 240 + ((i * 37) % 60)),
    length: index.map((i) => 3 + (i % 5)),
    logLikelihood: {
      small: told.map((x) => x + 3 * noise.normal()),
      large: told.map((x) => x + noise.normal()),
    },
  },
  { parameters: (model) => (model === "large" ? 1e9 : 1e8) },
);

for (const { measure: name, method, zeros, model, controls, value, interval } of estimates)
  console.log(
    `${model}: ${name}, ${[method, ...controls].join(" ")}, zeros ${zeros}:`,
    `${show(value)} [${show(interval?.low)}, ${show(interval?.high)}]`,
  );
for (const { reason, count } of drops) console.log(`${reason}: ${count} pairs`);

function show(value: number | null | undefined): string {
  return value?.toFixed(2) ?? "none";
}
