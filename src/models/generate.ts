/**
 * Text after a prompt, token by token. What was read stays in the model's cache where it has one,
 * so a step reads one token of each sequence; a sequence that has outgrown the model's window, or
 * whose model keeps nothing, is read anew, its last `maximumLength` tokens.
 */
import { RoteError } from "../base/errors.ts";
import { createRng } from "../base/random.ts";
import type { Tokenizer } from "../tokenizers/tokenizer.ts";
import type { ChatTemplate } from "./chat-template.ts";
import {
  type ChatMessage,
  DEFAULT_MAX_TOKENS,
  type GenerateOptions,
  type Generation,
  type Prompt,
} from "./language-model.ts";
import { type Choose, greedy, sampler } from "./sampling.ts";
import { checkLogProb, type GrowingSequences, type TokenModel } from "./token-model.ts";

/** Prompts read together, where the cache's memory allows it. */
const GROUP_SIZE = 32;
const CACHE_BYTES = 2 ** 30;

export interface GenerateTextsOptions extends GenerateOptions {
  /** Writes conversations as text. */
  readonly chatTemplate?: ChatTemplate | undefined;
  /** Tokens that end a text besides the tokenizer's end of text. */
  readonly endTokens?: readonly number[];
}

/** Generate after each prompt; see `LanguageModel.generate`. */
export async function generateTexts(
  model: TokenModel,
  tokenizer: Tokenizer,
  prompts: readonly Prompt[],
  { chatTemplate, endTokens = [], ...options }: GenerateTextsOptions = {},
): Promise<readonly Generation[]> {
  const { stop = [] } = options;
  const ends = new Set<number | undefined>([tokenizer.endOfText, ...endTokens]);
  const encoded = prompts.map((prompt, index) =>
    typeof prompt === "string"
      ? encodePrompt(tokenizer, prompt, index)
      : encodeConversation(tokenizer, chatTemplate, prompt, index),
  );
  const isEnd = (id: number | undefined): boolean => id !== undefined && ends.has(id);
  const isFinished = (ids: readonly number[]): boolean =>
    isEnd(ids.at(-1)) || (stop.length > 0 && firstStop(tokenizer.decode(ids), stop) !== undefined);
  const sequences = await generateIds(model, encoded, { ...options, isFinished });
  return sequences.map(({ ids, logProbs }) => {
    const count = isEnd(ids.at(-1)) ? ids.length - 1 : ids.length;
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
    maxTokens = DEFAULT_MAX_TOKENS,
    temperature = 0,
    topP = 1,
    topK,
    seed = 0,
    isFinished = () => false,
    signal,
    onProgress,
  }: GenerateIdsOptions = {},
): Promise<readonly GeneratedIds[]> {
  checkOptions({ maxTokens, temperature, topP, topK });
  const rng = createRng(seed);
  const cut = { temperature, topP, ...(topK === undefined ? {} : { topK }) };
  const sequences = prompts.map((prompt, index) => ({
    prompt,
    ids: [] as number[],
    logProbs: [] as number[],
    // A stream of its own, so that a prompt's text does not depend on its neighbours.
    choose: temperature === 0 ? greedy : sampler(cut, rng.fork(`prompt ${index}`)),
  }));
  const total = prompts.length * maxTokens;
  for (let start = 0; start < sequences.length;) {
    const group = sequences.slice(
      start,
      start + groupSize(model, sequences.slice(start), maxTokens),
    );
    using reader = await openReader(model, group);
    let open: readonly OpenSequence[] = group;
    for (let step = 1; step <= maxTokens && open.length > 0; step++) {
      await nextTurn(signal);
      chooseTokens(model, open, await reader.read(open));
      open = open.filter(({ ids }) => !isFinished(ids));
      const finished = start + group.length - open.length;
      const done = finished * maxTokens + open.length * step;
      onProgress?.({ stage: "generate", done, total, unit: "tokens" });
    }
    start += group.length;
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

/** The first sequences, as many as may grow together. */
function groupSize(
  { growing, maximumLength }: TokenModel,
  sequences: readonly OpenSequence[],
  maxTokens: number,
): number {
  if (growing === undefined) return GROUP_SIZE;
  let longest = 0;
  for (const [i, { prompt }] of sequences.slice(0, GROUP_SIZE).entries()) {
    longest = Math.max(longest, Math.min(prompt.length + maxTokens, maximumLength));
    if (i > 0 && (i + 1) * longest * growing.bytesPerToken > CACHE_BYTES) return i;
  }
  return GROUP_SIZE;
}

function chooseTokens(
  model: TokenModel,
  open: readonly OpenSequence[],
  logits: readonly Float32Array[],
): void {
  for (const [row, { ids, logProbs, choose }] of open.entries()) {
    const { id, logProb } = choose(logits[row]!);
    checkLogProb(logProb, model, "a generated token");
    ids.push(id);
    logProbs.push(logProb);
  }
}

/** Gives the logits after each of some sequences of a group; one left out once does not come back. */
interface Reader extends Disposable {
  read(open: readonly OpenSequence[]): Promise<readonly Float32Array[]>;
}

async function openReader(model: TokenModel, group: readonly OpenSequence[]): Promise<Reader> {
  const { growing, maximumLength, vocabularySize } = model;
  const hasRoom = ({ prompt, ids }: OpenSequence): boolean =>
    growing !== undefined && prompt.length + ids.length <= maximumLength;
  let grown = group.filter(hasRoom);
  const cache = grown.length === 0 ? undefined : await growing?.start(grown.length);
  const read: Reader["read"] = async (open) => {
    const wanted = new Set(open);
    const rows = grown.flatMap((sequence, row) =>
      wanted.has(sequence) && hasRoom(sequence) ? [row] : [],
    );
    grown = rows.map((row) => grown[row]!);
    const anew = open.filter((sequence) => !hasRoom(sequence));
    const logits = new Map<OpenSequence, Float32Array>();
    const take = (sequences: readonly OpenSequence[], values: Float32Array): void => {
      for (const [row, sequence] of sequences.entries())
        logits.set(sequence, values.subarray(row * vocabularySize, (row + 1) * vocabularySize));
    };
    if (cache !== undefined && grown.length > 0) take(grown, await readOn(cache, rows, grown));
    if (anew.length > 0) take(anew, await model.lastLogits(anew.map(windowOf(maximumLength))));
    return open.map((sequence) => logits.get(sequence)!);
  };
  return {
    read,
    [Symbol.dispose]() {
      cache?.[Symbol.dispose]();
    },
  };
}

async function readOn(
  cache: GrowingSequences,
  rows: readonly number[],
  sequences: readonly OpenSequence[],
): Promise<Float32Array> {
  cache.keep(rows);
  return cache.read(
    sequences.map(({ prompt, ids }) => (ids.length === 0 ? prompt : Int32Array.of(ids.at(-1)!))),
  );
}

function windowOf(maximumLength: number): (sequence: OpenSequence) => Int32Array {
  return ({ prompt, ids }) => lastIds(prompt, ids, maximumLength);
}

/** Let timers and signals have their turn: a run of the graph blocks the event loop. */
async function nextTurn(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resume) => setImmediate(resume));
  if (signal?.aborted === true)
    throw new RoteError("interrupted", "generation was interrupted", {}, signal.reason);
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

/** A template writes special tokens itself, the first of a sequence included. */
function encodeConversation(
  tokenizer: Tokenizer,
  template: ChatTemplate | undefined,
  messages: readonly ChatMessage[],
  index: number,
): Int32Array {
  if (template === undefined)
    throw new RoteError(
      "model/cannot",
      `prompt ${index + 1} is a conversation, and the model has no chat template; give its text as a prompt`,
      { prompt: index },
    );
  return tokenizer.encode(template(messages));
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

function checkOptions({
  maxTokens,
  temperature,
  topP,
  topK,
}: Record<"maxTokens" | "temperature" | "topP", number> & {
  readonly topK: number | undefined;
}): void {
  const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1;
  const rules: readonly (readonly [boolean, string])[] = [
    [isCount(maxTokens), `maxTokens must be at least 1, got ${maxTokens}`],
    [
      temperature >= 0 && temperature < Infinity,
      `temperature must be at least 0, got ${temperature}`,
    ],
    [topP > 0 && topP <= 1, `topP must lie above 0 and at most at 1, got ${topP}`],
    [topK === undefined || isCount(topK), `topK must be a whole number of at least 1, got ${topK}`],
  ];
  for (const [holds, message] of rules)
    if (!holds) throw new RoteError("usage", message, { maxTokens, temperature, topP, topK });
}
