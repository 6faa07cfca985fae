// One contender, one process: encodes documents twice and prints what it took. See run.mjs.
import { createHash } from "node:crypto";
import { openCorpus } from "#rote/corpus/corpus.js";
import { openTokenizer } from "#rote/tokenizers/open.js";

const [contender, tokenizerPath, corpusPath, megabytes] = process.argv.slice(2);
const BATCH = 256;
const CHARACTERS = 4096;

async function readDocuments() {
  const documents = [];
  let bytes = 0;
  for await (const { text } of (await openCorpus({ paths: [corpusPath] })).documents())
    for (let at = 0; at < text.length && bytes < megabytes * 1e6; at += CHARACTERS) {
      const document = text
        .slice(at, at + CHARACTERS)
        .replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, "");
      documents.push(document);
      bytes += Buffer.byteLength(document);
    }
  return { documents, bytes };
}

const contenders = {
  async own() {
    const tokenizer = await openTokenizer(tokenizerPath);
    return async (documents, take) => {
      for (const document of documents) take(tokenizer.encode(document));
    };
  },
  async tokenizers() {
    const { Tokenizer } = await import("tokenizers");
    const tokenizer = Tokenizer.fromFile(tokenizerPath);
    return async (documents, take) => {
      for (let at = 0; at < documents.length; at += BATCH) {
        const batch = documents.slice(at, at + BATCH);
        const encodings = await tokenizer.encodeBatch(batch, { addSpecialTokens: false });
        for (const encoding of encodings) take(encoding.getIds());
      }
    };
  },
};

const { documents, bytes } = await readDocuments();
const encode = await contenders[contender]();
const passes = [];
const hash = createHash("sha256");
let tokens = 0;
for (const pass of ["cold", "warm"]) {
  const kept = [];
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  await encode(documents, (ids) => kept.push(ids));
  const seconds = (performance.now() - start) / 1e3;
  const { user, system } = process.cpuUsage(cpu);
  passes.push({ pass, seconds, cpuSeconds: (user + system) / 1e6 });
  if (pass === "warm") continue;
  for (const ids of kept) hash.update(Int32Array.from(ids)).update("|");
  tokens = kept.reduce((sum, ids) => sum + ids.length, 0);
}
console.log(
  JSON.stringify({
    bytes,
    documents: documents.length,
    tokens,
    sha256: hash.digest("hex"),
    passes,
  }),
);
