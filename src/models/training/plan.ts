/** Everything a training needs to know before its first step. */
import { RoteError } from "../../base/errors.ts";
import { openCorpus } from "../../corpus/corpus.ts";
import type { LongWork } from "../../base/progress.ts";
import type { Tokenizer } from "../../tokenizers/tokenizer.ts";
import { decoderParameters } from "../families/decoder.ts";
import { sequenceOrder } from "./batches.ts";
import type { TrainingConfig } from "./config.ts";
import type { ModelFiles } from "./model-folder.ts";
import { countLongDocuments, packSequences, type Stretches } from "./packing.ts";
import { layOut, type ParameterLayout } from "./parameter-layout.ts";
import { endOfTextOf, prepareTokenizer } from "./prepare-tokenizer.ts";
import type { TrainingKey } from "./saved-state.ts";
import { rowsPerStep, stepCount } from "./schedule.ts";
import { type StartingModel, startingModel } from "./starting-model.ts";
import { readTokenStream, type TokenStream } from "./token-stream.ts";
import type { TextSource } from "./training-rows.ts";

export interface TrainingPlan {
  readonly config: TrainingConfig;
  readonly stream: TokenStream;
  readonly stretches: Stretches;
  /** Documents cut although they were to be kept whole: they are longer than a sequence. */
  readonly cutDocuments: number | undefined;
  /** Begins with an end-of-text token. */
  readonly heldOut: TokenStream | undefined;
  readonly model: StartingModel;
  readonly layout: ParameterLayout;
  readonly files: ModelFiles;
  readonly key: TrainingKey;
  readonly steps: number;
}

export interface PlanOptions extends LongWork {
  /** Folder that gets the tokenizer. */
  readonly out: string;
  /** Keep the tokenizer that is there. */
  readonly goesOn: boolean;
}

/** Read the corpus and prepare tokenizer and model. */
export async function planTraining(
  config: TrainingConfig,
  { out, goesOn, ...work }: PlanOptions,
): Promise<TrainingPlan> {
  const corpus = await openCorpus({ paths: config.corpus.files, field: config.corpus.field });
  const tokenizer = await prepareTokenizer(config.tokenizer, corpus, out, { goesOn, ...work });
  const endOfText = endOfTextOf(tokenizer);
  const stream = await readTokenStream(corpus, tokenizer, endOfText, {
    ...fieldsOf(config.corpus),
    ...work,
  });
  const heldOut = await readHeldOut(config.heldOut, tokenizer, work);
  const model = await startingModel(config, tokenizer, endOfText);
  const { schedule, packing, dtype } = config;
  const stretches = packSequences(stream, { ...schedule, documents: packing.documents });
  return {
    ...{ config, stream, stretches, heldOut, model },
    cutDocuments:
      packing.documents === "whole"
        ? countLongDocuments(stream, schedule.sequenceLength)
        : undefined,
    layout: layOut(decoderParameters(model.decoder)),
    files: { ...model, dtype, tokenizerFolder: out },
    key: keyOf(config, { model, tokenizer, stream, heldOut }),
    steps: stepCount(schedule, stretches.starts.length),
  };
}

/** Tokens a whole training reads, repeats included and padding not. */
export function trainedTokens({ config, stretches, steps }: TrainingPlan): number {
  const { starts, ends } = stretches;
  const sequenceAt = sequenceOrder(starts.length, config.seed, config.schedule);
  let tokens = 0;
  for (let index = 0; index < steps * rowsPerStep(config.schedule); index++) {
    const sequence = sequenceAt(index);
    tokens += ends[sequence]! - starts[sequence]!;
  }
  return tokens;
}

/** Steps after which the model is saved; the last one is the model itself. */
export function checkpointSteps({ config, steps: total }: TrainingPlan): ReadonlySet<number> {
  const { every, steps: listed } = config.checkpoints;
  const regular = every === undefined ? [] : multiples(every, total);
  return new Set([...regular, ...listed].filter((step) => step < total));
}

/** Steps after which held-out text is read: at regular distances, and the last. */
export function heldOutSteps({ config, heldOut, steps }: TrainingPlan): ReadonlySet<number> {
  if (heldOut === undefined) return new Set();
  const every = config.heldOut?.every ?? Math.ceil(steps / 10);
  return new Set([...multiples(every, steps), steps]);
}

function multiples(every: number, total: number): number[] {
  return Array.from({ length: Math.floor(total / every) }, (_, i) => (i + 1) * every);
}

async function readHeldOut(
  source: TextSource | undefined,
  tokenizer: Tokenizer,
  work: LongWork,
): Promise<TokenStream | undefined> {
  if (source === undefined) return undefined;
  const corpus = await openCorpus({ paths: source.files, field: source.field });
  const options = { ...fieldsOf(source), ...work, leading: true };
  const stream = await readTokenStream(corpus, tokenizer, endOfTextOf(tokenizer), options);
  if (stream.textBytes > 0) return stream;
  throw new RoteError(
    "corpus/empty",
    `the held-out text in ${source.files.join(", ")} has no character to be predicted: its texts are empty, or nothing of them has a loss`,
    { files: source.files },
  );
}

function fieldsOf({
  prompt,
  lossSpans,
  place,
}: TextSource): Pick<TextSource, "prompt" | "lossSpans" | "place"> {
  return { ...(prompt && { prompt }), ...(lossSpans && { lossSpans }), ...(place && { place }) };
}

interface KeyParts {
  readonly model: StartingModel;
  readonly tokenizer: Tokenizer;
  readonly stream: TokenStream;
  readonly heldOut: TokenStream | undefined;
}

function keyOf(
  config: TrainingConfig,
  { model, tokenizer, stream, heldOut }: KeyParts,
): TrainingKey {
  const { schedule, packing, seed, dtype } = config;
  const { every, steps, optimizer } = config.checkpoints;
  return {
    ...{ model: model.identity, schedule, packing, seed, dtype },
    checkpoints: { every, optimizer, steps: [...new Set(steps)].sort((a, b) => a - b) },
    tokenizer: "path" in config.tokenizer ? tokenizer.identity.sha256 : config.tokenizer,
    tokens: stream.sha256,
    ...(heldOut && { heldOut: { every: config.heldOut?.every, tokens: heldOut.sha256 } }),
  };
}
