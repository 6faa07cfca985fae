// How often does a corpus hold a phrase, and in how many documents do two phrases meet?
import { openCorpus, openScan } from "rote";

const corpus = await openCorpus({ paths: ["data/demo/corpus/*.jsonl.gz"] });
await using engine = await openScan(corpus);

// Everything asked for at once is counted in one pass; a pair is two indexes into the phrases.
const phrases = ["the capital of Hungary", "Budapest", "open the file"];
const { df, tf, codf } = await engine.countPairs(phrases, Uint32Array.of(0, 1, 0, 2));

for (const [i, phrase] of phrases.entries())
  console.log(`${phrase}: ${tf[i]} times in ${df[i]} documents`);
console.log(`the first two meet in ${codf[0]} documents, the first and the last in ${codf[1]}`);

for await (const { id, text, hits } of engine.findDocuments([{ phrases: phrases.slice(0, 2) }], {
  limit: 1,
}))
  console.log(`${id}: ${hits.map(({ start, end }) => text.slice(start, end)).join(" … ")}`);
