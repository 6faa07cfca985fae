// A synthetic corpus of token ids, seeded, as one file of 16-bit numbers (.npy):
//
//   words      50,000, drawn by Zipf's law: the word of rank r has the weight (r + 2.7)^-1.05
//   sequence   half of the tokens are one of 16 fixed successors of the token before, the earlier
//              ones more often; so that n-grams repeat as in text
//   documents  log-normal lengths, median 350 tokens, sigma 0.95; each ends with END
//   copies     one document in twenty is a copy of an earlier one
import { closeSync, openSync, renameSync, writeSync } from "node:fs";
import { createRng } from "#rote/base/random.js";

/** The id behind each document. */
export const END = 50_256;

const VOCABULARY = 50_000;
const TABLE_BITS = 20;

/** Write a corpus of so many tokens, the ends of documents among them. */
export function makeSynthetic(path, length) {
  const tokens = drawTokens(length);
  const shape = `{'descr': '<u2', 'fortran_order': False, 'shape': (${length},), }`;
  const header = `${shape.padEnd(117)}\n`; // the tokens begin at byte 128
  const magic = Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, header.length, 0]);
  const file = openSync(`${path}.part`, "w");
  writeSync(file, Buffer.concat([magic, Buffer.from(header)]));
  const bytes = new Uint8Array(tokens.buffer);
  for (let at = 0; at < bytes.length;)
    at += writeSync(file, bytes, at, Math.min(2 ** 28, bytes.length - at));
  closeSync(file);
  renameSync(`${path}.part`, path);
}

function drawTokens(length) {
  const rng = createRng("synthetic");
  const words = wordTable(rng);
  const tokens = new Uint16Array(length);
  const starts = [0];
  let end = 0;
  while (end < length) {
    const start = end;
    const room = length - start - 1;
    if (starts.length > 100 && rng.int(20) === 0) {
      const copied = rng.int(starts.length - 1);
      const size = Math.min(room, starts[copied + 1] - starts[copied] - 1);
      tokens.copyWithin(start, starts[copied], starts[copied] + size);
      end += size;
    } else {
      end += Math.min(room, Math.ceil(350 * Math.exp(0.95 * rng.normal())));
      drawDocument(tokens.subarray(start, end), words, rng);
    }
    tokens[end++] = END;
    starts.push(end);
  }
  return tokens;
}

/** Words as often as they are to be drawn. */
function wordTable(rng) {
  const ids = rng.shuffle(Uint32Array.from({ length: VOCABULARY }, (_, id) => id));
  const weights = Float64Array.from(ids, (_, rank) => (rank + 2.7) ** -1.05);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const table = new Uint16Array(2 ** TABLE_BITS);
  let [rank, below] = [0, weights[0]];
  for (let i = 0; i < table.length; i++) {
    while (below < (total * (i + 0.5)) / table.length) below += weights[++rank];
    table[i] = ids[rank];
  }
  return table;
}

function drawDocument(tokens, words, rng) {
  let before = 0;
  for (let i = 0; i < tokens.length; i++) {
    const successor = Math.floor(16 * rng.next() * rng.next());
    const place = Math.imul(before + 1, 0x9e3779b1) + Math.imul(successor, 40_503);
    before = words[rng.int(2) === 0 ? place >>> (32 - TABLE_BITS) : rng.int(words.length)];
    tokens[i] = before;
  }
}
