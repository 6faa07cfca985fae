import { beforeAll, describe, expect, test } from "vitest";
import type { CalibrationFile } from "#rote/lab/calibration/calibrate-world.js";
import { calibrate } from "#rote/lab/calibration/calibrate.js";
import { TruthTable } from "#rote/lab/truth/truth-table.js";
import { renderCalibration } from "#rote/report/calibration-page.js";
import { injectionPanel } from "#rote/report/calibration-figures.js";
import * as figures from "#rote/report/figure.js";
import { panelsFigure } from "#rote/report/panels-figure.js";
import { associations, facts, noise, readings, rowsOf } from "../lab/synthetic-world.ts";

/** A card of facts and associations under a model that follows both axes. */
async function makeCard(): Promise<CalibrationFile> {
  const items = [...facts().filter((_, index) => index % 4 === 0), ...associations()];
  const random = noise("page");
  const holds = (subset: number, group: string): boolean => (subset + group.length) % 2 === 0;
  const truth = await TruthTable.of([
    ...["1M", "<b>4M"].flatMap((model) =>
      ["perturbed", "standard"].flatMap((arm) =>
        rowsOf(items, { arm, model }, ({ dose, probability }) =>
          arm === "standard" ? random() : Math.log(1 + dose) + (probability ?? 0) + random(),
        ),
      ),
    ),
    ...["1M", "1M-seed2"].flatMap((model) =>
      rowsOf(
        items,
        { arm: "injection-30", model },
        ({ probability }) => (probability ?? 0) + random(),
      ),
    ),
    ...[1, 2].flatMap((subset) =>
      rowsOf(items, { arm: `subset-${subset}`, model: "1M" }, () => random()),
    ),
  ]);
  const settings = { seed: 1, resamples: 50, holds };
  const { card } = calibrate({ items, truth, corpus: readings(items), ...settings });
  const provenance = { version: "1", node: "", platform: "", seed: 1, command: "rote lab card" };
  return { schema: 1, manifest: "", provenance, ...card };
}

let card: CalibrationFile;
let page = "";
beforeAll(async () => {
  card = await makeCard();
  page = renderCalibration(card, figures);
});

const sectionIds = (html: string): string[] =>
  [...html.matchAll(/<section id="(\w+)"/g)].map(([, id]) => id!);

describe("the page of a calibration card", () => {
  test("has a section for everything the card knows, each reached from the top", () => {
    const ids = sectionIds(page);
    expect(ids).toEqual([
      ...["curve", "injection", "axes", "recall", "grades", "sets", "arms", "causal", "shapes"],
      "measures",
    ]);
    for (const id of ids) expect(page).toContain(`<a href="#${id}">`);
  });

  test("needs nothing but itself, follows the reader's light or dark, and shows no NaN", () => {
    expect(page).not.toMatch(/(?:src|href)="(?!#)/);
    expect(page).toContain("prefers-color-scheme: dark");
    expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/);
    expect(page).toContain("&lt;b&gt;4M");
    expect(page).not.toContain("<b>4M");
  });

  test("draws the curve by exposure for both corpora, with every number in a table", () => {
    const [curve] = page.split('<section id="injection"');
    expect(curve!.match(/<svg/g)).toHaveLength(2);
    const totals = card.findings.filter(
      ({ total, arm }) => total !== null && !arm.startsWith("injection"),
    );
    expect(totals).toHaveLength(3 * 2 * 2);
    for (const { finding } of totals)
      expect(curve).toContain(finding.value!.toFixed(2).replace("-", "−"));
  });

  test("draws a curve over levels of injection for all and for each total, with its null and seeds", () => {
    const [, section] = page.split(/<section id="(?:injection|axes)"/);
    expect(section!.match(/<svg/g)).toHaveLength(4);
    expect(section).toMatch(/counts\s+nothing\s+again/);
    for (const { gain } of card.injection)
      expect(section).toContain(gain.value!.toFixed(2).replace("-", "−"));
    const { lines, bands, x } = injectionPanel(card.injection[0]!);
    expect(x.places).toEqual(["0 %", "30 %", "100 %"]);
    expect(lines.map(({ label, points }) => [label, points.length])).toEqual([
      ["mean of seeds", 3],
      ["seed 1", 1],
      ["seed 2", 1],
    ]);
    expect(bands).toHaveLength(3);
  });

  test("ends with every shape, its bar and its verdict", () => {
    const [, section] = page.split(/<section id="(?:shapes|measures)"/);
    expect(section).toContain("a rule is followed where its case was held out");
    for (const { of } of card.shapes) expect(section).toContain(of.replace("<b>", "&lt;b&gt;"));
    expect(section).toContain("not measured: ");
  });

  test("leaves out what the card does not know", () => {
    const { truth, ...rest } = card;
    const nothing = { ...truth, contrasts: [], counterfactual: [], doseResponses: [] };
    const poor = { ...rest, models: [], findings: [], injection: [], truth: nothing };
    const ids = sectionIds(renderCalibration(poor, figures));
    expect(ids).toEqual(["axes", "grades", "shapes", "measures"]);
  });
});

test("lines over places, with intervals, a band and a level", async () => {
  const line = (label: string, shift: number): figures.FigureLine => ({
    label,
    points: ["0", "4", "64"].map((x, i) => {
      const value = i / 3 + shift;
      return { x, value, low: value - 0.1, high: value + 0.1 };
    }),
  });
  const svg = figures.linesFigure(
    [line("a", 0), line("b", 0.2)],
    { title: "A title", description: "What it shows." },
    {
      x: { label: "dose →", places: ["0", "4", "64"] },
      y: { label: "↑ value", domain: [-0.2, 1] },
      bands: ["0", "4", "64"].map((x) => ({ x, low: -0.1, high: 0.1 })),
      level: 0.5,
    },
  );
  await expect(`${svg.replaceAll("><", ">\n<")}\n`).toMatchFileSnapshot("output/lines.svg");
});

test("panels stand beside each other in one file, titles escaped, with one legend", async () => {
  const panel = (title: string): Parameters<typeof panelsFigure>[0][number] => ({
    ...{ title, description: "What it shows." },
    lines: [{ label: "a & b", points: [{ x: "0", value: 1 }] }],
    x: { label: "dose →", places: ["0"] },
    y: { label: "↑ value" },
  });
  const svg = await panelsFigure(["one", "<two>", "three"].map(panel), { columns: 2 });
  expect(svg.match(/<svg x=/g)).toHaveLength(3);
  expect(svg).toContain('width="660" height="618"');
  expect(svg).toContain("&lt;two>");
  expect(svg.match(/a &amp; b/g)).toHaveLength(1);
});
