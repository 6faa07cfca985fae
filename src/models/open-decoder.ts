/** Decoders in Hugging Face folders, opened for scoring. */
import { join } from "node:path";
import { RoteError } from "../base/errors.ts";
import { hashFiles, readJsonObject } from "../base/files.ts";
import type { Device } from "../graph/device.ts";
import { requireDevice } from "../graph/open-device.ts";
import { type GraphSession, openSession } from "../graph/session.ts";
import { sizeOf } from "../graph/tensor.ts";
import { ConfigEntries } from "./families/config-entries.ts";
import { type Decoder, decoderParameters } from "./families/decoder.ts";
import { familyOf } from "./families/registry.ts";
import { locateDecoderWeights } from "./families/weights.ts";
import { cachedLayers, growingGraph, growSequences } from "./growing-sequences.ts";
import type { ModelIdentity } from "./language-model.ts";
import { openWeights } from "./open-weights.ts";
import { headGraph } from "./scoring/head-graph.ts";
import { runShapeOf } from "./scoring/run-memory.ts";
import {
  hiddenGraph,
  lastLogits,
  scoreTrees,
  type ScoringSessions,
} from "./scoring/scoring-graph.ts";
import { openSequence, type TokenTree } from "./scoring/token-tree.ts";
import { checkpointOf, type ModelPlace, placeOf } from "./suites/find-model.ts";
import { checkIds, type TokenModel } from "./token-model.ts";
import type { Weights } from "./weights.ts";

export interface OpenDecoderOptions {
  /** Threads of the runtime; default: one a core. */
  readonly threads?: number | undefined;
  /** Where graphs run; default the CPU. */
  readonly device?: Device | undefined;
  /** What the model is called; default: what the folder's own names say. */
  readonly place?: ModelPlace;
}

/** Tokens of sequences that are read anew together. */
const RUN_TOKENS = 4096;

/** Open a model folder: config.json and weights in float32, float16 or bfloat16. */
export async function openDecoder(
  folder: string,
  { threads, device, place = placeOf(folder) }: OpenDecoderOptions = {},
): Promise<TokenModel> {
  const configPath = join(folder, "config.json");
  const entries = await readJsonObject(configPath);
  const family = familyOf(entries, configPath);
  const decoder = family.decoder(new ConfigEntries(entries, configPath));
  const weights = await openWeights(folder);
  const located = await locateDecoderWeights(weights, family, decoder);
  const identity = await identify(place, decoder, weights);
  await requireDevice(device);
  const options = { threads, device, planMemory: false };
  return tokenModel(identity, decoder, {
    hidden: lazySession(() => openSession(hiddenGraph(decoder, located), options)),
    head: lazySession(() => openSession(headGraph(decoder, located), options)),
    growing: lazySession(() => openSession(growingGraph(decoder, located), options)),
  });
}

/** Graphs of one model; each holds weights of its own in memory, so it is opened when it is needed. */
interface Sessions {
  readonly hidden: LazySession;
  readonly head: LazySession;
  readonly growing: LazySession;
}

interface LazySession extends AsyncDisposable {
  get(): Promise<GraphSession>;
}

function lazySession(open: () => Promise<GraphSession>): LazySession {
  let opened: Promise<GraphSession> | undefined;
  return {
    get: () => (opened ??= open()),
    async [Symbol.asyncDispose]() {
      await (await opened)?.[Symbol.asyncDispose]();
    },
  };
}

async function identify(
  place: ModelPlace,
  decoder: Decoder,
  weights: Weights,
): Promise<ModelIdentity> {
  const checkpoint = checkpointOf(place);
  const step = place.step ?? (await trainedSteps(place.folder));
  return {
    name: place.name,
    family: decoder.family,
    parameters: decoderParameters(decoder).reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    ...(checkpoint === undefined ? {} : { checkpoint }),
    ...(step === undefined ? {} : { step }),
    sha256: await hashFiles([join(place.folder, "config.json"), ...weights.files]),
  };
}

/** The steps of a training of ours that ended in this folder; what others call training.json tells nothing. */
async function trainedSteps(folder: string): Promise<number | undefined> {
  const record = await readJsonObject(join(folder, "training.json")).catch(() => undefined);
  return typeof record?.steps === "number" ? record.steps : undefined;
}

function tokenModel(
  identity: ModelIdentity,
  decoder: Decoder,
  { hidden, head, growing }: Sessions,
): TokenModel {
  const { vocabularySize, maximumLength } = decoder;
  const shape = runShapeOf(decoder);
  const scoring = async (): Promise<ScoringSessions> => ({
    hidden: await hidden.get(),
    head: await head.get(),
    shape,
  });
  return {
    identity,
    vocabularySize,
    maximumLength,
    shape,
    async run(rows, options) {
      checkRows(rows, decoder);
      return scoreTrees(await scoring(), rows, options);
    },
    async lastLogits(sequences) {
      checkRows(sequences.map(openSequence), decoder);
      const sessions = await scoring();
      const logits = new Float32Array(sequences.length * vocabularySize);
      const together = Math.max(1, Math.floor(RUN_TOKENS / longestOf(sequences)));
      for (let start = 0; start < sequences.length; start += together) {
        const part = sequences.slice(start, start + together);
        logits.set(await lastLogits(sessions, part), start * vocabularySize);
      }
      return logits;
    },
    growing: {
      bytesPerToken: cachedLayers(decoder).reduce(
        (sum, { heads, size }) => sum + 8 * heads * size,
        0,
      ),
      start: async (count) => growSequences(decoder, await growing.get(), count),
    },
    async [Symbol.asyncDispose]() {
      await hidden[Symbol.asyncDispose]();
      await head[Symbol.asyncDispose]();
      await growing[Symbol.asyncDispose]();
    },
  };
}

function longestOf(sequences: readonly Int32Array[]): number {
  return Math.max(...sequences.map((sequence) => sequence.length));
}

function checkRows(rows: readonly TokenTree[], { vocabularySize, maximumLength }: Decoder): void {
  for (const { ids, positions, labels } of rows) {
    const length = positions.reduce((longest, position) => Math.max(longest, position + 1), 0);
    if (length > maximumLength)
      throw new RoteError(
        "model/cannot",
        `the model reads ${maximumLength} tokens at once, got ${length}`,
        { length, maximumLength },
      );
    checkIds(ids, vocabularySize);
    checkIds(labels, vocabularySize);
  }
}
