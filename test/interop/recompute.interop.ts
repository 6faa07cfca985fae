/**
 * The Python and SQL that a report prints, run as they are printed: the page's numbers again. Installs
 * pandas, SciPy, pyarrow and DuckDB into a folder of its own, or takes the Python that has them from
 * ROTE_ANALYSIS_PYTHON.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseHTML } from "linkedom";
import { writeReport } from "#rote/report/write-report.js";
import { measureTables } from "#rote/study/measure-tables.js";
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
let tables: Readonly<Record<string, Rows>>;

afterAll(() => {
  scratch[Symbol.dispose]();
});

beforeAll(async () => {
  const directory = await makeRun(scratch.in("run"));
  await measureTables(directory, await readRunFile(directory), { bootstrap: 50 });
  run = await readRunFile(directory);
  page = readFileSync(await writeReport(directory), "utf8");
  const { document } = parseHTML(page) as unknown as { readonly document: Element };
  const pieces = [...document.querySelectorAll('pre[data-language="python"]')];
  const names = pieces.map((piece) => piece.getAttribute("data-table")!);
  const [sql] = [...document.querySelectorAll('pre[data-language="sql"]')];
  const program = [
    ...pieces.map(({ textContent }) => textContent),
    "import duckdb, json",
    `sql = duckdb.sql(${JSON.stringify(sql!.textContent)}).df()`,
    `print(json.dumps({k: json.loads(globals()[k].to_json(orient="records", double_precision=15)) for k in ${JSON.stringify([...names, "sql"])}}))`,
  ].join("\n");
  tables = JSON.parse(python(["-c", program], directory)) as Readonly<Record<string, Rows>>;
});

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
