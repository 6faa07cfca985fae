/** Decoders in Hugging Face folders, opened for scoring. */
import { join } from "node:path";
import { RoteError } from "../base/errors.ts";
import { hashFiles, readJsonObject } from "../base/files.ts";
import { GraphBuilder } from "../graph/builder.ts";
import type { OnnxModel } from "../graph/onnx.ts";
import { gather } from "../graph/operations/indexing.ts";
import { argmax } from "../graph/operations/reduce.ts";
import type { Device } from "../graph/device.ts";
import { requireDevice } from "../graph/open-device.ts";
import { type GraphSession, openSession } from "../graph/session.ts";
import { type FileTensor, int32, sizeOf, type Tensor } from "../graph/tensor.ts";
import { ConfigEntries } from "./families/config-entries.ts";
import { type Decoder, decoderParameters } from "./families/decoder.ts";
import { decoderHidden, decoderScores } from "./families/forward.ts";
import { familyOf } from "./families/registry.ts";
import { locateDecoderWeights, parametersFromFiles } from "./families/weights.ts";
import { cachedLayers, growingGraph, growSequences } from "./growing-sequences.ts";
import type { ModelIdentity } from "./language-model.ts";
import { openWeights } from "./open-weights.ts";
import { checkpointOf, type ModelPlace, placeOf } from "./suites/find-model.ts";
import { checkIds, type TokenModel, type TokenScores } from "./token-model.ts";
import type { Weights } from "./weights.ts";

export interface OpenDecoderOptions {
  /** Threads of the runtime; default: one a core. */
  readonly threads?: number | undefined;
  /** Where graphs run; default the CPU. */
  readonly device?: Device | undefined;
  /** What the model is called; default: what the folder's own names say. */
  readonly place?: ModelPlace;
}

/** Sequences are run together up to this many logits (float32: 256 MB, and twice that at the peak). */
const LARGEST_LOGITS = 64 * 1024 * 1024;

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
  const options = { threads, device };
  return tokenModel(identity, decoder, {
    scoring: lazySession(() => openSession(scoringGraph(decoder, located), options)),
    growing: lazySession(() => openSession(growingGraph(decoder, located), options)),
  });
}

/** Graphs of one model; each holds weights of its own in memory, so it is opened when it is needed. */
interface Sessions {
  readonly scoring: LazySession;
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
  return {
    name: place.name,
    family: decoder.family,
    parameters: decoderParameters(decoder).reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    ...(checkpoint === undefined ? {} : { checkpoint }),
    sha256: await hashFiles([join(place.folder, "config.json"), ...weights.files]),
  };
}

/**
 * Inputs: ids [B, T], padded on the right; rows [R], the places b · T + t to be looked at; labels
 * [R], the token asked for at each. Padding is never looked at and never seen by what is.
 */
function scoringGraph(decoder: Decoder, weights: ReadonlyMap<string, FileTensor>): OnnxModel {
  const graph = new GraphBuilder();
  const ids = graph.input("ids", "int32", ["B", "T"]);
  const rows = graph.input("rows", "int32", ["R"]);
  const labels = graph.input("labels", "int32", ["R"]);
  const network = { graph, parameters: parametersFromFiles(graph, weights) };
  const hidden = gather(graph, decoderHidden(network, decoder, ids), rows);
  const { logProbs, logits } = decoderScores(network, decoder, hidden, labels);
  graph.output("logProbs", logProbs);
  graph.output("logits", logits);
  graph.output("argmax", argmax(graph, logits));
  return graph.toModel();
}

function tokenModel(
  identity: ModelIdentity,
  decoder: Decoder,
  { scoring, growing }: Sessions,
): TokenModel {
  const { vocabularySize, maximumLength } = decoder;
  return {
    identity,
    vocabularySize,
    maximumLength,
    async run(batch, signal) {
      checkSequences(batch, decoder, maximumLength + 1);
      const session = await scoring.get();
      const scores: TokenScores[] = [];
      for (const part of parts(batch, vocabularySize)) {
        await nextTurn(signal);
        scores.push(...(await scorePart(session, part)));
      }
      return scores;
    },
    async lastLogits(batch, signal) {
      checkSequences(batch, decoder, maximumLength);
      const session = await scoring.get();
      const logits = new Float32Array(batch.length * vocabularySize);
      let done = 0;
      for (const part of parts(batch, vocabularySize)) {
        await nextTurn(signal);
        logits.set(await lastLogitsOfPart(session, part), done * vocabularySize);
        done += part.length;
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
      await scoring[Symbol.asyncDispose]();
      await growing[Symbol.asyncDispose]();
    },
  };
}

async function scorePart(
  session: GraphSession,
  batch: readonly Int32Array[],
): Promise<TokenScores[]> {
  const { ids, length } = pad(batch.map((sequence) => sequence.subarray(0, -1)));
  const total = batch.reduce((sum, sequence) => sum + sequence.length - 1, 0);
  if (total === 0) return batch.map(() => noScores);
  const rows = new Int32Array(total);
  const labels = new Int32Array(total);
  let row = 0;
  for (const [b, sequence] of batch.entries()) {
    labels.set(sequence.subarray(1), row);
    for (let t = 0; t < sequence.length - 1; t++) rows[row++] = b * length + t;
  }
  const results = await session.run(feeds(ids, rows, labels), { logProbs: true, argmax: true });
  const logProbs = results.logProbs!.data as Float32Array;
  const choices = results.argmax!.data as Int32Array;
  let start = 0;
  return batch.map((sequence) => {
    const end = start + sequence.length - 1;
    const scores = { logProbs: logProbs.slice(start, end), argmax: choices.slice(start, end) };
    start = end;
    return scores;
  });
}

const noScores: TokenScores = { logProbs: new Float32Array(0), argmax: new Int32Array(0) };

async function lastLogitsOfPart(
  session: GraphSession,
  batch: readonly Int32Array[],
): Promise<Float32Array> {
  const { ids, length } = pad(batch);
  const rows = Int32Array.from(batch, (sequence, b) => b * length + sequence.length - 1);
  const labels = new Int32Array(batch.length);
  const results = await session.run(feeds(ids, rows, labels), { logits: true });
  return results.logits!.data as Float32Array;
}

function feeds(ids: Tensor, rows: Int32Array, labels: Int32Array): Record<string, Tensor> {
  return { ids, rows: int32(rows, [rows.length]), labels: int32(labels, [labels.length]) };
}

function pad(batch: readonly Int32Array[]): { readonly ids: Tensor; readonly length: number } {
  const length = Math.max(...batch.map((sequence) => sequence.length));
  const ids = new Int32Array(batch.length * length);
  for (const [b, sequence] of batch.entries()) ids.set(sequence, b * length);
  return { ids: int32(ids, [batch.length, length]), length };
}

/** Cut a batch where its logits would become too large; order is kept. */
function* parts(
  batch: readonly Int32Array[],
  vocabularySize: number,
): Generator<readonly Int32Array[]> {
  let [start, longest] = [0, 0];
  for (const [i, sequence] of batch.entries()) {
    longest = Math.max(longest, sequence.length);
    if (i > start && (i + 1 - start) * longest * vocabularySize > LARGEST_LOGITS) {
      yield batch.slice(start, i);
      [start, longest] = [i, sequence.length];
    }
  }
  if (start < batch.length) yield batch.slice(start);
}

function checkSequences(
  batch: readonly Int32Array[],
  { vocabularySize }: Decoder,
  longest: number,
): void {
  for (const sequence of batch) {
    if (!(sequence.length >= 1 && sequence.length <= longest))
      throw new RoteError(
        "model/cannot",
        `the model takes from 1 to ${longest} tokens at once, got ${sequence.length}`,
        { length: sequence.length, longest },
      );
    checkIds(sequence, vocabularySize);
  }
}

/** Let timers and signals have their turn: a run of the graph blocks the event loop. */
async function nextTurn(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resume) => setImmediate(resume));
  if (signal?.aborted === true)
    throw new RoteError("interrupted", "scoring was interrupted", {}, signal.reason);
}
