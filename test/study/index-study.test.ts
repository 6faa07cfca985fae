import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { wordsPolicy } from "#rote/text/policies.js";
import { rote, runOf, strangersFolder } from "./stranger.ts";

/** What stands in evidence.json, as far as these tests look at it. */
interface Found {
  readonly codf: number;
  readonly documents: readonly {
    readonly id: string;
    readonly source: string;
    readonly snippets: readonly Readonly<Record<"before" | "match" | "after", string>>[];
  }[];
}

const tables = ["pairs", "counts", "null-counts", "scores", "examples", "outputs"].map(
  (name) => `${name}.parquet`,
);

/** A document of several passages, with paragraphs that an index knows nothing of. */
const story = Array.from({ length: 40 }, (_, i) =>
  `“Is zor${"abcdefgh"[i % 8]!} at home,” asked ½ of Oslo’s ${i} neighbors, “or in Paris?” `.repeat(
    4,
  ),
).join("\n\n");

/** The study of `source` with another corpus, and a threshold that the embedder has a say in. */
function writeStudy(folder: string, name: string, corpus: string): void {
  const study = readFileSync(join(folder, "study.yaml"), "utf8")
    .replace("corpus: { files: text }", `corpus: ${corpus}`)
    .replace("threshold: none", "threshold: 0.2");
  writeFileSync(join(folder, `${name}.yaml`), study);
}

function run(folder: string, name: string, ...flags: string[]): ReturnType<typeof rote> {
  return rote(folder, "run", `${name}.yaml`, "--out", name, ...flags);
}

/** How a run ended that must end with an error. */
function refusal(folder: string, name: string, corpus: string): string {
  writeStudy(folder, name, corpus);
  const { stderr, status } = run(folder, name);
  expect(status).toBe(2);
  expect(existsSync(join(folder, name, "run.json"))).toBe(false);
  return stderr;
}

function evidenceOf(folder: string, name: string): readonly Found[] {
  return JSON.parse(readFileSync(join(folder, name, "evidence.json"), "utf8")) as readonly Found[];
}

function build(folder: string, out: string, ...flags: string[]): void {
  const corpus = join(folder, "text");
  const command = ["index", "build", "--corpus", corpus, "--tokenizer", "words", "--out", out];
  expect(rote(folder, ...command, ...flags).status).toBe(0);
}

// A dozen processes, most of which open a model.
describe("rote run from an index of words", { timeout: 180_000 }, () => {
  let folder = "";
  beforeAll(() => {
    folder = strangersFolder();
    writeFileSync(join(folder, "text", "story.txt"), story);
    build(folder, "words", "--shards", "2");
    writeStudy(folder, "scan", "{ files: text }");
    writeStudy(folder, "index", "{ index: words }");
    writeStudy(folder, "both", "{ files: text, index: words }");
    for (const name of ["scan", "index", "both"])
      expect(run(folder, name).stderr).toContain("count");
  }, 180_000);

  test.each(["index", "both"])("%s: every number is that of the scan", (name) => {
    const bytes = (out: string, file: string) => readFileSync(join(folder, out, file));
    for (const file of ["embedder.bin", "corpus.json", "mining.json", ...tables])
      expect(bytes(name, file).equals(bytes("scan", file)), file).toBe(true);
    const { study, provenance, identities, stages, ...found } = runOf(folder, name);
    const scan = runOf(folder, "scan");
    expect(scan).toMatchObject(found);
    expect(found.estimates.filter(({ value }) => value !== null).length).toBeGreaterThan(2);
    expect(identities.corpora).toEqual(scan.identities.corpora);
    expect(stages.map((stage) => stage.name)).toEqual(scan.stages.map((stage) => stage.name));
    expect(study).toEqual({ ...scan.study, engine: "index", corpus: study.corpus });
    expect(provenance.seed).toBe(scan.provenance.seed);
  });

  test("the record says what was counted from", () => {
    expect(runOf(folder, "scan").study.engine).toBe("scan");
    expect(runOf(folder, "scan").identities.indexes).toEqual([]);
    const { study, identities, stages } = runOf(folder, "index");
    const index = join(folder, "words");
    expect(study.corpus).toEqual({ files: [], index, policy: "words" });
    expect(identities.indexes).toEqual([
      {
        directory: index,
        policy: wordsPolicy.version,
        documents: 801,
        tokens: identities.corpora[0]!.words! + 801,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      },
    ]);
    expect(stages.find(({ name }) => name === "recount")!.work).toEqual({
      pairs: expect.any(Number) as number,
    });
    expect(readFileSync(join(folder, "index", "report.html"), "utf8")).toContain(index);
  });

  test("the documents behind the pairs are the scan's: whole with files, their words without", () => {
    const scan = evidenceOf(folder, "scan");
    expect(scan.length).toBeGreaterThan(3);
    expect(evidenceOf(folder, "both")).toEqual(scan);
    const found = evidenceOf(folder, "index");
    expect(found.map(({ codf }) => codf)).toEqual(scan.map(({ codf }) => codf));
    for (const [i, { documents }] of found.entries())
      for (const [j, { id, source, snippets }] of documents.entries()) {
        const other = scan[i]!.documents[j]!;
        expect([id, source]).toEqual([other.id, other.source]);
        expect(snippets.map(({ match }) => match)).toEqual(
          other.snippets.map(({ match }) => wordsPolicy.words(match).join(" ")),
        );
      }
  });

  test("a dry run says what is read and what is counted from", () => {
    const counted = /index {5}\S+words: pairs are counted from its 801 documents, [\d,]+ words/;
    const plan = (name: string) => run(folder, name, "--dry-run").stdout;
    expect(plan("scan")).toMatch(/corpus {4}\S+ kB stored, 0 passes/);
    expect(plan("index")).toMatch(counted);
    expect(plan("index")).not.toMatch(/^corpus/m);
    expect(plan("both")).toMatch(counted);
    renameSync(join(folder, "both", "stages.json"), join(folder, "kept.json"));
    expect(plan("both")).toMatch(/run {3}count\n[\s\S]*corpus {4}\S+ kB stored, 3 passes over it/);
    renameSync(join(folder, "kept.json"), join(folder, "both", "stages.json"));
  });

  test("a study and an index that do not fit are refused with the way out", () => {
    expect(refusal(folder, "wrong", "{ index: nowhere }")).toMatch(/nowhere/);
    expect(refusal(folder, "wrong", "{ index: text }")).toMatch(/holds no index/);
    expect(refusal(folder, "wrong", "{ index: words, policy: exact-words }")).toMatch(
      /wrong.yaml: corpus.policy is exact-words, but the index \S+words was made under words; leave corpus.policy out/,
    );
    expect(refusal(folder, "wrong", "{ index: words }\nengine: scan")).toMatch(
      /engine: scan reads corpus.files, which is missing; name the files, or leave engine out/,
    );
    writeStudy(folder, "chosen", "{ files: text, index: words }\nengine: scan");
    expect(run(folder, "chosen", "--dry-run").stdout).toMatch(
      /corpus {4}\S+ kB stored, at most 6 passes/,
    );
  });

  test("another index is noticed: what was counted from the old one is counted again", () => {
    const first = runOf(folder, "index");
    expect(run(folder, "index").stderr).toMatch(/count +done before/);
    build(folder, "again");
    renameSync(join(folder, "words"), join(folder, "old"));
    renameSync(join(folder, "again"), join(folder, "words"));
    const { stderr } = run(folder, "index");
    expect(stderr).toMatch(/fit embedder +\d/);
    expect(stderr).toMatch(/ count +\d/);
    expect(stderr).toMatch(/score (neox|0\.36M) +done before/);
    expect(runOf(folder, "index").estimates).toEqual(first.estimates);
    expect(runOf(folder, "index").identities.indexes).not.toEqual(first.identities.indexes);
    expect(run(folder, "both").stderr).toMatch(/fit embedder +done before[\s\S]* count +\d/);
  });

  test("files that the index was not made of are refused, both named", () => {
    const text = join(folder, "text", "homes.jsonl");
    const kept = readFileSync(text, "utf8");
    const other = (corpus = "{ files: text, index: words }") => refusal(folder, "other", corpus);
    expect(other("{ files: text/homes.jsonl, index: words }")).toMatch(
      /the index \S+words and the files of homes are not one corpus: files 2 in the index, 1 in the files; build/,
    );
    writeFileSync(text, `${kept}\n`);
    expect(other()).toMatch(/not one corpus: bytes \d+ in the index, \d+ in the files/);
    writeFileSync(text, kept.replace("Who", "Why"));
    expect(other()).toMatch(/not one corpus: sha256 \w+ in the index, \w+ in the files/);
    writeFileSync(text, kept);
    expect(other("{ files: text, index: words, lines: true }")).toMatch(
      /the index \S+words was built with lines false, and the study reads its files with true; set corpus.lines to false/,
    );
    build(folder, "part", "--where", "id=7");
    expect(other("{ files: text, index: part }")).toMatch(
      /not one corpus: documents 1 in the index, 801 in the files; the index was built of other documents/,
    );
  });
});
