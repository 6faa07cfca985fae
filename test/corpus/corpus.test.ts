import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, symlinkSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { hashFiles } from "#rote/base/files.js";
import type { Progress } from "#rote/base/progress.js";
import { writeParquet } from "#rote/base/parquet.js";
import { openCorpus } from "#rote/corpus/corpus.js";
import { metadataValue } from "#rote/corpus/records.js";
import { collect, inChunks, readAll, scratch } from "./helpers.ts";

const { folder, write, remove } = scratch();
afterAll(remove);

test("JSON lines: id, text and metadata; an id where there is none is FILE:LINE", async () => {
  const path = write(
    "a.jsonl",
    '{"id":"x","text":"one","lang":"en","n":1}\n\n{"text":"two\u2028three"}\r\n{"id":7,"text":""}\n',
  );
  const { documents, report } = await readAll(path);
  expect(documents).toMatchObject([
    { id: "x", text: "one", source: path, meta: { lang: "en", n: 1 } },
    { id: `${path}:3`, text: "two\u2028three", source: path, meta: {} },
    { id: "7", text: "", source: path, meta: {} },
  ]);
  expect(documents.map(({ origin }) => origin)).toEqual([
    { line: 1, record: { id: "x", text: "one", lang: "en", n: 1 } },
    { line: 3, record: { text: "two\u2028three" } },
    { line: 4, record: { id: 7, text: "" } },
  ]);
  expect(report).toMatchObject({ documents: 3, emptyLines: 1, replacedCharacters: 0 });
});

test("the field may be another, dotted for nested keys; its own name comes first", async () => {
  const nested = write("nested.jsonl", '{"doc":{"body":"one","lang":"en"},"id":"a"}\n');
  const { documents } = await readAll(nested, { field: "doc.body" });
  expect(documents).toMatchObject([{ id: "a", text: "one", meta: { doc: { lang: "en" } } }]);
  const flat = write("flat.jsonl", '{"doc.body":"two","doc":{"body":"one"}}\n');
  const { documents: own } = await readAll(flat, { field: "doc.body" });
  expect(own).toMatchObject([{ text: "two", meta: { doc: { body: "one" } } }]);
});

test("a line without the field names file, line, what it has, and the way out", async () => {
  const path = write("field.jsonl", '{"text":"fine"}\n{"id":"x","content":"two"}\n');
  await expect(readAll(path)).rejects.toMatchObject({
    code: "corpus/malformed",
    message: `${path}:2 has no string field "text"; it has "id", "content"; name another with --field`,
  });
  const number = write("number.jsonl", '{"text":5}\n');
  await expect(readAll(number)).rejects.toThrow(
    `${number}:1 has no string field "text" (it holds a number); it has "text"; name another`,
  );
});

test("malformed lines are errors, or counted and listed", async () => {
  const lines = ['{"text":"a"}', '{"text":"b"', "5", '{"text":null}', '{"text":"c"}'];
  const path = write("broken.jsonl", lines.join("\n"));
  await expect(readAll(path)).rejects.toThrow(`${path}:2 is not JSON (`);
  await expect(readAll(path)).rejects.toThrow("--skip-malformed counts and lists such lines");
  const { documents, report } = await readAll(path, { skipMalformed: true });
  expect(documents.map(({ text }) => text)).toEqual(["a", "c"]);
  expect(report.skippedLines).toBe(3);
  expect(report.skipped).toMatchObject([
    { path, line: 2 },
    { path, line: 3, reason: "holds a number, not a JSON object" },
    { path, line: 4 },
  ]);
});

test("a line of white space that is none of JSON's is malformed, not blank", async () => {
  for (const space of ["\u00a0", "\u2028", "\u3000", "\u000b", "\u000c", "\ufeff"]) {
    const path = write("space.jsonl", `{"text":"a"}\n${space}\n \t\r\n{"text":"b"}\n`);
    await expect(readAll(path)).rejects.toThrow(`${path}:2 is not JSON`);
    const { report } = await readAll(path, { skipMalformed: true });
    expect(report).toMatchObject({ documents: 2, skippedLines: 1, emptyLines: 1 });
  }
});

test("a pipe is refused by name, and passed over in a folder", async () => {
  const pipe = join(folder, "pipes", "p.jsonl");
  const file = write("pipes/a.jsonl", '{"text":"a"}\n');
  execFileSync("mkfifo", [pipe]);
  await expect(readAll(pipe)).rejects.toMatchObject({
    code: "corpus/unsupported",
    message: `${pipe} is a pipe or a device, not a file; give what comes out of it as standard input: rote … --corpus - < ${pipe}`,
  });
  const { files, ignored } = await openCorpus({ paths: [join(folder, "pipes")] });
  expect(files.map(({ path }) => path)).toEqual([file]);
  expect(ignored).toEqual([pipe]);
});

test("JSON that is not lines says how to make lines of it", async () => {
  const array = write("array.json", '[\n{"text":"a"}\n]');
  await expect(readAll(array)).rejects.toThrow("jq -c '.[]'");
  const pretty = write("pretty.json", '{\n "text": "a"\n}');
  await expect(readAll(pretty)).rejects.toThrow("jq -c .");
});

test("plain text is a document, or a document a line", async () => {
  const path = write("t.txt", "\ufeffone\r\n\r\ntwo\n");
  expect((await readAll(path)).documents).toEqual([
    { id: path, text: "one\r\n\r\ntwo\n", source: path },
  ]);
  const { documents, report } = await readAll(path, { lines: true });
  expect(documents).toEqual([
    { id: `${path}:1`, text: "one", source: path, origin: { line: 1, record: {} } },
    { id: `${path}:3`, text: "two", source: path, origin: { line: 3, record: {} } },
  ]);
  expect(report.emptyLines).toBe(1);
});

test("tables: quotes, line ends in cells, metadata, and the line a row begins on", async () => {
  const csv = write("t.csv", '\ufeffid,text,lang\r\n,"a ""b""\r\nc",en\r\n\r\n9,d,fr\r\n,"e,f",de');
  const { documents: rows } = await readAll(csv);
  expect(rows).toMatchObject([
    { id: `${csv}:2`, text: 'a "b"\nc', source: csv, meta: { id: "", lang: "en" } },
    { id: "9", text: "d", source: csv, meta: { lang: "fr" } },
    { id: `${csv}:6`, text: "e,f", source: csv, meta: { id: "", lang: "de" } },
  ]);
  expect(rows.map(({ origin }) => origin?.line)).toEqual([2, 5, 6]);
  const tsv = write("t.tsv", 'text\tn\n5" tall\t1\n"Hello," she said\t2\n"q\tr"\t3\n');
  const texts = (await readAll(tsv)).documents.map(({ text }) => text);
  expect(texts).toEqual(['5" tall', '"Hello," she said', "q\tr"]);
});

test("malformed tables name file and line", async () => {
  const ragged = write("ragged.csv", "text,n\na,1\nb\nc,3\n");
  await expect(readAll(ragged)).rejects.toThrow(`${ragged}:3 is no sound row`);
  const { documents, report } = await readAll(ragged, { skipMalformed: true });
  expect(documents.map(({ text }) => text)).toEqual(["a", "c"]);
  expect(report.skipped).toMatchObject([{ path: ragged, line: 3 }]);
  const column = write("column.csv", "body,n\na,1\n");
  await expect(readAll(column)).rejects.toThrow(
    `${column}:1 has no column "text"; it has "body", "n"; name another with --field`,
  );
  await expect(readAll(write("twice.csv", "text,text\na,b\n"))).rejects.toThrow('"text" twice');
  await expect(readAll(write("open.csv", 'text\n"never closed\n'))).rejects.toThrow("Quote Not");
});

test("Parquet rows are documents; large integers keep their digits in metadata", async () => {
  const path = `${folder}/t.parquet`;
  const columns = [
    { name: "text", type: "string", nullable: true },
    { name: "hash", type: "int64" },
  ] as const;
  await writeParquet(path, columns, [
    { text: "one", hash: 5 },
    { text: "two", hash: 2n ** 60n },
  ]);
  expect((await readAll(path)).documents).toMatchObject([
    { id: `${path}:1`, text: "one", source: path, meta: { hash: 5 }, origin: { line: 1 } },
    { id: `${path}:2`, text: "two", source: path, meta: { hash: "1152921504606846976" } },
  ]);
  await expect(readAll(path, { field: "body" })).rejects.toThrow(
    `${path} has no column "body"; it has "text", "hash"; name another with --field`,
  );
  await writeParquet(path, columns, [{ text: null, hash: 1 }]);
  await expect(readAll(path)).rejects.toThrow(
    `${path}:1 has no string field "text" (it holds null)`,
  );
});

test("a folder is read recursively, sorted by path, known kinds only", async () => {
  const names = ["d/b/2.txt", "d/b.jsonl.gz", "d/a.md", "d/.hidden.txt", "d/.git/x.txt"];
  for (const name of names)
    write(name, name.endsWith("gz") ? gzipSync('{"text":"z"}') : `text of ${name}`);
  write("d/cover.png", "no text");
  symlinkSync("..", `${folder}/d/b/loop`);
  const corpus = await openCorpus({ paths: [`${folder}/d`] });
  const relative = corpus.files.map(({ path }) => path.slice(folder.length + 1));
  expect(relative).toEqual(["d/a.md", "d/b.jsonl.gz", "d/b/2.txt"]);
  expect(corpus.ignored).toEqual([`${folder}/d/cover.png`]);
  expect(await collect(corpus.documents())).toHaveLength(3);
});

test("patterns: * and ? inside a name, ** for folders, a folder that matches with all below", async () => {
  for (const name of ["a1.txt", "a10.txt", "s/a2.txt", "s/t/a3.txt", ".dot/a4.txt", "s/b(1).txt"])
    write(`g/${name}`, "x");
  const match = async (pattern: string): Promise<string[]> => {
    const { files } = await openCorpus({ paths: [`${folder}/g/${pattern}`] });
    return files.map(({ path }) => path.slice(folder.length + 3));
  };
  expect(await match("a?.txt")).toEqual(["a1.txt"]);
  expect(await match("a*.txt")).toEqual(["a1.txt", "a10.txt"]);
  expect(await match("**/a*.txt")).toEqual(["a1.txt", "a10.txt", "s/a2.txt", "s/t/a3.txt"]);
  expect(await match("*")).toEqual(["a1.txt", "a10.txt", "s/a2.txt", "s/b(1).txt", "s/t/a3.txt"]);
  expect(await match("s/**")).toEqual(["s/a2.txt", "s/b(1).txt", "s/t/a3.txt"]);
  expect(await match("s/*(1).*")).toEqual(["s/b(1).txt"]);
  expect(await match(".dot/*")).toEqual([".dot/a4.txt"]);
  await expect(match("*.jsonl")).rejects.toMatchObject({ code: "corpus/empty" });
});

test("a link back into a folder above adds nothing, below a folder or a pattern", async () => {
  write("loop/a.txt", "x");
  write("loop/s/b.txt", "y");
  symlinkSync("..", `${folder}/loop/s/back`);
  for (const path of [`${folder}/loop`, `${folder}/loop/**/*.txt`, `${folder}/loop/**`])
    expect((await openCorpus({ paths: [path] })).files.map((file) => file.path)).toEqual([
      `${folder}/loop/a.txt`,
      `${folder}/loop/s/b.txt`,
    ]);
});

test("a name with a star in it is a name where such a file is", async () => {
  const path = write("star*.txt", "x");
  write("star1.txt", "y");
  expect((await readAll(path)).documents).toMatchObject([{ id: path }]);
});

test("a file reached twice is read once", async () => {
  const path = write("once/a.txt", "x");
  const corpus = await openCorpus({ paths: [path, `${folder}/once`, `${folder}/once/*.txt`] });
  expect(corpus.files).toHaveLength(1);
});

test("files that cannot be read are refused by name, with the way out", async () => {
  const open = (name: string): Promise<unknown> => readAll(write(name, "x"));
  await expect(readAll(`${folder}/absent.jsonl`)).rejects.toMatchObject({
    code: "file/missing",
    message: `${folder}/absent.jsonl does not exist`,
  });
  await expect(open("u/a.jsonl.xz")).rejects.toThrow("xz -dc");
  await expect(open("u/a.txt.bz2")).rejects.toMatchObject({ code: "corpus/unsupported" });
  await expect(open("u/a.pdf")).rejects.toThrow(
    "a file of this kind is not read; known are .jsonl",
  );
  await expect(open("u/a.parquet.gz")).rejects.toThrow("decompress it first");
  await expect(openCorpus({ paths: [] })).rejects.toMatchObject({ code: "usage" });
});

test("truncated files end in an error after the documents before the cut", async () => {
  const lines = Array.from({ length: 5000 }, (_, i) => `{"text":"document ${i * 7919}"}\n`);
  const path = write("cut.jsonl.gz", gzipSync(lines.join("")));
  truncateSync(path, 20_000);
  await expect(readAll(path)).rejects.toMatchObject({ code: "file/truncated" });
  await expect(readAll(path)).rejects.toThrow(`${path} ends in the middle of its gzip data`);
});

test("invalid UTF-8 is replaced and counted over all files", async () => {
  const bad = Buffer.from([0xc3, 0x28, 0xff]);
  write("utf/a.jsonl", Buffer.concat([Buffer.from('{"text":"'), bad, Buffer.from('"}\n')]));
  write("utf/b.txt", bad);
  write("utf/c.csv", Buffer.concat([Buffer.from("text\n"), bad]));
  const { documents, report } = await readAll(`${folder}/utf`);
  expect(documents.map(({ text }) => text)).toEqual(Array(3).fill("\ufffd(\ufffd"));
  expect(report.replacedCharacters).toBe(6);
});

test("a corpus without documents is an error that says why", async () => {
  await expect(readAll(write("empty.jsonl", ""))).rejects.toMatchObject({
    code: "corpus/empty",
    message: expect.stringMatching(
      /^the corpus empty \(".*empty\.jsonl"\) holds no document$/,
    ) as string,
  });
  await expect(readAll(write("blank.jsonl", "\n\n"))).rejects.toThrow("blank lines: 2");
  const path = write("where.jsonl", '{"text":"x","lang":"en"}\n');
  await expect(readAll(path, { where: { language: "en" } })).rejects.toThrow(
    'where.jsonl") holds no document: of 1 read, none has language=en; the first has the metadata "lang"',
  );
});

test("documents are filtered by metadata, dotted keys and list elements", async () => {
  const lines = [
    { id: "a", text: "1", meta: { pile_set_name: "ArXiv" }, year: 1999, tags: ["x", "y"] },
    { id: "b", text: "2", meta: { pile_set_name: "Books3" }, year: 1999, tags: ["y"] },
  ];
  const path = write("filter.jsonl", lines.map((line) => JSON.stringify(line)).join("\n"));
  const ids = async (where: Record<string, string>): Promise<string[]> =>
    (await readAll(path, { where })).documents.map(({ id }) => id);
  expect(await ids({ "meta.pile_set_name": "ArXiv" })).toEqual(["a"]);
  expect(await ids({ year: "1999" })).toEqual(["a", "b"]);
  expect(await ids({ tags: "x", year: "1999" })).toEqual(["a"]);
  expect(await ids({ id: "b" })).toEqual(["b"]);
  const { documents, report } = await readAll(path, { where: { tags: "x" } });
  expect(report).toMatchObject({ documents: 1, filtered: 1 });
  expect(metadataValue(documents[0]!, "meta.pile_set_name")).toBe("ArXiv");
  expect(metadataValue(documents[0]!, "source")).toBe(path);
  expect(metadataValue(documents[0]!, "nothing")).toBeUndefined();
});

test("standard input is JSON lines, text lines or either compressed, and read once", async () => {
  const jsonl = Buffer.from('{"text":"one"}\n{"text":"two"}\n');
  for (const bytes of [jsonl, gzipSync(jsonl)]) {
    const { documents } = await readAll("-", { stdin: inChunks(bytes, 3) });
    expect(documents.map(({ id, text }) => `${id} ${text}`)).toEqual(["-:1 one", "-:2 two"]);
  }
  const { documents } = await readAll("-", { stdin: inChunks(jsonl, 3), lines: true });
  expect(documents).toHaveLength(2);
  const corpus = await openCorpus({ paths: ["-"], stdin: inChunks(jsonl, 3) });
  await collect(corpus.documents());
  await expect(collect(corpus.documents())).rejects.toThrow("save it to a file");
  await expect(openCorpus({ paths: ["-"] })).rejects.toMatchObject({ code: "usage" });
});

test("a pass hashes all files by 16 MiB blocks, and counts their bytes to the end", async () => {
  const paths = [
    write("hash/a.txt", Buffer.alloc(17 * 1024 * 1024, "abc ")),
    write("hash/b.jsonl.gz", gzipSync('{"text":"x"}')),
    `${folder}/hash/c.parquet`,
  ];
  await writeParquet(paths[2]!, [{ name: "text", type: "string" }], [{ text: "y" }]);
  const corpus = await openCorpus({ paths: [`${folder}/hash`] });
  expect(corpus.report().sha256).toBeUndefined();
  const progress: Progress[] = [];
  await collect(corpus.documents({ onProgress: (step) => progress.push(step) }));
  expect(progress[0]!.done).toBe(0);
  const block = 16 * 1024 * 1024;
  const blocks = paths.flatMap((path) => {
    const bytes = readFileSync(path);
    return Array.from({ length: Math.ceil(bytes.length / block) }, (_, i) =>
      createHash("sha256")
        .update(bytes.subarray(i * block, (i + 1) * block))
        .digest(),
    );
  });
  const byDefinition = createHash("sha256").update(Buffer.concat(blocks)).digest("hex");
  expect(corpus.report().sha256).toBe(byDefinition);
  expect(await hashFiles(paths)).toBe(byDefinition);
  const total = corpus.files.reduce((sum, file) => sum + file.byteLength, 0);
  expect(progress.at(-1)).toEqual({ stage: "read corpus", done: total, total, unit: "bytes" });
  expect(corpus.report().storedBytes).toBe(total);
});

test("a corpus that changes between two passes is refused", async () => {
  const path = write("changing.txt", "before");
  const corpus = await openCorpus({ paths: [path] });
  await collect(corpus.documents());
  write("changing.txt", "after!");
  await expect(collect(corpus.documents())).rejects.toMatchObject({ code: "corpus/changed" });
});

test("a pass stops on its signal", async () => {
  const line = `${JSON.stringify({ text: "x".repeat(1000) })}\n`;
  for (const name of ["stop.jsonl", "stop.jsonl.gz"]) {
    const text = line.repeat(2000);
    const path = write(name, name.endsWith("gz") ? gzipSync(text, { level: 0 }) : text);
    const corpus = await openCorpus({ paths: [path] });
    const controller = new AbortController();
    const documents = corpus.documents({ signal: controller.signal });
    await documents.next();
    controller.abort(new Error("enough"));
    await expect(collect(documents)).rejects.toThrow("enough");
  }
});

test("memory does not grow with the corpus", async () => {
  const line = `${JSON.stringify({ text: "It was the best of times. ".repeat(400) })}\n`;
  const path = write(
    "long.jsonl.gz",
    Buffer.concat(Array<Buffer>(120).fill(gzipSync(line.repeat(100)))),
  );
  const before = process.memoryUsage().rss;
  let [peak, characters] = [0, 0];
  for await (const { text } of (await openCorpus({ paths: [path] })).documents()) {
    characters += text.length;
    if (characters % 1000 === 0) peak = Math.max(peak, process.memoryUsage().rss);
  }
  expect(characters).toBe(124_800_000);
  expect((peak - before) / 1e6).toBeLessThan(90);
});

const eltec = "../shared/data/corpora/eltec";
test.skipIf(!existsSync(eltec))(
  "ELTeC novels from Zstandard and gzip (needs shared/data)",
  async () => {
    const english = await readAll(`${eltec}/eltec-eng.jsonl.zst`);
    expect(english.documents).toHaveLength(99);
    expect(english.report.replacedCharacters).toBe(0);
    const mini = await readAll(`${eltec}/eltec-mini-7lang.jsonl.gz`, { where: { lang: "hun" } });
    expect(mini.report).toMatchObject({ documents: 19, filtered: 121 });
  },
);
