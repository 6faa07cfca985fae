import { expect, test } from "vitest";
import {
  binnedFigure,
  memorizationFigure,
  noveltyFigure,
  scatterFigure,
  trainingFigure,
} from "#rote/report/figure.js";

const text = { title: "A title", description: "What it shows." };

/** One element a line, so that a change is a readable diff. */
const lines = (svg: string): string => `${svg.replaceAll("><", ">\n<")}\n`;

const point = (label: string, value: number | undefined) =>
  value === undefined
    ? { label, value, low: value, high: value, nullLow: value, nullHigh: value }
    : { label, value, low: value - 0.12, high: value + 0.12, nullLow: -0.1, nullHigh: 0.1 };

test("memorization by model size", async () => {
  const points = [point("0.36M", 0.2), point("1.3M", 0.5), point("4.2M", undefined)];
  const svg = memorizationFigure([{ label: "n = 3", points }], text, [-0.25, 0.75]);
  await expect(lines(svg)).toMatchFileSnapshot("output/memorization.svg");
});

test("memorization under several lengths, each named in its color", () => {
  const series = ["n = 3", "n = 5", "∞"].map((label, i) => ({
    label,
    points: [point("70M", 0.2 + i / 10), point("160M", 0.3)],
  }));
  const svg = memorizationFigure(series, text, [-0.25, 0.75]);
  for (const { label } of series) expect(svg).toContain(`● ${label}`);
  expect(svg.match(/<rect/g)).toHaveLength(6);
});

test("scatter with a lane of zeros", async () => {
  const points = Array.from({ length: 24 }, (_, i) => ({
    probability: i % 4 === 0 ? 0 : 1 / (1 + (i % 7)) ** 2,
    logLikelihood: -1 - (i % 5),
  }));
  const medians = [
    { low: 0, high: 0, median: -3 },
    { low: 0.1, high: 0.25, median: -2 },
    { low: 1, high: 1, median: -1 },
  ];
  const svg = scatterFigure(points, medians, text);
  await expect(lines(svg)).toMatchFileSnapshot("output/scatter.svg");
});

test("outcomes by bin, a line a model named at its end", async () => {
  const line = (label: string, rise: number) => ({
    label,
    points: ["0", "1–12", "13–1,204"].map((x, i) => ({
      ...{ x, value: 0.1 + rise * i, low: 0.05 + rise * i, high: 0.2 + rise * i },
    })),
  });
  const places = ["0", "1–12", "13–1,204"].map((name) => ({ name, size: "n 20" }));
  const svg = binnedFigure([line("70M", 0.1), line("160M", 0.1), line("1B", 0.3)], text, {
    x: { label: "documents →", places },
    y: { label: "↑ exact-match", domain: [0, 1] },
    band: places.map(({ name }) => ({ x: name, low: 0.2, high: 0.5 })),
  });
  for (const name of ["70M", "160M", "1B"]) expect(svg).toContain(`>${name}</text>`);
  await expect(lines(svg)).toMatchFileSnapshot("output/binned.svg");
});

test("novelty against a share, a point a model from small to large, with bars where there are intervals", async () => {
  const bars = (value: number, half: number) => ({ value, low: value - half, high: value + half });
  const points = [
    { label: "0.36M", share: bars(0.2, 0.05), novelty: bars(29, 5) },
    { label: "1.3M", share: bars(0.3, 0.05), novelty: bars(50, 7) },
    {
      label: "4.2M",
      share: { value: 0.4, low: undefined, high: undefined },
      novelty: { value: 12, low: undefined, high: undefined },
    },
  ];
  const svg = noveltyFigure(points, text, { x: "correctness" });
  for (const { label } of points) expect(svg).toContain(`>${label}</text>`);
  await expect(lines(svg)).toMatchFileSnapshot("output/novelty.svg");
});

test("novelty of nothing but zeros is drawn", () => {
  const zero = { value: 0, low: 0, high: 0 };
  const svg = noveltyFigure([{ label: "m", share: zero, novelty: zero }], text, { x: "share" });
  expect(svg).not.toMatch(/NaN|undefined/);
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
  const svg = scatterFigure([{ probability: 0, logLikelihood: -3 }], [], text);
  expect(svg).toContain("never together");
  expect(svg).not.toContain("NaN");
});
