/** A dense layer of a sentence-transformers folder, applied to the vector of a whole text. */
import { join } from "node:path";
import { RoteError } from "../../base/errors.ts";
import { readJsonObject } from "../../base/files.ts";
import type { GraphBuilder, Value } from "../../graph/builder.ts";
import { tanh } from "../../graph/operations/activation.ts";
import { linear } from "../../graph/operations/linear.ts";
import { float32 } from "../../graph/tensor.ts";
import { ConfigEntries } from "../families/config-entries.ts";
import { openWeights } from "../open-weights.ts";
import { readTensors } from "../weights.ts";

export interface DenseHead {
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: "tanh" | "none";
  readonly weight: Float32Array;
  readonly bias: Float32Array | undefined;
  /** What it was read from. */
  readonly files: readonly string[];
}

const activations = {
  "torch.nn.modules.activation.Tanh": "tanh",
  "torch.nn.modules.linear.Identity": "none",
} as const;

/** Read the layer of a folder; its weights are small beside an encoder's and are read into memory. */
export async function readDenseHead(folder: string, inputs: number): Promise<DenseHead> {
  const path = join(folder, "config.json");
  const config = new ConfigEntries(await readJsonObject(path), path);
  const [found, outputs] = [config.size("in_features"), config.size("out_features")];
  if (found !== inputs)
    throw new RoteError(
      "model/malformed",
      `${path}: in_features is ${found}, but what comes before gives vectors of ${inputs} components`,
      { path, found, expected: inputs },
    );
  const hasBias = config.flag("bias", true);
  const activation = config.choice(
    "activation_function",
    activations,
    "torch.nn.modules.activation.Tanh",
  );
  const weights = await openWeights(folder);
  const tensors = await readTensors(weights, [
    { name: "linear.weight", shape: [outputs, inputs] },
    ...(hasBias ? [{ name: "linear.bias", shape: [outputs] }] : []),
  ]);
  return {
    inputs,
    outputs,
    activation,
    weight: tensors.get("linear.weight")!,
    bias: tensors.get("linear.bias"),
    files: [path, ...weights.files],
  };
}

/** Apply layers to rows one after another. */
export function applyDenseHeads(
  graph: GraphBuilder,
  heads: readonly DenseHead[],
  rows: Value,
): Value {
  return heads.reduce((x, { inputs, outputs, activation, weight, bias }, i) => {
    const stored = (name: string, data: Float32Array, shape: number[]): Value =>
      graph.initializer(`dense.${i}.${name}`, float32(data, shape));
    const y = linear(
      graph,
      x,
      stored("weight", weight, [outputs, inputs]),
      bias === undefined ? undefined : stored("bias", bias, [outputs]),
    );
    return activation === "tanh" ? tanh(graph, y) : y;
  }, rows);
}
