// One measured step of question.mjs: node question-process.mjs PAIRS ROWS|- [twin]. Prints its seconds,
// wall and CPU, and a number that must be the twin's.
import { createReadStream, createWriteStream, statSync } from "node:fs";
import { once } from "node:events";
import { extname } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { fileWriter, ParquetWriter, schemaFromColumnData } from "hyparquet-writer";
import { gatherQuestion, pairRows } from "#rote/counting/question.js";
import { writeCounts } from "#rote/counting/write-counts.js";
import { wordsPolicy } from "#rote/text/policies.js";

const [pairFile, rowFile, twin] = process.argv.slice(2);
const read = twin && rowFile === "-" ? readPlainly : readOurs;
const write = twin ? writePlainly : writeOurs;

let [start, cpuStart] = [performance.now(), process.cpuUsage()];
const question = await read();
let checked = question.phrases.length;
if (rowFile !== "-") {
  const counts = invented(question);
  [start, cpuStart] = [performance.now(), process.cpuUsage()];
  await write(counts);
  checked = extname(rowFile) === ".parquet" ? question.pairs.length : statSync(rowFile).size;
}
const { user, system } = process.cpuUsage(cpuStart);
const seconds = (performance.now() - start) / 1000;
console.log(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, checked }));

async function readOurs() {
  return gatherQuestion({ pairFile: { path: pairFile } }, wordsPolicy);
}

/** Lines as strings, phrases in a Map. */
async function readPlainly() {
  const stored = createReadStream(pairFile);
  const input = pairFile.endsWith(".gz") ? stored.pipe(createGunzip()) : stored;
  const [indexes, pairs] = [new Map(), []];
  const indexOf = (phrase) => {
    let index = indexes.get(phrase);
    if (index === undefined) {
      if (wordsPolicy.words(phrase).length === 0) throw new Error("no words");
      indexes.set(phrase, (index = indexes.size));
    }
    return index;
  };
  for await (const line of createInterface({ input })) {
    const [a, b] = pairFile.endsWith(".jsonl") ? Object.values(JSON.parse(line)) : line.split("\t");
    pairs.push(indexOf(a), indexOf(b));
  }
  return { phrases: [...indexes.keys()], pairs: Uint32Array.from(pairs) };
}

/** Counts as they are distributed: most are small, some are large. */
function invented({ phrases, pairs }) {
  const df = Float64Array.from(phrases, (_, i) => Math.floor(1e5 / (1 + ((i * 7919) % 1e5))));
  const tf = df.map((documents) => Math.floor(documents * 1.37));
  const codf = Float64Array.from({ length: pairs.length / 2 }, (_, i) =>
    Math.floor(Math.min(df[pairs[2 * i]], df[pairs[2 * i + 1]]) / 10),
  );
  return { df, tf, codf };
}

async function writeOurs(counts) {
  await writeCounts(rowFile, { pairs: pairRows(question, counts) });
}

/** A line at a time to a stream; Parquet by the library, a row group at a time. */
async function writePlainly(counts) {
  if (extname(rowFile) === ".parquet") return writeColumns(counts);
  const out = createWriteStream(rowFile);
  if (extname(rowFile) === ".tsv") out.write("a\tb\tcodf\tdfA\tdfB\ttfA\ttfB\n");
  for (const row of pairRows(question, counts)) {
    const line = extname(rowFile) === ".tsv" ? Object.values(row).join("\t") : JSON.stringify(row);
    if (!out.write(`${line}\n`)) await once(out, "drain");
  }
  out.end();
  await once(out, "close");
}

function writeColumns({ df, tf, codf }) {
  const names = ["a", "b", "codf", "dfA", "dfB", "tfA", "tfB"];
  const columnsOf = (rows) =>
    names.map((name, i) => ({
      ...{ name, nullable: false, type: i < 2 ? "STRING" : "INT64" },
      data: rows.map((row) => (i < 2 ? row[name] : BigInt(row[name]))),
    }));
  const schema = schemaFromColumnData({ columnData: columnsOf([]) });
  const writer = new ParquetWriter({ writer: fileWriter(rowFile), schema });
  let rows = [];
  const flush = () => {
    writer.write({ columnData: columnsOf(rows), rowGroupSize: rows.length });
    rows = [];
  };
  for (const row of pairRows(question, { df, tf, codf })) if (rows.push(row) === 65_536) flush();
  if (rows.length > 0) flush();
  writer.finish();
}
