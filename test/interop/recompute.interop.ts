/**
 * The Python and SQL that a report prints, run as they are printed: the page's numbers again. Installs
 * pandas, SciPy, pyarrow and DuckDB into a folder of its own, or takes the Python that has them from
 * ROTE_ANALYSIS_PYTHON.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseHTML } from "linkedom";
import { groupBy } from "#rote/base/group-by.js";
import { readParquet, writeParquet } from "#rote/base/parquet.js";
import { createRng } from "#rote/base/random.js";
import { writeReport } from "#rote/report/write-report.js";
import { estimateMetric, type MetricEstimate, partsOf } from "#rote/study/metric-estimates.js";
import { estimateNovelty } from "#rote/study/novelty-estimates.js";
import { type NoveltyRow, exampleTable, noveltyTable, outputTable } from "#rote/study/tables.js";
import { meanSums } from "#rote/tasks/metrics/example-sums.js";
import { measureTables } from "#rote/study/measure-tables.js";
import { loadStudy } from "#rote/study/load-study.js";
import { runStudy } from "#rote/study/run-study.js";
import { readRunFile, type RunFile } from "#rote/study/run-file.js";
import { freshDirectory } from "../cli/rote.ts";
import { makeRun } from "../report/fixture.ts";
import { figureCsv } from "../report/page-figures.ts";

interface Element {
  readonly textContent: string;
  getAttribute(name: string): string | null;
  querySelectorAll(selector: string): Iterable<Element>;
}

type Rows = readonly Readonly<Record<string, string | number | null>>[];

const scratch = freshDirectory();
let run: RunFile;
let page = "";
let tables: Tables;

type Tables = Readonly<Record<string, Rows>>;

afterAll(() => {
  scratch[Symbol.dispose]();
});

beforeAll(async () => {
  const directory = await makeRun(scratch.in("run"));
  const changes = { bootstrap: 50, censored: true } as const;
  await measureTables(directory, await readRunFile(directory), changes);
  await state(directory, changes);
  ({ run, page, tables } = await recomputed(directory));
});

/** Let run.json state what it was measured by, as a study's does. */
async function state(directory: string, changes: Readonly<Record<string, unknown>>): Promise<void> {
  const file = await readRunFile(directory);
  const study = { ...file.study, measure: { ...file.study.measure, ...changes } };
  writeFileSync(join(directory, "run.json"), JSON.stringify({ ...file, study }));
}

/** The page of a measured run and the tables that its pieces leave. */
async function recomputed(
  directory: string,
): Promise<{ readonly run: RunFile; readonly page: string; readonly tables: Tables }> {
  const page = readFileSync(await writeReport(directory), "utf8");
  const { document } = parseHTML(page) as unknown as { readonly document: Element };
  const pieces = [...document.querySelectorAll('pre[data-language="python"]')];
  const names = pieces.map((piece) => piece.getAttribute("data-table")!);
  const [sql] = [...document.querySelectorAll('pre[data-language="sql"]')];
  const program = [
    ...pieces.map(({ textContent }) => textContent),
    "import duckdb, json",
    ...(sql ? [`sql = duckdb.sql(${JSON.stringify(sql.textContent)}).df()`] : []),
    `print(json.dumps({k: json.loads(globals()[k].to_json(orient="records", double_precision=15)) for k in ${JSON.stringify([...names, ...(sql ? ["sql"] : [])])}}))`,
  ].join("\n");
  const tables = JSON.parse(python(["-c", program], directory)) as Tables;
  return { run: await readRunFile(directory), page, tables };
}

function python(args: readonly string[], cwd: string): string {
  const { stdout, stderr, status } = spawnSync(interpreter(), args, {
    ...{ cwd, encoding: "utf8", maxBuffer: 1 << 28 },
  });
  expect(status, stderr).toBe(0);
  return stdout;
}

function interpreter(): string {
  const given = process.env.ROTE_ANALYSIS_PYTHON;
  if (given !== undefined) return given;
  const folder = scratch.in("venv");
  const steps = [
    ["python3", "-m", "venv", folder],
    [`${folder}/bin/pip`, "install", "--quiet", "pandas", "scipy", "pyarrow", "duckdb"],
  ] as const;
  for (const [command, ...args] of steps)
    expect(spawnSync(command, args, { encoding: "utf8" }).status).toBe(0);
  return `${folder}/bin/python`;
}

test("every rank statistic of run.json is the snippet's", () => {
  const names: Readonly<Record<string, string>> = { length: "characters" };
  let compared = 0;
  for (const estimate of run.estimates) {
    const { task, n, model, method, zeros, value } = estimate;
    const { controls = [], measure } = estimate as {
      controls?: readonly string[];
      measure: string;
    };
    if (value === null || /difference|trend|slope|mutual|infinity/.test(measure)) continue;
    const given = controls.map((name) => names[name] ?? name).join(", ");
    const row = tables.estimates!.find(
      (own) =>
        own.task === task &&
        own.n === n &&
        own.model === model &&
        own.measure === measure &&
        own.method === method &&
        own.zeros === zeros &&
        own.controls === given,
    );
    expect(row, JSON.stringify(estimate)).toBeDefined();
    expect(row!.value).toBeCloseTo(value, 9);
    expect(row).toMatchObject({ pairs: estimate.points, examples: estimate.examples });
    compared++;
  }
  expect(compared).toBeGreaterThan(20);
});

test("every interval, test and null of run.json is the snippet's", () => {
  compareIntervals(run, tables);
});

test("so are those of means over inputs, smoothed, by group, with mutual information", async () => {
  const directory = await crossedRun(scratch.in("crossed"));
  const changes = {
    ...({ bootstrap: 60, cluster: "group", unit: "mean" } as const),
    ...{ smoothing: 0.5, censored: true },
  };
  await measureTables(directory, await readRunFile(directory), changes);
  await state(directory, changes);
  const found = await recomputed(directory);
  const kinds = found.run.estimates.map(({ measure }) => measure);
  expect(kinds).toContain("mutual-information");
  expect(kinds).toContain("model-difference");
  expect(found.run.estimates.map(({ method }) => method)).toContain("censored-tau-b");
  expect(found.run.estimates[0]).toMatchObject({
    unit: "mean",
    clusteredBy: "group",
    clusters: 12,
  });
  compareIntervals(found.run, found.tables);
  compareDrops(found.run, found.tables);
  const reasons = new Set(found.tables.drops!.map(({ reason }) => reason));
  expect(reasons).toEqual(new Set(["scored", "df(a)=0", "not-a-number", "codf=0"]));
});

test("so are those of a study that drops zeros", async () => {
  const directory = await makeRun(scratch.in("dropped"));
  const changes = { bootstrap: 50, zeros: "dropped" } as const;
  await measureTables(directory, await readRunFile(directory), changes);
  await state(directory, changes);
  const found = await recomputed(directory);
  expect(found.run.estimates.map(({ method, zeros }) => `${method} ${zeros}`)).toContain(
    "kendall-distance dropped",
  );
  compareIntervals(found.run, found.tables);
});

test("so are those of several corpora, as far as files tell", { timeout: 300_000 }, async () => {
  const demo = fileURLToPath(new URL("../../data/demo/", import.meta.url));
  const directory = await studied("corpora", {
    corpus: [
      { name: "countries", files: join(demo, "corpus/facts-countries.jsonl.gz") },
      {
        name: "both",
        files: ["countries", "elements"].map((of) => join(demo, `corpus/facts-${of}.jsonl.gz`)),
      },
    ],
    tasks: ["countries", "elements"].map((of) => taskOf(demo, of)),
    crossTask: true,
    models: [join(demo, "models/0.36M")],
  });
  const found = await recomputed(directory);
  const slopes = found.run.estimates.filter(({ measure }) => measure === "frequency-slope");
  expect(new Set(slopes.map(({ value }) => value)).size).toBeGreaterThan(2);
  compareIntervals(found.run, found.tables);
  const places = found.tables.intervals!.filter(({ source }) => source === "run.json");
  for (const { estimate } of places) {
    const { measure, minedOn, corpus } = found.run.estimates[Number(estimate)]!;
    expect(measure === "corpus-difference" || minedOn !== undefined || corpus === "both").toBe(
      true,
    );
  }
  expect(places.length).toBeGreaterThan(10);
});

test(
  "so are those of the paper's options, and of the smaller count",
  { timeout: 300_000 },
  async () => {
    const demo = fileURLToPath(new URL("../../data/demo/", import.meta.url));
    const directory = await studied("paper", {
      ...{ preset: "paper", released: { minOfSingleCounts: true } },
      corpus: { files: join(demo, "corpus/facts-countries.jsonl.gz") },
      tasks: [taskOf(demo, "countries")],
      models: [join(demo, "models/0.36M")],
      mine: { stopWords: [] },
    });
    const found = await recomputed(directory);
    expect(found.tables).not.toHaveProperty("sql");
    expect(found.run.estimates[0]).toMatchObject({ zeros: "dropped" });
    expect(found.run.drops.map(({ reason }) => reason)).toContain("denominator=0");
    compareIntervals(found.run, found.tables, 5);
  },
);

const taskOf = (demo: string, of: string): object => ({
  ...{ name: `facts-${of}`, file: join(demo, `tasks/facts-${of}.jsonl`) },
  ...{ prompt: "The {input} is ", outputs: "whole", threshold: "none" },
});

/** The directory of a study's run. */
async function studied(name: string, keys: Readonly<Record<string, unknown>>): Promise<string> {
  const file = scratch.in(`${name}.yaml`);
  const measure = { bootstrap: 100, permutations: 20, overlap: [], ...(keys.measure as object) };
  writeFileSync(file, JSON.stringify({ name, embedder: "built-in", ...keys, measure }));
  const out = scratch.in(name);
  await runStudy(await loadStudy(file), { out });
  return out;
}

/** Of every estimate that has a value, what run.json states and what the snippet gives. */
function compareIntervals(own: RunFile, { intervals }: Tables, fewest = 20): void {
  let compared = 0;
  for (const [i, estimate] of own.estimates.entries()) {
    if (estimate.value === null) continue;
    const row = intervals!.find(({ list, estimate: place }) => list === "estimates" && place === i);
    const name = JSON.stringify(estimate);
    const { value, interval, pValue, adjusted, null: band } = estimate;
    const stated = {
      ...{ value, low: interval!.low, high: interval!.high },
      ...{ p: pValue, holm: adjusted.holm, bh: adjusted.bh },
      ...{ nullMean: band?.mean, nullLow: band?.low, nullHigh: band?.high, nullP: band?.pValue },
    };
    for (const [key, expected] of Object.entries(stated))
      if (expected == null) expect(row![key] ?? null, `${key} of ${name}`).toBeNull();
      else expect(row![key], `${key} of ${name}`).toBeCloseTo(expected, 9);
    compared++;
  }
  expect(compared).toBeGreaterThan(fewest);
}

/** Forty examples of twelve groups, each with three a, two b and all their pairs, two whose a is nowhere, two NaN; three models, with neutral contexts. */
async function crossedRun(directory: string): Promise<string> {
  await makeRun(directory);
  const rng = createRng("crossed");
  const examples = Array.from({ length: 40 }, (_, i) => `e${i}`);
  const outputs = examples.flatMap((example, i) => [`b${i}`, `c${i}`].map((b) => ({ example, b })));
  const dfB = new Map(outputs.map(({ b }) => [b, 40 + rng.int(9)]));
  const pairs = outputs.flatMap(({ example, b }) =>
    [0, 1, 2].map((j) => ({
      example,
      b,
      a: `a${example} ${j}`,
      codf: j === 0 && example === "e7" ? 0 : Math.max(0, rng.int(14) - 4),
    })),
  );
  const dfA = new Map(pairs.map(({ a }) => [a, a === "ae7 0" ? 0 : 15 + rng.int(9)]));
  const text = (...names: string[]) => names.map((name) => ({ name, type: "string" as const }));
  const whole = (...names: string[]) => names.map((name) => ({ name, type: "int64" as const }));
  await writeParquet(
    join(directory, "counts.parquet"),
    [...text("a", "b"), ...whole("codf", "dfA", "dfB", "tfA", "tfB")],
    pairs.map(({ a, b, codf }) => ({
      ...{ a, b, codf, dfA: dfA.get(a)!, dfB: dfB.get(b)! },
      ...{ tfA: dfA.get(a)!, tfB: dfB.get(b)! },
    })),
  );
  const { identities } = await readRunFile(directory);
  const scores = identities.models.flatMap(({ name: model }) => {
    const known = new Map(outputs.map(({ b }) => [b, [rng.normal() - 6, rng.normal() - 7]]));
    return pairs.map(({ example, a, b }) => {
      const [given, neutral] = known.get(b)!;
      return {
        ...{ example, task: "t", model, n: 1, a, b, characters: 2 + (b.length % 3), tokens: 1 },
        logLikelihood: a === "ae9 1" ? NaN : given! + pairs.length / 1e3,
        ...{ neutralLogLikelihood: neutral! },
      };
    });
  });
  await writeParquet(
    join(directory, "scores.parquet"),
    [
      ...[...text("example", "task", "model", "a", "b"), ...whole("n", "characters", "tokens")],
      { name: "logLikelihood", type: "double" },
      { name: "neutralLogLikelihood", type: "double" },
    ],
    scores,
  );
  await writeParquet(
    join(directory, "examples.parquet"),
    [...text("id", "task", "group", "reference", "input"), { name: "frequency", type: "double" }],
    examples.map((id, i) => ({
      ...{ id, task: "t", group: `g${i % 12}`, reference: "r", input: "i", frequency: i },
    })),
  );
  for (const name of ["outputs", "pairs"]) rmSync(join(directory, `${name}.parquet`));
  return directory;
}

test("what became of every scored pair is the snippet's", () => {
  compareDrops(run, tables);
  const reasons = new Set(tables.drops!.map(({ reason }) => reason));
  expect(reasons).toEqual(new Set(["scored", "unmatched", "codf=0", "df(b)=0"]));
});

/** Every row of the drop table but those of pairs that no file keeps; one without a model is of each. */
function compareDrops(own: RunFile, { drops }: Tables): void {
  const mined = ["mined", "below-threshold"];
  const isMadeUp = (reason: string, count: number): boolean =>
    reason === "df(a)=0" && count === 120;
  const tasks = new Set(drops!.map(({ task }) => task)); // one of run.json has no pair
  const shown = own.drops.filter(
    ({ task, reason, count }) =>
      tasks.has(task) && !mined.includes(reason) && !isMadeUp(reason, count),
  );
  const found = shown.flatMap(({ task, n, reason, model, count }) =>
    (model === undefined ? own.identities.models.map(({ name }) => name) : [model]).flatMap(
      (name) => (count === 0 ? [] : [{ task, n, model: name, reason, count }]),
    ),
  );
  const sorted = (rows: readonly object[]): string[] =>
    rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort();
  expect(sorted(drops!)).toEqual(sorted(found));
}

test("the SQL gives Spearman's ρ with zeros kept", () => {
  const kept = run.estimates.filter(
    ({ measure, method, zeros, value }) =>
      measure === "distributional-memorization" &&
      method === "spearman" &&
      zeros === "kept" &&
      value !== null,
  );
  for (const { task, model, value, points } of kept) {
    const row = tables.sql!.find((own) => own.task === task && own.model === model)!;
    expect(row.spearman).toBeCloseTo(value!, 9);
    expect(row.pairs).toBe(points);
  }
});

test.each(["performance", "reproduced"])("every bin of %s is the snippet's", (table) => {
  const unit = table === "performance" ? "examples" : "pairs";
  const rows = tables[table]!;
  for (const task of new Set(rows.map((row) => String(row.task)))) {
    const drawn = figureCsv(page, `${table}-${task}`);
    const own = rows.filter((row) => row.task === task);
    expect(own).toHaveLength(drawn.length);
    drawn.forEach((shown) => {
      const row = own.find(
        ({ model, from }) => model === shown.model && from === Number(shown.from),
      )!;
      expect(row.points).toBe(Number(shown[unit]));
      for (const key of ["to", "mean", "low", "high", "nullLow", "nullHigh"])
        if (shown[key] !== "")
          expect(row[key], `${task} ${key}`).toBeCloseTo(Number(shown[key]), 9);
    });
  }
});

test("medians of the scatters are the snippet's", () => {
  const drawn = new Set(tables.medians!.map(({ task }) => task));
  for (const { task, model, median } of tables.medians!) {
    if (model !== run.identities.models.at(-1)!.name) continue;
    const figure = page.slice(page.indexOf(`data-file="scatter-${task}"`));
    const shown = String(Number(Number(median).toPrecision(4))).replace("-", "−");
    expect(figure.slice(0, figure.indexOf("</figure>"))).toContain(shown);
  }
  expect(drawn.size).toBeGreaterThan(1);
});

test("how well models answer and how new their outputs are is the snippets'", async () => {
  const directory = await answeredRun(scratch.in("answered"));
  const { tables: found, run: own } = await recomputed(directory);
  const { metrics, novelty } = own;
  const kinds = new Set(metrics.map(({ part, clusteredBy }) => `${part.kind} by ${clusteredBy}`));
  expect(kinds).toEqual(new Set(["task by group", "task by example", "group by example"]));
  expect(found.metrics).toHaveLength(metrics.length);
  for (const { task, model, part, examples, value, interval } of metrics) {
    const row = found.metrics!.find(
      (row) => row.task === task && row.model === model && row.part === part.name,
    )!;
    expect(row).toMatchObject({ kind: part.kind, examples });
    compareShare(row, { value, interval });
  }
  for (const { task, model, outputs, metric, examples, value, interval } of novelty!.estimates) {
    if (value === null) continue;
    const row = found.novelty!.find(
      (row) =>
        row.task === task &&
        row.model === model &&
        row.outputs === outputs &&
        row.metric === metric,
    )!;
    if (metric !== "reference-perplexity") expect(row.examples).toBe(examples);
    const isShare = ["correctness", "fluent-share", "repetition"].includes(metric);
    compareShare(row, { value, interval: isShare ? interval : null });
  }
});

function compareShare(
  row: Rows[number],
  { value, interval }: Pick<MetricEstimate, "value" | "interval">,
): void {
  expect(row.value).toBeCloseTo(value!, 9);
  if (interval === null) {
    expect(row.low ?? null).toBeNull();
    return;
  }
  expect(row.low).toBeCloseTo(interval.low, 9);
  expect(row.high).toBeCloseTo(interval.high, 9);
}

/** The fixture with groups of facts alone, its metrics, and pairs of outputs counted. */
async function answeredRun(directory: string): Promise<string> {
  await makeRun(directory);
  const path = join(directory, exampleTable.file);
  const told = [];
  for await (const row of readParquet(path))
    told.push({
      ...row,
      group: row.task === "facts" ? `g${Number(String(row.id).split("-")[1]) % 12}` : null,
    });
  await writeParquet(
    path,
    [
      ...["id", "task", "reference", "input"].map((name) => ({ name, type: "string" as const })),
      { name: "group", type: "string", nullable: true },
      { name: "frequency", type: "double" },
    ],
    told,
  );
  const groupOf = new Map(told.map((row) => [(row as { id?: unknown }).id, row.group]));
  const options = { rng: createRng("answers"), resamples: 20, level: 0.95 };
  const rows: NoveltyRow[] = [];
  const rng = createRng("novelty");
  for await (const { example, task, model, correctness } of readParquet(
    join(directory, outputTable.file),
  ))
    rows.push({
      ...{ example: String(example), task: String(task), model: String(model), n: 1 },
      ...{ words: rng.int(9), pairs: 9, unknown: 1, novel: rng.int(5), novelOfKnown: rng.int(3) },
      repetition: rng.next() < 0.1 ? null : rng.next(),
      referenceLogLikelihood: rng.next() < 0.1 ? null : -rng.next() * 9,
      ...{ referenceTokens: 1 + rng.int(5), correctness: Number(correctness) },
      fluent: rng.next() < 0.6,
    });
  await writeParquet(
    join(directory, noveltyTable.file),
    noveltyTable.columns,
    rows.map((row) => ({ ...row })),
  );
  const metrics = [...groupBy(rows, ({ task, model }) => `${task}/${model}`).values()].flatMap(
    (own) => {
      const { task, model } = own[0]!;
      const groups = own.map(({ example }) => groupOf.get(example) ?? null);
      const named = groups.map((group) => ({ group: group ?? undefined }));
      return partsOf({ name: task }, named).map(({ part, examples }) => ({
        ...{ task, model, metric: "exact-match", part },
        ...estimateMetric(
          meanSums(examples.map((i) => own[i]!.correctness)),
          examples.map((i) => groups[i]!),
          options,
        ),
      }));
    },
  );
  const novelty = { reference: "r", bounds: [], estimates: estimateNovelty(rows, options) };
  const file = await readRunFile(directory);
  writeFileSync(join(directory, "run.json"), JSON.stringify({ ...file, metrics, novelty }));
  return directory;
}
