/**
 * One side of requests.mjs and choices.mjs: opens a model, scores groups of texts, one call a group,
 * and answers on stdout, one JSON line for each line of stdin. The twin is torch-requests.py.
 *
 *   node bench/models/requests-worker.mjs FOLDER TOKENIZER GROUPS.json THREADS
 *
 * First line, unasked: {"ready": true}. Then
 *   run    all groups once, from texts to log-likelihoods: {"seconds"}
 *   check  {"logLikelihoods": […], "peakBytes": of the process so far, "work": what was read}
 */
import { readFileSync } from "node:fs";
import { openLanguageModel } from "#rote/models/open-model.js";
import { answerLines, peakBytes, secondsOf } from "./workers.mjs";

const [folder, tokenizer, groupsPath, threads] = process.argv.slice(2);
const groups = JSON.parse(readFileSync(groupsPath, "utf8"));
const work = {};
const add = (done) => {
  for (const [key, count] of Object.entries(done)) work[key] = (work[key] ?? 0) + count;
};
const model = await openLanguageModel(folder, { tokenizer, threads: Number(threads) });
async function scoreAll(options = {}) {
  const scores = [];
  for (const group of groups) scores.push(...(await model.score(group, options)));
  return scores.map(({ logLikelihood }) => logLikelihood);
}

await model.score(groups[0]);
await answerLines(async (command) => {
  if (command !== "check") return { seconds: await secondsOf(() => scoreAll()) };
  const logLikelihoods = await scoreAll({ onWork: add });
  return { logLikelihoods, peakBytes: peakBytes(), work };
});
await model[Symbol.asyncDispose]();
