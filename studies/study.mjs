/**
 * What the studies share. A study is a program that takes a built world and recomputes its numbers:
 *
 *   node studies/NAME/run.mjs --world DIR [--out DIR] [--bootstrap N]
 *
 * It writes results.json (every number with its interval, method, items and groups), figures, and the
 * tables of its README.md, each between `<!-- table NAME -->` and `<!-- end -->`. With --out the README
 * of the repository stays as it is and the tables go to DIR/tables.md.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { provenance } from "rote";
import { barOf, plantedProbabilities, readWorldTruth, verdictOf } from "rote/lab";

const seed = 1;

/**
 * Run a study on the world that the command line names. `study` is given the items, the truth, P(b|a) and
 * how to make estimates (seed and resamples), and returns what it found: `results`, `figures` by file name, `tables` by name.
 */
export async function runStudy(name, study) {
  const option = { type: "string" };
  const { values } = parseArgs({ options: { world: option, out: option, bootstrap: option } });
  const { world, out, bootstrap = "1000" } = values;
  if (world === undefined) {
    console.error(`usage: node studies/${name}/run.mjs --world DIR [--out DIR] [--bootstrap N]`);
    process.exit(2);
  }
  const own = fileURLToPath(new URL(`${name}/`, import.meta.url));
  const folder = out ?? own;
  const read = await readWorldTruth(world);
  const probability = plantedProbabilities(read.items);
  const estimates = { seed, resamples: Number(bootstrap) };
  const given = { ...read, world, probability, estimates, ...estimates };
  const { results, figures, tables } = await study(given);
  await mkdir(folder, { recursive: true });
  const { size } = JSON.parse(await readFile(join(world, "world.json"), "utf8")).settings;
  const record = {
    ...{ study: name, world: { size, manifest: read.manifest }, ...estimates },
    models: read.truth.arms.flatMap((arm) =>
      read.truth.modelsOf(arm).map((model) => `${arm}-${model}`),
    ),
    provenance: provenance(seed, `node studies/${name}/run.mjs`),
    ...results,
  };
  await writeFile(join(folder, "results.json"), `${JSON.stringify(record, sixDigits)}\n`);
  for (const [file, svg] of Object.entries(figures)) await writeFile(join(folder, file), svg);
  if (out === undefined) await fillTables(join(own, "README.md"), tables);
  else await writeFile(join(folder, "tables.md"), Object.values(tables).join("\n\n"));
}

/** Six digits are more than any interval bears. */
function sixDigits(_key, value) {
  return typeof value === "number" ? Number(value.toPrecision(6)) : value;
}

async function fillTables(path, tables) {
  let text = await readFile(path, "utf8");
  for (const [name, table] of Object.entries(tables)) {
    const place = new RegExp(`<!-- table ${name} -->[^]*?<!-- end -->`);
    if (!place.test(text)) throw new Error(`${path} has no place for the table "${name}"`);
    text = text.replace(place, () => `<!-- table ${name} -->\n\n${table}\n\n<!-- end -->`);
  }
  await writeFile(path, text);
}

/** A Markdown table as Prettier lays it out; columns are [title, cell] and `right` where numbers stand. */
export function table(columns, rows) {
  const cells = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ cell }) => String(cell(row) ?? ""))),
  ];
  const widths = columns.map((_, j) => Math.max(3, ...cells.map((line) => [...line[j]].length)));
  const pad = (text, j) => {
    const blank = " ".repeat(widths[j] - [...text].length);
    return columns[j].right ? blank + text : text + blank;
  };
  const rule = columns.map(
    ({ right }, j) => "-".repeat(widths[j] - (right ? 1 : 0)) + (right ? ":" : ""),
  );
  const lines = [cells[0].map(pad), rule, ...cells.slice(1).map((line) => line.map(pad))];
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
}

/** A column of text. */
export const text = (title, cell) => ({ title, cell });

/** A column of estimates: value and interval, or why there is none. */
export const number = (title, estimateOf) => ({
  title,
  right: true,
  cell: (row) => estimateText(estimateOf(row)),
});

/** "0.41 [0.32, 0.50]". */
export function estimateText(estimate) {
  if (estimate === undefined) return "";
  const { value, interval, undefinedBecause } = estimate;
  if (value === null || value === undefined) return undefinedBecause ?? "none";
  return interval === null
    ? decimal(value)
    : `${decimal(value)} [${decimal(interval.low)}, ${decimal(interval.high)}]`;
}

/** A band of the null. */
export function bandText(band) {
  return band === null || band === undefined ? "" : `${decimal(band.low)} … ${decimal(band.high)}`;
}

/** Two decimals with a minus sign; 0 has none. */
export function decimal(value) {
  return value
    .toFixed(2)
    .replace(/^-0\.00$/, "0.00")
    .replace("-", "−");
}

/** A point of a figure, none where there is no value. */
export function pointOf(x, { value, interval }) {
  return value === null ? [] : [{ x: String(x), value, low: interval?.low, high: interval?.high }];
}

/** The doses of some points as names of places. */
export const doseName = ({ dose, to }) => (dose === to ? String(dose) : `${dose}–${to}`);

/** Columns for checks of shapes. */
export const shapeColumns = [
  text("found on", ({ of }) => of),
  number("estimate", ({ estimate }) => estimate),
  text("bar", barOf),
  text("verdict", verdictOf),
  text("items, groups", ({ estimate }) => `${estimate.items}, ${estimate.groups}`),
];

/** Rows by key, in order of appearance. */
export function groupBy(rows, keyOf) {
  const groups = new Map();
  for (const row of rows) {
    const key = keyOf(row);
    if (groups.has(key)) groups.get(key).push(row);
    else groups.set(key, [row]);
  }
  return groups;
}
