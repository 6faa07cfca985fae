// Draws docs/demo.svg, the README's figure, from a run directory of the demo:
//   npm run demo && node scripts/make-readme-figure.mjs rote-demo
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { memorizationFigure } from "#rote/report/figure.js";

const [run = "rote-demo"] = process.argv.slice(2);
const { estimates, identities } = JSON.parse(readFileSync(join(run, "run.json"), "utf8"));
const shown = ["associations", "facts-countries", "translation"];
const domain = [-0.2, 0.8];

const panels = shown.map((task, i) => {
  const first = estimates.find((estimate) => estimate.task === task).n;
  const points = identities.models.map(({ name, parameters }) => {
    const {
      value,
      interval,
      null: band,
    } = estimates.find(
      (estimate) =>
        estimate.measure === "distributional-memorization" &&
        estimate.task === task &&
        estimate.n === first &&
        estimate.model === name &&
        estimate.method === "spearman" &&
        estimate.zeros === "kept",
    );
    const label = `${(parameters / 1e6).toPrecision(2)}M`;
    return {
      label,
      value,
      low: interval.low,
      high: interval.high,
      nullLow: band.low,
      nullHigh: band.high,
    };
  });
  const title = `${task}: Spearman correlation by model size`;
  const svg = memorizationFigure([{ label: task, points }], { title, description: title }, domain);
  const heading = `<text x="${330 * i + 130}" y="20" font-family="sans-serif" font-size="13" font-weight="600">${task}</text>`;
  return `${heading}${svg.replace("<svg ", `<svg x="${330 * i}" y="14" `)}`;
});
writeFileSync(
  "docs/demo.svg",
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 990 290" width="990" height="290" role="img" aria-label="Spearman correlation of three demo tasks by model size"><rect width="990" height="290" fill="white"/>${panels.join("")}</svg>\n`,
);
