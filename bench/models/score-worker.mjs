/**
 * One side of score.mjs: opens a model folder, scores, and answers on stdout, one JSON line for each
 * line of stdin. The twin that uses PyTorch is torch-score.py.
 *
 *   node bench/models/score-worker.mjs FOLDER IDS.json THREADS
 *
 * First line, unasked: {"ready": true} behind the scores of the first sequence. Then
 *   run N    the whole batch N times: {"seconds": all of them together}
 *   check    {"logProbs": [[…], …], "peakBytes": of the process so far}
 */
import { readFileSync } from "node:fs";
import { openDecoder } from "#rote/models/open-decoder.js";
import { wholeSequence } from "#rote/models/scoring/token-tree.js";
import { answerLines, peakBytes, secondsOf } from "./workers.mjs";

const [folder, idsPath, threads] = process.argv.slice(2);
const rows = JSON.parse(readFileSync(idsPath, "utf8")).map((ids) =>
  wholeSequence(Int32Array.from(ids)),
);

const model = await openDecoder(folder, { threads: Number(threads) });
await model.run(rows.slice(0, 1));
await answerLines(async (line) => {
  const [command, count] = line.split(" ");
  if (command === "check") {
    const scores = await model.run(rows);
    return { logProbs: scores.map(({ logProbs }) => [...logProbs]), peakBytes: peakBytes() };
  }
  const seconds = await secondsOf(async () => {
    for (let i = 0; i < Number(count); i++) await model.run(rows);
  });
  return { seconds };
});
await model[Symbol.asyncDispose]();
