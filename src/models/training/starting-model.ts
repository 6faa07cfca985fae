/** The model a training begins with: a new one, or one of a folder. */
import { join } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { hashFiles, readText } from "../../base/files.ts";
import type { Tokenizer } from "../../tokenizers/tokenizer.ts";
import type { Decoder } from "../families/decoder.ts";
import { openWeights } from "../open-weights.ts";
import type { StoredType } from "../write-safetensors.ts";
import type { TrainingConfig } from "./config.ts";
import { shapeDecoder, writeConfig } from "./model-shape.ts";
import { freshState, type TrainingState } from "./train-on-tokens.ts";
import { openTrainableModel, readDecoder } from "./trainable-model.ts";

export interface StartingModel {
  readonly decoder: Decoder;
  /** The config.json of the trained model. */
  readonly configText: string;
  /** What tells it from another, weights included. */
  readonly identity: unknown;
  /** Its weights; undefined where they are drawn from the seed. */
  readonly readParameters: (() => Promise<Float32Array>) | undefined;
}

/** Make sure that the model, the tokenizer and the schedule go together. */
export async function startingModel(
  { model, dtype, schedule }: TrainingConfig,
  tokenizer: Tokenizer,
  endOfText: number,
): Promise<StartingModel> {
  const { vocabularySize } = tokenizer;
  if ("shape" in model) {
    const shape = { ...model.shape, vocabularySize: model.shape.vocabularySize ?? vocabularySize };
    checkVocabulary("shape.vocabularySize", shape.vocabularySize, vocabularySize);
    return {
      decoder: shapeDecoder(shape),
      configText: `${JSON.stringify(writeConfig(shape, { dtype, endOfText }), null, 2)}\n`,
      identity: shape,
      readParameters: undefined,
    };
  }
  const { from } = model;
  const path = join(from, "config.json");
  const { decoder, entries } = await readDecoder(path);
  checkVocabulary(`the vocabulary of ${path}`, decoder.vocabularySize, vocabularySize);
  if (schedule.sequenceLength > decoder.maximumLength)
    throw new RoteError(
      "study/malformed",
      `schedule.sequenceLength is ${schedule.sequenceLength}, but the model of ${from} reads ${decoder.maximumLength} tokens at most`,
      { sequenceLength: schedule.sequenceLength, maximumLength: decoder.maximumLength },
    );
  const { files } = await openWeights(from);
  return {
    decoder,
    configText: await configWithType(path, dtype),
    identity: { config: entries, sha256: await hashFiles(files) },
    readParameters: async () => (await openTrainableModel(from)).parameters,
  };
}

/** Where a training of given weights begins; undefined where they are drawn from the seed. */
export async function firstState({
  readParameters,
}: StartingModel): Promise<TrainingState | undefined> {
  return readParameters && freshState(await readParameters());
}

/**
 * A config.json for weights stored in another type. The rest stays as it is written: transformers 5
 * refuses 8 where it wrote 8.0, and JSON.parse does not tell them apart.
 */
async function configWithType(path: string, dtype: StoredType): Promise<string> {
  return (await readText(path)).replace(/("(?:torch_)?dtype"\s*:\s*)"[^"]*"/, `$1"${dtype}"`);
}

function checkVocabulary(name: string, size: number, needed: number): void {
  if (size >= needed) return;
  throw new RoteError(
    "study/malformed",
    `${name} is ${size}, but the tokenizer has ${needed} tokens`,
    { size, vocabularySize: needed },
  );
}
