import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decimal } from "#rote/report/format.js";
import { pageScript } from "#rote/report/page-script.js";
import { publishedPanels } from "#rote/report/published.js";
import { writeReport } from "#rote/report/write-report.js";
import { makeRun, models } from "./fixture.ts";

interface Element {
  readonly textContent: string;
  readonly tagName: string;
  readonly outerHTML: string;
  readonly children: readonly Element[];
  getAttribute(name: string): string | null;
  querySelector(selector: string): Element | null;
  querySelectorAll(selector: string): readonly Element[];
  closest(selector: string): Element | null;
}

interface RunJson {
  estimates: {
    value: number | null;
    points: number;
    examples: number;
    interval: { low: number; high: number } | null;
  }[];
}

let directory = "";
let page = "";
let run: RunJson;
let document: Element;

beforeAll(async () => {
  directory = await makeRun(await mkdtemp(join(tmpdir(), "rote-report-")));
  page = await readFile(await writeReport(directory), "utf8");
  run = JSON.parse(await readFile(join(directory, "run.json"), "utf8")) as RunJson;
  const { document: parsed } = parseHTML(page) as unknown as { readonly document: Element };
  document = parsed;
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const flat = (text: string): string => text.replace(/\s+/g, " ").trim();
/** A table row's cells, one space between. */
const cellsOf = (row: Element): string =>
  [...row.children].map(({ textContent }) => flat(textContent)).join(" ");
const all = (selector: string): Element[] => [...document.querySelectorAll(selector)];

describe("numbers", () => {
  test("every estimate stands in a row with its interval, pairs and examples", () => {
    const rows = all("#estimates tbody tr");
    expect(rows).toHaveLength(run.estimates.length);
    run.estimates.forEach(({ value, interval, points, examples }, i) => {
      const text = cellsOf(rows[i]!);
      expect(text).toContain(` ${points} ${examples} `);
      if (value === null || interval === null) return;
      expect(text).toContain(
        `${decimal(value)} ${decimal(interval.low)} … ${decimal(interval.high)}`,
      );
    });
  });

  test("no correlation is written anywhere without its interval and sample sizes", () => {
    const values = new Set(
      run.estimates.flatMap(({ value }) => (value === null ? [] : decimal(value))),
    );
    for (const element of all("td, figcaption span, p, h1, li")) {
      const found = flat(element.textContent).match(/−?0\.\d\d(?!\d)/g) ?? [];
      if (!found.some((number) => values.has(number))) continue;
      if (
        element.closest(
          "#performance, #reproduced, #pairs, #prompts, #documents, #record, #published, details",
        ) !== null
      )
        continue;
      const holder = element.tagName === "TD" ? element.closest("tr")! : element;
      expect(flat(holder.textContent)).toMatch(/0\.\d\d (…|to) −?\d\.\d\d/);
      const says = /pairs?, [\d,]+ examples?/.test(flat(holder.textContent));
      expect(says || holder.getAttribute("data-examples") !== null).toBe(true);
    }
  });

  test("every figure says how many pairs and examples it shows", () => {
    const figures = all("figure");
    // Zeros kept and dropped for each task; performance, reproduced pairs and a scatter where it was scored.
    expect(figures).toHaveLength(4 + 4 + 3 + 3 + 3 + publishedPanels.length);
    for (const figure of figures.filter((own) => own.closest("#published") === null)) {
      expect(Number(figure.getAttribute("data-points"))).toBeGreaterThan(0);
      expect(flat(figure.querySelector("figcaption")!.textContent)).toMatch(/\d examples?/);
    }
  });

  test("a task without an estimate is inconclusive, with the reason", () => {
    const [row] = all("#verdict tbody tr").filter((tr) => tr.textContent.includes("idioms"));
    expect(cellsOf(row!)).toMatch(
      /^idioms <rare> & few inconclusive ?3 examples are too few for an interval \(10 are needed\) – – – 4 3$/,
    );
  });

  test("the verdicts follow their rule", () => {
    expect(all("#verdict tbody strong").map(({ textContent }) => flat(textContent))).toEqual([
      "follows the corpus",
      "follows the corpus",
      "no sign",
      "inconclusive",
    ]);
  });
});

test("a null that counted no shuffled pairs is said to be another", async () => {
  expect(page).not.toContain("No shuffled pairs were counted");
  const other = await makeRun(await mkdtemp(join(tmpdir(), "rote-report-")));
  const path = join(other, "run.json");
  interface Nulls {
    estimates: { null: { recounted?: boolean } | null }[];
  }
  const nulls = JSON.parse(await readFile(path, "utf8")) as Nulls;
  nulls.estimates.find((estimate) => estimate.null !== null)!.null!.recounted = false;
  await writeFile(path, JSON.stringify(nulls));
  const told = flat(await readFile(await writeReport(other), "utf8"));
  await rm(other, { recursive: true });
  expect(told).toMatch(/No shuffled pairs were counted for 1 estimate \(.+, n = \d\): there/);
});

test.each([
  ["words of one n", 1, /kept; n-grams of 1 word\. /],
  ["no n at all", undefined, /together kept\. /],
])("the verdicts' caption counts %s", async (_, n, caption) => {
  const other = await makeRun(await mkdtemp(join(tmpdir(), "rote-report-")));
  const path = join(other, "run.json");
  const run = JSON.parse(await readFile(path, "utf8")) as { estimates: { n?: number }[] };
  const estimates = run.estimates.map((estimate) => ({ ...estimate, n }));
  await writeFile(path, JSON.stringify({ ...run, estimates }));
  const told = flat(await readFile(await writeReport(other), "utf8"));
  await rm(other, { recursive: true });
  expect(told).toMatch(caption);
});

describe("the page", () => {
  test("asks nothing of the network, and allows itself nothing but its own script", () => {
    const without = page
      .replaceAll("http://www.w3.org/2000/svg", "")
      .replaceAll("http://www.w3.org/1999/xlink", "");
    expect(without).not.toMatch(/https?:|url\(|@import|<link|src=/);
    const scripts = [...page.matchAll(/<script>([^]*?)<\/script>/g)].map(([, script]) => script!);
    expect(scripts).toEqual([pageScript]);
    const hash = createHash("sha256").update(scripts[0]!).digest("base64");
    const policy = document.querySelector("meta[http-equiv]")!.getAttribute("content");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`script-src 'sha256-${hash}'`);
  });

  test("escapes what it shows", () => {
    expect(page).toContain("idioms &lt;rare&gt; &amp; few");
    expect(page).toContain("which &lt;b&gt;lies&lt;/b&gt; on the Seine");
  });

  test("names every figure and captions every table", () => {
    for (const svg of all("figure svg")) {
      expect(svg.getAttribute("role")).toBe("img");
      expect(svg.getAttribute("aria-label")).toMatch(/^(facts|translation|arithmetic|Published): /);
      expect(svg.querySelector("desc")!.textContent).toMatch(/pair|example|language/);
    }
    for (const figure of all("figure"))
      expect(figure.getAttribute("aria-label")).toBe(flat(figure.querySelector("h3")!.textContent));
    for (const region of all(".table")) {
      const name = region.getAttribute("aria-label")!.replace(/^Table: /, "");
      expect(name).not.toBe("");
      expect(flat(region.querySelector("caption")!.textContent)).toContain(name);
    }
    for (const element of all("table")) {
      expect(flat(element.querySelector("caption")!.textContent)).not.toBe("");
      for (const cell of element.querySelectorAll("thead th"))
        expect(cell.getAttribute("scope")).toBe("col");
    }
  });

  test("every link of the contents leads somewhere", () => {
    const targets = all("nav a").map((link) => link.getAttribute("href")!);
    expect(targets.length).toBeGreaterThan(5);
    for (const target of targets) expect(document.querySelector(target)).not.toBeNull();
  });

  test("shows the documents, the prompts and the identities", () => {
    expect(flat(document.querySelector(".evidence")!.textContent)).toMatchInlineSnapshot(
      `"capital of france and paris facts; together in 41 documents, of which 2 here. facts:countries:75 · countries.jsonl.gz …of Europe. The capital of France is Paris, which lies… …capital of France is Paris, which <b>lies</b> on the Seine… novel:12:4 …he left Paris for the capital of France that was…"`,
    );
    expect(document.querySelector("#prompts pre")!.textContent).toBe("Q: {input}\nA: ");
    expect(document.querySelector("#record")!.textContent).toContain("9f2c".repeat(16));
    for (const { name } of models)
      expect(document.querySelector("#record")!.textContent).toContain(name);
  });

  test("shows what was dropped, by task, and what that means", () => {
    const rows = all("#drops tbody tr").map(cellsOf);
    expect(rows[0]).toBe(
      "mined n-gram of an input with n-gram of its output 5,000 5,001 5,002 5,003",
    );
    expect(rows[2]).toMatch(/^df\(a\)=0 a is not in the corpus.* 120 120 120 120$/);
  });

  test("has the headline for its first heading", () => {
    expect(flat(document.querySelector("h1")!.textContent)).toMatch(/^On facts the largest model/);
  });
});

describe("writing", () => {
  test("the same run gives the same bytes, and leaves no other file", async () => {
    const before = await readdir(directory);
    expect(await readFile(await writeReport(directory), "utf8")).toBe(page);
    expect(await readdir(directory)).toEqual(before);
  });

  test("a folder without run.json is an error that names it", async () => {
    const empty = await mkdtemp(join(tmpdir(), "rote-report-"));
    await expect(writeReport(empty)).rejects.toThrow(
      expect.objectContaining({
        code: "file/missing",
        message: `${join(empty, "run.json")} does not exist`,
      }),
    );
    expect(await readdir(empty)).toEqual([]);
    await writeFile(join(empty, "run.json"), '{"schema": 2}');
    await expect(writeReport(empty)).rejects.toThrow(/has schema 2, this version reads 1/);
    await rm(empty, { recursive: true });
  });
});
