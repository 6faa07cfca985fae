/** Models whose parameters are one vector in memory: what training and gradients work on. */
import { join } from "node:path";
import { readJsonObject } from "../../base/files.ts";
import { ConfigEntries } from "../families/config-entries.ts";
import { type Decoder, decoderParameters } from "../families/decoder.ts";
import { familyOf } from "../families/registry.ts";
import { readDecoderWeights } from "../families/weights.ts";
import { openWeights } from "../open-weights.ts";
import { KeptSessions } from "./kept-sessions.ts";
import { layOut, tensorsOf, vectorOf } from "./parameter-layout.ts";

/**
 * A decoder of any family with its weights. Graphs that a call loads stay for the next one; disposing
 * of the model frees them.
 */
export interface TrainableModel extends AsyncDisposable {
  readonly decoder: Decoder;
  /** All parameters, matrices first; `parameterTensors` says which lies where. */
  readonly parameters: Float32Array;
  readonly sessions: KeptSessions;
}

/** A model of a Hugging Face folder, its weights read into memory as float32. */
export async function openTrainableModel(folder: string): Promise<TrainableModel> {
  const { decoder, family } = await readDecoder(join(folder, "config.json"));
  const layout = layOut(decoderParameters(decoder));
  const tensors = await readDecoderWeights(await openWeights(folder), family, decoder);
  const sessions = new KeptSessions();
  return {
    decoder,
    parameters: vectorOf(layout, tensors),
    sessions,
    [Symbol.asyncDispose]: () => sessions[Symbol.asyncDispose](),
  };
}

/** What a config.json describes, and its entries. */
export async function readDecoder(path: string): Promise<{
  readonly decoder: Decoder;
  readonly family: ReturnType<typeof familyOf>;
  readonly entries: Readonly<Record<string, unknown>>;
}> {
  const entries = await readJsonObject(path);
  const family = familyOf(entries, path);
  return { decoder: family.decoder(new ConfigEntries(entries, path)), family, entries };
}

/** The tensors of a model's parameters, or of a gradient or direction of the same length: views, by name. */
export function parameterTensors(
  { decoder }: Pick<TrainableModel, "decoder">,
  vector: Float32Array,
): ReadonlyMap<string, Float32Array> {
  const tensors = tensorsOf(layOut(decoderParameters(decoder)), vector);
  return new Map(tensors.map(({ name, data }) => [name, data]));
}
