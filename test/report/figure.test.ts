import { expect, test } from "vitest";
import { memorizationFigure, scatterFigure, trainingFigure } from "#rote/report/figure.js";

const text = { title: "A title", description: "What it shows." };

/** One element a line, so that a change is a readable diff. */
const lines = (svg: string): string => `${svg.replaceAll("><", ">\n<")}\n`;

test("memorization by model size", async () => {
  const svg = memorizationFigure(
    [
      { label: "0.36M", value: 0.2, low: 0.05, high: 0.33, nullLow: -0.1, nullHigh: 0.1 },
      { label: "1.3M", value: 0.5, low: 0.4, high: 0.6, nullLow: -0.1, nullHigh: 0.12 },
      {
        ...{ label: "4.2M", value: undefined, low: undefined, high: undefined },
        ...{ nullLow: undefined, nullHigh: undefined },
      },
    ],
    text,
    [-0.25, 0.75],
  );
  await expect(lines(svg)).toMatchFileSnapshot("output/memorization.svg");
});

test("scatter with a lane of zeros", async () => {
  const points = Array.from({ length: 24 }, (_, i) => ({
    probability: i % 4 === 0 ? 0 : 1 / (1 + (i % 7)) ** 2,
    logLikelihood: -1 - (i % 5),
  }));
  await expect(lines(scatterFigure(points, text))).toMatchFileSnapshot("output/scatter.svg");
});

test("a training's curve, with held-out text", async () => {
  const points = Array.from({ length: 40 }, (_, i) => ({
    step: i + 1,
    value: 6 / Math.sqrt(i + 2),
  }));
  const heldOut = points.filter(({ step }) => step % 10 === 0);
  const curve = { label: "loss (nats a token)", points, heldOut };
  await expect(lines(trainingFigure(curve, text))).toMatchFileSnapshot("output/training.svg");
  expect(trainingFigure({ label: "loss", points }, text)).not.toContain("held out");
});

test("a scatter of zeros alone has its lane", () => {
  const svg = scatterFigure([{ probability: 0, logLikelihood: -3 }], text);
  expect(svg).toContain("never together");
  expect(svg).not.toContain("NaN");
});
