// The second half of our build alone: reads the tokens of shard 0 in a folder, sorts their suffixes, writes
// the table, and hashes every file: node bench/infini-gram/sort-tokens.mjs FOLDER
import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { finishShard } from "#rote/counting/ngram-index/finish-shard.js";

const folder = resolve(process.argv[2]);
const sizeOf = (kind) => statSync(join(folder, `${kind}.0`)).size;
await finishShard({
  ...{ folder, shard: 0, writtenWidth: 2, width: 2, memory: 2 ** 34 },
  tokens: sizeOf("tokenized") / 2,
  documents: sizeOf("offset") / 8,
});
