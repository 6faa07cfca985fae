// How probable does a model find a continuation, and what would it have written?
import { openLanguageModel } from "rote";

await using model = await openLanguageModel("data/demo/models/1.3M", { threads: 1 });

const context = "The capital of Hungary is";
const continuations = [" Budapest", " Vienna", " a file"];
const scores = await model.score(continuations.map((continuation) => ({ context, continuation })));

// Natural logarithms, summed over the tokens of the continuation.
for (const [i, { logLikelihood, ids, isGreedy }] of scores.entries())
  console.log(
    `${continuations[i]}: ${logLikelihood.toFixed(2)} over ${ids.length} tokens${isGreedy ? ", its first choice" : ""}`,
  );

const [generation] = (await model.generate?.([context], { maxTokens: 12, stop: ["."] })) ?? [];
console.log(`it writes: ${generation?.text}`);
