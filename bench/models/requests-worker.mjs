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
import { createInterface } from "node:readline";
import { openLanguageModel } from "#rote/models/open-model.js";

const [folder, tokenizer, groupsPath, threads] = process.argv.slice(2);
const groups = JSON.parse(readFileSync(groupsPath, "utf8"));
const say = (answer) => console.log(JSON.stringify(answer));

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
say({ ready: true });
for await (const command of createInterface({ input: process.stdin })) {
  if (command === "check") {
    const logLikelihoods = await scoreAll({ onWork: add });
    say({ logLikelihoods, peakBytes: process.resourceUsage().maxRSS * 1024, work });
  } else {
    const start = performance.now();
    await scoreAll();
    say({ seconds: (performance.now() - start) / 1000 });
  }
}
await model[Symbol.asyncDispose]();
