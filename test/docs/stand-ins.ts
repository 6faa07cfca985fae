/** Small files under the names that documents use for the reader's own. */
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { writeParquet } from "#rote/base/parquet.js";

const shakespeare = {
  id: "hamlet",
  text: "To be, or not to be: that is the question.",
  lang: "eng",
};

/** What each document takes for granted, to be written into a folder that has `data/demo`. */
export const standIns: Readonly<Record<string, (folder: string) => Promise<void> | void>> = {
  "README.md": writeReadersData,
  "docs/cli.md": writeExamplesFiles,
};

function writeReadersData(folder: string): void {
  const at = (name: string): string => join(folder, name);
  mkdirSync(at("text"));
  const facts = readFileSync(at("data/demo/corpus/facts-countries.jsonl.gz"));
  writeFileSync(at("text/facts.jsonl"), gunzipSync(facts));
  copyFileSync(at("data/demo/tasks/facts-countries.jsonl"), at("questions.jsonl"));
  cpSync(at("data/demo/models/0.36M"), at("pythia-70m"), { recursive: true });
}

async function writeExamplesFiles(folder: string): Promise<void> {
  const at = (name: string): string => join(folder, name);
  for (const name of ["shards", "novels", "gpt2"]) mkdirSync(at(name));
  copyFileSync(at("data/demo/corpus/facts-countries.jsonl.gz"), at("corpus.jsonl.gz"));
  copyFileSync(at("data/demo/tasks/translation.jsonl"), at("translation.jsonl"));
  copyFileSync(at("data/demo/tasks/facts-countries.jsonl"), at("qa.jsonl"));
  copyFileSync(at("data/demo/tokenizer/tokenizer.json"), at("gpt2/tokenizer.json"));
  cpSync(at("data/demo/models/0.36M"), at("pythia-70m"), { recursive: true });
  writeFileSync(at("pairs.tsv"), "capital of France\tParis\n");
  writeFileSync(at("phrases.txt"), "the question\nto be\n");
  writeFileSync(at("lines.txt"), "To be,\nor not to be\n");
  writeFileSync(at("novels/hamlet.jsonl"), jsonLine(shakespeare));
  const document = { text: "Paris is the capital of France." };
  writeFileSync(at("shards/0.jsonl.zst"), zstandard(jsonLine(document)));
  const request = { context: "The capital of France is", continuation: " Paris" };
  writeFileSync(at("requests.jsonl"), jsonLine(request));
  writeFileSync(at("prompts.jsonl"), jsonLine({ prompt: request.context }));
  const logged = [[request.context, request.continuation]];
  const sample = { doc_id: 0, arguments: logged, resps: [[[-1.5, true]]] };
  writeFileSync(at("samples_lambada.jsonl"), jsonLine(sample));
  writeFileSync(at("stdin"), jsonLine({ ...request, prompt: request.context }));
  writeFileSync(at("tokens.npy"), numPy([5, 6, 0, 7, 5, 6]));
  writeFileSync(at("small.yaml"), JSON.stringify(training));
  writeFileSync(at("study.yaml"), JSON.stringify(study));
  await writeRows(at("counts.parquet"), at("scores.parquet"));
}

const training = {
  corpus: { files: "lines.txt" },
  tokenizer: "gpt2",
  shape: { hiddenSize: 16, layers: 1, heads: 2, maximumLength: 8 },
  schedule: { steps: 2, batchSize: 2 },
};

const study = {
  name: "stand-in",
  corpus: { files: "corpus.jsonl.gz" },
  tasks: [{ name: "qa", file: "qa.jsonl", outputs: "whole", threshold: "none" }],
  models: ["pythia-70m"],
  embedder: "data/demo/embedder.bin",
  measure: { bootstrap: 20, permutations: 5 },
  generate: { maxTokens: 2 },
};

async function writeRows(countsPath: string, scoresPath: string): Promise<void> {
  const pairs = Array.from({ length: 20 }, (_, i) => ({ a: `a ${i}`, b: `b ${i}`, i: i + 1 }));
  const text = (name: string) => ({ name, type: "string" }) as const;
  const integer = (name: string) => ({ name, type: "int64" }) as const;
  await writeParquet(
    countsPath,
    [text("a"), text("b"), integer("codf"), integer("dfA"), integer("dfB")],
    pairs.map(({ a, b, i }) => ({ a, b, codf: i, dfA: 40, dfB: i })),
  );
  await writeParquet(
    scoresPath,
    [
      ...[text("example"), text("task"), text("model"), integer("n"), text("a"), text("b")],
      { name: "logLikelihood", type: "double" },
    ],
    pairs.map(({ a, b, i }) => ({
      ...{ example: `${i}`, task: "t", model: "m", n: 2, a, b },
      logLikelihood: -20 / i,
    })),
  );
}

function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

/** One frame of one raw block (RFC 8878): magic number, single segment with a 4-byte size, last block. */
function zstandard(text: string): Buffer {
  const content = Buffer.from(text);
  const head = Buffer.alloc(12);
  head.writeUInt32LE(0xfd2fb528, 0);
  head.writeUInt8(0xa0, 4);
  head.writeUInt32LE(content.length, 5);
  head.writeUIntLE(content.length * 8 + 1, 9, 3);
  return Buffer.concat([head, content]);
}

/** A one-dimensional array of u16 as NumPy stores it (format version 1.0). */
function numPy(ids: readonly number[]): Buffer {
  const header = `{'descr': '<u2', 'fortran_order': False, 'shape': (${ids.length},), }`;
  const padded = `${header.padEnd(128 - 10 - 1)}\n`;
  const start = Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, padded.length, 0]);
  return Buffer.concat([start, Buffer.from(padded), Buffer.from(Uint16Array.from(ids).buffer)]);
}
