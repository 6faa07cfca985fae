/** What stands beside a study: other corpora, other tasks' tables, trends over sizes and training. */
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { parseHTML } from "linkedom";
import { writeReport } from "#rote/report/write-report.js";
import { makeRun } from "./fixture.ts";

type Row = Record<string, unknown> & { task: string; model: string; n: number };

interface Page {
  querySelector(selector: string): PageNode | null;
  querySelectorAll(selector: string): Iterable<PageNode>;
}
interface PageNode extends Page {
  readonly textContent: string;
}

const wide = { low: 0.01, high: 0.2, level: 0.95, method: "clustered percentile bootstrap" };

/** The fixture's run with a second corpus, a cross-task table and trends. */
async function besideRun(): Promise<Page> {
  const directory = await makeRun(await mkdtemp(join(tmpdir(), "rote-beside-")));
  const path = join(directory, "run.json");
  const run = JSON.parse(await readFile(path, "utf8")) as {
    estimates: Row[];
    identities: { corpora: Record<string, unknown>[]; models: Record<string, unknown>[] };
    crossTask?: unknown;
  };
  const [corpus] = run.identities.corpora;
  run.identities.corpora = ["first", "second"].map((name) => ({ ...corpus, name }));
  const own = run.estimates.map((row) => ({ ...row, corpus: "first" }));
  const leading = own.filter(
    ({ method, zeros }: Row) => method === "spearman" && zeros === "kept",
  ) as Row[];
  const names = run.identities.models.map(({ name }) => String(name));
  const difference = leading.map((row) => ({
    ...{ ...row, measure: "corpus-difference", corpus: "second", value: 0.11, interval: wide },
    ...{ points: 33, null: null, against: { model: row.model, n: row.n, corpus: "first" } },
  }));
  const [facts] = leading;
  const trend = {
    ...{ ...facts!, model: names.at(-1), models: names, value: 0.07, interval: wide, pValue: 0.02 },
    ...{ measure: "size-trend", over: run.identities.models.map(({ parameters }) => parameters) },
  };
  const lent = leading
    .filter(({ task }) => task !== facts!.task)
    .map((row): Row => ({ ...row, minedOn: facts!.task, points: 12 }));
  run.estimates = [
    ...own,
    trend,
    ...own.map((row) => ({ ...row, corpus: "second" })),
    ...difference,
    ...lent,
  ] as Row[];
  run.crossTask = lent.slice(-1).map(({ task, n }) => ({
    ...{ task, minedOn: facts!.task, n, overlap: { examples: 4, evaluated: 60 } },
    drops: [{ reason: "not-in-table", unit: "pairs", count: 1234 }],
  }));
  await writeFile(path, JSON.stringify(run));
  const html = await readFile(await writeReport(directory), "utf8");
  return (parseHTML(html) as unknown as { document: Page }).document;
}

describe("a report of a run with several corpora, tables and sizes", () => {
  let page: Page;
  beforeAll(async () => {
    page = await besideRun();
  });
  const rowsOf = (selector: string): string[][] =>
    Array.from(page.querySelectorAll(`${selector} tbody tr`), (row) =>
      Array.from(row.querySelectorAll("th, td"), ({ textContent }) =>
        textContent.replaceAll(/\s+/g, " ").trim(),
      ),
    );

  test("leads with the first corpus alone, and lists all that is corrected together", () => {
    expect(rowsOf("#verdict").filter(([task]) => task === "facts")).toHaveLength(1);
    const listed = rowsOf("#estimates");
    const corpora = new Set(listed.map(([, corpus]) => corpus));
    expect(corpora).toEqual(new Set(["first", "second"]));
    expect(listed.some(([, , table]) => table === "facts")).toBe(true);
  });

  test("sets corpora side by side, the difference with its own pairs and interval", () => {
    const rows = rowsOf("#corpora .table:first-of-type").filter((cells) => cells.length > 2);
    const [first, second] = rows;
    expect([first![0], second![0]]).toEqual(["first", "second"]);
    expect(first!.slice(7)).toEqual(["", "", "", ""]);
    expect(second!.slice(7, 10)).toEqual(["0.11", "0.01 … 0.20", "33"]);
    expect([...page.querySelectorAll("#corpora figure svg")].length).toBeGreaterThan(0);
  });

  test("sets tasks against tables, own ones on the diagonal, with the books of the pairs", () => {
    const [facts, other] = rowsOf("#cross-task .table:first-of-type");
    expect(facts![0]).toBe("facts");
    expect(facts![2]).toBe("–");
    expect(other![1]).toContain("12 pairs");
    const books = rowsOf("#cross-task details");
    expect(books.at(-1)!.slice(-2)).toEqual(["1,234", "4"]);
  });

  test("draws trends with their slope, and says them", () => {
    const [caption] = [...page.querySelectorAll("#trends figcaption")];
    expect(caption!.textContent.replaceAll(/\s+/g, " ")).toContain(
      "ρ changes by 0.07 where parameters grow tenfold (95 % 0.01 to 0.20",
    );
    expect([...page.querySelectorAll("#trends svg circle")]).toHaveLength(3);
  });
});
