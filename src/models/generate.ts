/**
 * Text after a prompt, token by token. Each step reads the whole sequence anew (its last
 * `maximumLength` tokens), all unfinished ones of a group together.
 */
import { RoteError } from "../base/errors.ts";
import { createRng } from "../base/random.ts";
import type { Tokenizer } from "../tokenizers/tokenizer.ts";
import type { GenerateOptions, Generation } from "./language-model.ts";
import { type Choose, greedy, sampler } from "./sampling.ts";
import { checkLogProb, type TokenModel } from "./token-model.ts";

/** Prompts read together. */
const GROUP_SIZE = 32;

/** Generate after each prompt; see `LanguageModel.generate`. */
export async function generateTexts(
  model: TokenModel,
  tokenizer: Tokenizer,
  prompts: readonly string[],
  options: GenerateOptions = {},
): Promise<readonly Generation[]> {
  const { stop = [] } = options;
  const { endOfText } = tokenizer;
  const encoded = prompts.map((prompt, index) => encodePrompt(tokenizer, prompt, index));
  const isFinished = (ids: readonly number[]): boolean =>
    ids.at(-1) === endOfText ||
    (stop.length > 0 && firstStop(tokenizer.decode(ids), stop) !== undefined);
  const sequences = await generateIds(model, encoded, { ...options, isFinished });
  return sequences.map(({ ids, logProbs }) => {
    const count = ids.at(-1) === endOfText ? ids.length - 1 : ids.length;
    return cutAtStop(tokenizer, ids.subarray(0, count), logProbs.subarray(0, count), stop);
  });
}

export interface GeneratedIds {
  readonly ids: Int32Array;
  readonly logProbs: Float64Array;
}

export interface GenerateIdsOptions extends GenerateOptions {
  /** Asked after each token with the new ids so far; by default only `maxTokens` ends a sequence. */
  readonly isFinished?: (ids: readonly number[]) => boolean;
}

/** The tokens after each prompt, which has at least one. */
export async function generateIds(
  model: TokenModel,
  prompts: readonly Int32Array[],
  {
    maxTokens = 64,
    temperature = 0,
    topP = 1,
    seed = 0,
    isFinished = () => false,
    signal,
    onProgress,
  }: GenerateIdsOptions = {},
): Promise<readonly GeneratedIds[]> {
  checkOptions(maxTokens, temperature, topP);
  const rng = createRng(seed);
  const sequences = prompts.map((prompt, index) => ({
    prompt,
    ids: [] as number[],
    logProbs: [] as number[],
    // A stream of its own, so that a prompt's text does not depend on its neighbours.
    choose: temperature === 0 ? greedy : sampler(temperature, topP, rng.fork(`prompt ${index}`)),
  }));
  const total = prompts.length * maxTokens;
  for (let start = 0; start < sequences.length; start += GROUP_SIZE) {
    let open: readonly OpenSequence[] = sequences.slice(start, start + GROUP_SIZE);
    for (let step = 1; step <= maxTokens && open.length > 0; step++) {
      await appendToken(model, open, signal);
      open = open.filter(({ ids }) => !isFinished(ids));
      const finished = Math.min(start + GROUP_SIZE, sequences.length) - open.length;
      const done = finished * maxTokens + open.length * step;
      onProgress?.({ stage: "generate", done, total, unit: "tokens" });
    }
  }
  return sequences.map(({ ids, logProbs }) => ({
    ids: Int32Array.from(ids),
    logProbs: Float64Array.from(logProbs),
  }));
}

interface OpenSequence {
  readonly prompt: Int32Array;
  readonly ids: number[];
  readonly logProbs: number[];
  readonly choose: Choose;
}

async function appendToken(
  model: TokenModel,
  sequences: readonly OpenSequence[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const windows = sequences.map(({ prompt, ids }) => lastIds(prompt, ids, model.maximumLength));
  const logits = await model.lastLogits(windows, signal);
  const size = model.vocabularySize;
  for (const [row, { ids, logProbs, choose }] of sequences.entries()) {
    const { id, logProb } = choose(logits.subarray(row * size, (row + 1) * size));
    checkLogProb(logProb, model, "a generated token");
    ids.push(id);
    logProbs.push(logProb);
  }
}

/** The last of the ids of a prompt and what came after it. */
function lastIds(prompt: Int32Array, ids: readonly number[], count: number): Int32Array {
  const fromPrompt = prompt.subarray(Math.max(0, prompt.length + ids.length - count));
  const window = new Int32Array(fromPrompt.length + Math.min(ids.length, count));
  window.set(fromPrompt);
  window.set(ids.slice(-count), fromPrompt.length);
  return window;
}

function encodePrompt(tokenizer: Tokenizer, prompt: string, index: number): Int32Array {
  const { beginningOfSequence, endOfText } = tokenizer;
  const ids = tokenizer.encode(prompt);
  const start = beginningOfSequence ?? (ids.length === 0 ? endOfText : undefined);
  if (start !== undefined) return lastIds(Int32Array.of(start), Array.from(ids), ids.length + 1);
  if (ids.length > 0) return ids;
  throw new RoteError(
    "model/cannot",
    `prompt ${index + 1} is empty, and the tokenizer has no token to begin with; give a prompt`,
    { prompt: index },
  );
}

/** Where the first of the stop strings begins. */
function firstStop(text: string, stop: readonly string[]): number | undefined {
  const places = stop.map((string) => text.indexOf(string)).filter((place) => place >= 0);
  return places.length === 0 ? undefined : Math.min(...places);
}

function cutAtStop(
  tokenizer: Tokenizer,
  ids: Int32Array,
  logProbs: Float64Array,
  stop: readonly string[],
): Generation {
  const whole = tokenizer.decode(ids);
  const end = firstStop(whole, stop);
  if (end === undefined) return { text: whole, ids, logProbs };
  let count = 0;
  while (count < ids.length && tokenizer.decode(ids.subarray(0, count)).length < end) count++;
  return {
    text: whole.slice(0, end),
    ids: ids.slice(0, count),
    logProbs: logProbs.slice(0, count),
  };
}

function checkOptions(maxTokens: number, temperature: number, topP: number): void {
  const rules: readonly (readonly [boolean, string])[] = [
    [
      Number.isInteger(maxTokens) && maxTokens >= 1,
      `maxTokens must be at least 1, got ${maxTokens}`,
    ],
    [
      temperature >= 0 && temperature < Infinity,
      `temperature must be at least 0, got ${temperature}`,
    ],
    [topP > 0 && topP <= 1, `topP must lie above 0 and at most at 1, got ${topP}`],
  ];
  for (const [holds, message] of rules)
    if (!holds) throw new RoteError("usage", message, { maxTokens, temperature, topP });
}
