/**
 * The page's numbers from the Parquet files alone, by arithmetic that shares no line with ours: what
 * the printed Python does (which the interop tests run), in as few words as possible.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeReport } from "#rote/report/write-report.js";
import { measureTables } from "#rote/study/measure-tables.js";
import { readRunFile } from "#rote/study/run-file.js";
import { models } from "./fixture.ts";
import { makeRun } from "./fixture.ts";
import { figureCsv, type CsvRow } from "./page-figures.ts";

/** A joined row: columns that its table lacks are not asked for. */
interface Row {
  readonly id: string;
  readonly task: string;
  readonly example: string;
  readonly model: string;
  readonly a: string;
  readonly b: string;
  readonly output: string;
  readonly codf: number;
  readonly dfA: number;
  readonly dfB: number;
  readonly p: number;
  /** Null where b was not found; such rows are no points. */
  readonly logLikelihood: number;
  readonly correctness: number;
  readonly frequency: number;
}
type Numeric = "codf" | "dfA" | "p" | "logLikelihood";

let directory = "";
let page = "";
let points: Row[] = [];
let tables: Record<"pairs" | "outputs" | "examples", Row[]>;

async function rowsOf(file: string): Promise<Row[]> {
  const buffer = await asyncBufferFromFile(join(directory, `${file}.parquet`));
  const rows = await parquetReadObjects({ file: buffer });
  const plain = (value: unknown): unknown => (typeof value === "bigint" ? Number(value) : value);
  return rows.map(
    (row) =>
      Object.fromEntries(
        Object.entries(row).map(([key, value]) => [key, plain(value)]),
      ) as unknown as Row,
  );
}

beforeAll(async () => {
  directory = await makeRun(await mkdtemp(join(tmpdir(), "rote-recompute-")));
  await measureTables(directory, await readRunFile(directory), { bootstrap: 50 });
  page = await readFile(await writeReport(directory), "utf8");
  const counts = new Map((await rowsOf("counts")).map((row) => [`${row.a}|${row.b}`, row]));
  points = (await rowsOf("scores"))
    .map((row) => ({ ...row, ...counts.get(`${row.a}|${row.b}`) }))
    .filter((row) => row.dfA > 0 && typeof row.logLikelihood === "number")
    .map((row) => ({ ...row, p: row.codf / row.dfA }));
  const pairs = (await rowsOf("pairs")).map((row) => ({
    ...row,
    codf: counts.get(`${row.a}|${row.b}`)!.codf,
  }));
  tables = { pairs, outputs: await rowsOf("outputs"), examples: await rowsOf("examples") };
}, 120_000);
afterAll(() => rm(directory, { recursive: true, force: true }));

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
/** Mid-ranks, by comparing each with all. */
const ranks = (values: readonly number[]): number[] =>
  values.map((own) => sum(values.map((other) => (other < own ? 1 : other === own ? 0.5 : 0))));
function correlation(x: readonly number[], y: readonly number[]): number {
  const [mx, my] = [mean(x), mean(y)];
  const product = sum(x.map((value, i) => (value - mx) * (y[i]! - my)));
  const square = (values: readonly number[], m: number): number =>
    sum(values.map((v) => (v - m) ** 2));
  return product / Math.sqrt(square(x, mx) * square(y, my));
}
const near = (found: string | undefined, expected: number): void => {
  expect(Number(found)).toBeCloseTo(expected, 9);
};

describe.each(["kept", "dropped"])("correlations with zeros %s", (zeros) => {
  test.each(["facts", "translation", "arithmetic"])("of %s", (task) => {
    const rows = figureCsv(page, `memorization-${task}-zeros-${zeros}`);
    expect(rows).toHaveLength(models.length);
    for (const { model, rho, pairs, examples } of rows) {
      const own = points.filter(
        (row) => row.task === task && row.model === model && (zeros === "kept" || row.codf > 0),
      );
      const by = (key: Numeric): number[] => own.map((row) => row[key]);
      near(rho, correlation(ranks(by("p")), ranks(by("logLikelihood"))));
      expect(Number(pairs)).toBe(own.length);
      expect(Number(examples)).toBe(new Set(own.map(({ example }) => example)).size);
    }
  });
});

test("intervals, nulls and the tests of differences are read from replicates.parquet", async () => {
  const { estimates } = await readRunFile(directory);
  const drawn = (await rowsOf("replicates")) as unknown as Drawn[];
  /** NumPy's quantile. */
  const quantileOf = (values: readonly number[], p: number): number => {
    const sorted = [...values].sort((x, y) => x - y);
    const at = p * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
    return low + (at - Math.floor(at)) * (high - low);
  };
  const valuesOf = (place: number, kind: string): number[] =>
    drawn.filter((row) => row.estimate === place && row.kind === kind).map(({ value }) => value);
  let compared = 0;
  for (const [place, { value, interval, null: band, resamples, measure }] of estimates.entries()) {
    const own = valuesOf(place, "resample");
    const isDerived = /difference|trend|slope|generalization/.test(measure);
    expect(own).toHaveLength(value === null || isDerived ? 0 : resamples);
    if (own.length === 0) continue;
    const defined = own.filter((one) => typeof one === "number");
    expect(quantileOf(defined, 0.025)).toBeCloseTo(interval!.low, 12);
    expect(quantileOf(defined, 0.975)).toBeCloseTo(interval!.high, 12);
    const null_ = valuesOf(place, "permutation");
    expect(mean(null_)).toBeCloseTo(band!.mean, 12);
    const far = null_.filter(
      (one) => Math.abs(one - mean(null_)) >= Math.abs(value! - mean(null_)),
    );
    expect((1 + far.length) / (1 + null_.length)).toBeCloseTo(band!.pValue, 12);
    compared++;
  }
  expect(compared).toBeGreaterThan(20);
  const difference = estimates.find(({ measure }) => measure === "model-difference")!;
  const placeOf = (model: string): number =>
    estimates.findIndex((row) => row.task === difference.task && row.model === model);
  const [own, other] = [difference.model, difference.against!.model].map((model) =>
    valuesOf(placeOf(model), "resample"),
  );
  const differences = own!.map((value, i) => value - other![i]!);
  expect(quantileOf(differences, 0.025)).toBeCloseTo(difference.interval!.low, 12);
});

interface Drawn {
  readonly estimate: number;
  readonly kind: string;
  readonly value: number;
}

interface Counted {
  readonly example: string;
  readonly count: number;
  readonly y: number;
}

const Z = 1.959963984540054;

/** Zeros, then five bins of equally many, equal counts together. */
function binsOf(table: readonly Counted[]): Counted[][] {
  const up = table.filter(({ count }) => count > 0).sort((x, y) => x.count - y.count);
  const first = (count: number): number => up.findIndex((row) => row.count === count);
  const bin = ({ count }: Counted): number =>
    count === 0 ? -1 : Math.floor((first(count) * 5) / up.length);
  const numbers = [...new Set(table.map(bin))].sort((x, y) => x - y);
  return numbers.map((number) => table.filter((row) => bin(row) === number));
}

function wilson(own: readonly Counted[]): readonly [number, number] {
  const center = mean(own.map(({ y }) => y));
  const names = [...new Set(own.map(({ example }) => example))];
  const residuals = names.map((name) =>
    sum(own.filter(({ example }) => example === name).map(({ y }) => y - center)),
  );
  const variance = sum(residuals.map((r) => r * r)) / own.length ** 2;
  const size = variance > 0 ? (center * (1 - center)) / variance : names.length;
  const scale = 1 + (Z * Z) / size;
  const half = (Z / scale) * Math.sqrt((center * (1 - center)) / size + (Z / size / 2) ** 2);
  const middle = (center + (Z * Z) / (2 * size)) / scale;
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

function compareBins(rows: readonly CsvRow[], unit: string, table: readonly Counted[]): void {
  const bins = binsOf(table);
  expect(rows).toHaveLength(bins.length);
  bins.forEach((own, i) => {
    const row = rows[i]!;
    near(row.from, Math.min(...own.map(({ count }) => count)));
    near(row.to, Math.max(...own.map(({ count }) => count)));
    near(row[unit], own.length);
    near(row.mean, mean(own.map(({ y }) => y)));
    if (row.low === "") return;
    const [low, high] = wilson(own);
    near(row.low, low);
    near(row.high, high);
  });
}

const tasks = ["facts", "arithmetic"];
const cases = tasks.flatMap((task) => models.map(({ name }) => [task, name] as const));

test.each(cases)("performance of %s under %s, bin by bin", (task, model) => {
  const { examples, outputs } = tables;
  const table = outputs
    .filter((row) => row.task === task && row.model === model)
    .map(({ example, correctness }) => ({
      ...{ example, y: correctness },
      count: examples.find(({ id }) => id === example)!.frequency,
    }));
  const rows = figureCsv(page, `performance-${task}`).filter((row) => row.model === model);
  compareBins(rows, "examples", table);
  if (rows[0]!.nullLow === "") return;
  const all = table.map(({ y }) => y);
  const spread = mean(all.map((y) => (y - mean(all)) ** 2));
  for (const row of rows) {
    const size = Number(row.examples);
    const half = Z * Math.sqrt(((spread / size) * (all.length - size)) / (all.length - 1));
    near(row.nullLow, Math.max(0, mean(all) - half));
    near(row.nullHigh, Math.min(1, mean(all) + half));
  }
});

test.each(cases)("pairs of %s that outputs of %s hold, bin by bin", (task, model) => {
  const own = tables.pairs.filter((row) => row.task === task);
  const said = new Map(
    tables.outputs
      .filter((row) => row.task === task && row.model === model)
      .map(({ example, output }) => [example, ` ${output.toLowerCase().replace(/\W+/g, " ")} `]),
  );
  const table = own.map(({ example, b, codf }) => ({
    ...{ example, count: codf, y: said.get(example)!.includes(` ${b} `) ? 1 : 0 },
  }));
  const rows = figureCsv(page, `reproduced-${task}`).filter((row) => row.model === model);
  compareBins(rows, "pairs", table);
});

test.each(tasks)("points and medians of the scatter of %s", (task) => {
  const own = points.filter((row) => row.task === task && row.model === models.at(-1)!.name);
  for (const drawn of figureCsv(page, `scatter-${task}`)) {
    const row = own.find(
      ({ example, a, b }) => example === drawn.example && a === drawn.a && b === drawn.b,
    )!;
    for (const key of ["codf", "dfA", "logLikelihood"] as const) near(drawn[key], row[key]);
  }
  const never = own.filter(({ codf }) => codf === 0).map(({ logLikelihood }) => logLikelihood);
  never.sort((x, y) => x - y);
  const middle =
    (never[Math.floor((never.length - 1) / 2)]! + never[Math.floor(never.length / 2)]!) / 2;
  const shown = String(Number(middle.toPrecision(4))).replace("-", "−");
  const figure = page.slice(page.indexOf(`data-file="scatter-${task}"`));
  expect(figure.slice(0, figure.indexOf("</figure>"))).toContain(shown);
});

test("what became of scored pairs", async () => {
  const { drops } = await readRunFile(directory);
  const ends: Readonly<Record<string, (row: Row) => boolean>> = {
    scored: () => true,
    "df(b)=0": ({ codf, dfB }) => codf === 0 && dfB === 0,
    "codf=0": ({ codf, dfB }) => codf === 0 && dfB > 0,
  };
  for (const task of ["facts", "translation", "arithmetic"])
    for (const [reason, holds] of Object.entries(ends)) {
      const own = points.filter((row) => row.task === task && row.model === models[0].name);
      const row = drops.find((drop) => drop.task === task && drop.reason === reason);
      expect(row?.count ?? 0, `${task} ${reason}`).toBe(own.filter(holds).length);
    }
  expect(page).toContain("of what was dropped the rows mined, identical");
});
