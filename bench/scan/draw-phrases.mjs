// Phrases drawn from a text: ones that stand in it, the most frequent ones, ones that do not.
import { openCorpus } from "#rote/corpus/corpus.js";
import { wordsPolicy } from "#rote/text/policies.js";

/** Documents as numbers of words, each text once; documents of fewer than three words are left out. */
export async function readText(path) {
  const numbers = new Map();
  const documents = [];
  let first;
  for await (const { text } of (await openCorpus({ paths: [path] })).documents()) {
    if (text === first) break; // the text repeats from here on
    first ??= text;
    const words = wordsPolicy.words(text);
    if (words.length < 3) continue;
    documents.push(
      Int32Array.from(words, (word) => {
        const number = numbers.get(word) ?? numbers.size;
        numbers.set(word, number);
        return number;
      }),
    );
  }
  return { documents, words: [...numbers.keys()] };
}

export function drawer({ documents, words }) {
  const spell = (numbers) => Array.from(numbers, (number) => words[number]).join(" ");
  const stands = trigramFilter(documents);
  const anyWord = (rng) => {
    const document = documents[rng.int(documents.length)];
    return document[rng.int(document.length)];
  };
  return {
    documents,
    /** An n-gram of a document, n from 1 to 3. */
    drawFrom(document, rng) {
      const n = 1 + rng.int(3);
      const at = rng.int(document.length - n + 1);
      return spell(document.subarray(at, at + n));
    },
    /** Three words that stand nowhere one after the other. */
    absent(rng) {
      for (;;) {
        const drawn = [anyWord(rng), anyWord(rng), anyWord(rng)];
        if (!stands(...drawn)) return spell(drawn);
      }
    },
    /** The most frequent n-grams of one or two words. */
    frequent: (n, count) => mostFrequent(documents, n, words.length, count).map(spell),
  };
}

const BITS = 27;

/** Whether three words may stand one after the other: never false where they do. */
function trigramFilter(documents) {
  const bits = new Uint8Array(2 ** (BITS - 3));
  const hash = (a, b, c) => {
    const mixed = Math.imul(Math.imul(Math.imul(a, 0x9e3779b1) ^ b, 0x85ebca6b) ^ c, 0xc2b2ae35);
    return (mixed ^ (mixed >>> 15)) >>> (32 - BITS);
  };
  for (const document of documents)
    for (let i = 2; i < document.length; i++) {
      const bit = hash(document[i - 2], document[i - 1], document[i]);
      bits[bit >>> 3] |= 1 << (bit & 7);
    }
  return (a, b, c) => (bits[hash(a, b, c) >>> 3] & (1 << (hash(a, b, c) & 7))) !== 0;
}

function mostFrequent(documents, n, vocabulary, count) {
  const counts = new Map();
  for (const document of documents)
    for (let i = n - 1; i < document.length; i++) {
      const key = n === 1 ? document[i] : document[i - 1] * vocabulary + document[i];
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  return [...counts]
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, count)
    .map(([key]) => (n === 1 ? [key] : [Math.floor(key / vocabulary), key % vocabulary]));
}
