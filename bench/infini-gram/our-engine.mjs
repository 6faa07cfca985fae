// Our engine as a process that is asked by lines: node our-engine.mjs INDEX MEMORY END
//
// On opening it prints {"seconds"}. Then a line "WORK FILE answers|times" asks all questions of a file, and a
// line {"seconds", "sum", "answers"?} comes back: the time of the questions alone, the sum of the first number
// of each answer, and the answers as lists, the same in all engines. Files hold a question a line: numbers,
// and " | " between n-grams.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { attributeSpans } from "#rote/counting/ngram-index/attribution.js";
import { findCnf } from "#rote/counting/ngram-index/cnf.js";
import { countNgrams } from "#rote/counting/ngram-index/codf.js";
import { countNgramPair } from "#rote/counting/ngram-index/count-ngram.js";
import { batchNgrams } from "#rote/counting/ngram-index/ngram-batch.js";
import { openIndex } from "#rote/counting/ngram-index/open-index.js";

const [directory, memory, endOfDocument] = process.argv.slice(2);
const begin = performance.now();
const index = await openIndex(directory, {
  memory: Number(memory),
  endOfDocument: Number(endOfDocument),
});
reply({ seconds: (performance.now() - begin) / 1000 });

const counts = ({ contextCount, continuationCount, probability = -1 }) => [
  contextCount,
  continuationCount,
  probability,
];
const distribution = ({ contextCount, tokens, counts, approximate }) => [
  ...[contextCount, approximate],
  Array.from(tokens, (token, i) => [token, counts[i]]),
];

/** What is timed, and how its answer is told. */
const works = {
  count: [([ids]) => index.count(ids), (count) => [count]],
  prob: [([context, [token]]) => index.probability(context, token), counts],
  infgram_prob: [
    ([context, [token]]) => index.infinityGram(context, token),
    (answer) => [...counts(answer), answer.suffixLength],
  ],
  ntd: [([ids]) => index.nextTokens(ids, { maxSupport: 1000 }), distribution],
  ntd_exact: [([ids]) => index.nextTokens(ids), distribution],
  infgram_ntd: [
    ([ids]) => index.infinityGramNextTokens(ids, { maxSupport: 1000 }),
    (answer) => [...distribution(answer), answer.suffixLength],
  ],
  cnf: [([a, b]) => findCnf(index, [[a], [b]]), ({ count, approximate }) => [count, approximate]],
  codf: [([a, b]) => countNgramPair(index, a, b).codf, (codf) => [codf]],
  attribute: [([ids]) => attributed(ids), (spans) => [spans.length, spans.map(told)]],
};

/** Spans with the places where they occur, as bytes. */
function attributed(ids) {
  const { shards, traits } = index;
  return attributeSpans(index, ids).map((span) => ({
    ...span,
    pointers: span.segments.flatMap(({ start, end }, s) =>
      Array.from({ length: end - start }, (_, i) => [
        s,
        shards[s].positionAt(start + i) * traits.tokenWidth,
      ]),
    ),
  }));
}

function told({ start, end, count, logProbability, pointers }) {
  const inOrder = pointers.toSorted(([a, p], [b, q]) => a - b || p - q);
  return [start, end, count, Number(logProbability.toFixed(2)), inOrder];
}

/** All pairs at once, each n-gram looked up once. */
async function countBatch({ ngrams, pairs }) {
  const { codf } = await countNgrams(index, batchNgrams(ngrams), pairs);
  return Array.from(codf, (count) => [count]);
}

/** The different n-grams of pairs, and the pairs as their numbers. */
function numberNgrams(questions) {
  const numbers = new Map();
  const pairs = Uint32Array.from(questions.flat(), (ngram) => {
    const key = ngram.join(" ");
    if (!numbers.has(key)) numbers.set(key, numbers.size);
    return numbers.get(key);
  });
  return { ngrams: [...numbers.keys()].map((key) => key.split(" ").map(Number)), pairs };
}

const files = new Map();

function questionsOf(path) {
  if (!files.has(path)) {
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    files.set(
      path,
      lines.map((line) => line.split("|").map((part) => part.trim().split(" ").map(Number))),
    );
  }
  return files.get(path);
}

async function ask(work, questions) {
  if (work === "codf_batch") {
    const batch = numberNgrams(questions);
    const start = performance.now();
    const answers = await countBatch(batch);
    return { seconds: (performance.now() - start) / 1000, answers };
  }
  const [question, tell] = works[work];
  const start = performance.now();
  const answers = questions.map(question);
  return { seconds: (performance.now() - start) / 1000, answers: answers.map(tell) };
}

function reply(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

for await (const line of createInterface({ input: process.stdin })) {
  const [work, file, mode] = line.split(" ");
  const { seconds, answers } = await ask(work, questionsOf(file));
  const sum = answers.reduce((total, [first]) => total + first, 0);
  reply({ seconds, sum, ...(mode === "answers" ? { answers } : {}) });
}
