/**
 * ONNX models as bytes: the messages of onnx.proto that a graph of tensors needs.
 *
 * Field numbers: https://github.com/onnx/onnx/blob/v1.17.0/onnx/onnx.proto
 */
import { basename } from "node:path";
import { ProtobufWriter } from "./protobuf.ts";
import type { DataType, Dimension, FileTensor, Tensor, TensorData } from "./tensor.ts";

const IR_VERSION = 8;
/** The operator set all graphs are written in; 18 is the first whose reductions all take their axes as an input. */
const OPSET = 18;
const LARGEST_INLINE_BYTES = 4096;

/** An attribute's value; a number is an integer to ONNX unless it stands under `float`. */
export type Attribute = number | string | readonly number[] | { readonly float: number };

/** An operator applied to named values. */
export interface OnnxNode {
  readonly op: string;
  /** Empty for the standard operators. */
  readonly domain: string;
  /** An empty name stands for an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A named tensor of a graph, known by type and shape. */
export interface OnnxValue {
  readonly name: string;
  readonly dtype: DataType;
  readonly shape: readonly Dimension[];
}

/** Nodes in order of execution with all they need. */
export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly initializers: ReadonlyMap<string, Tensor | FileTensor>;
}

const elementTypes: Readonly<Record<DataType | FileTensor["dtype"], number>> = {
  float32: 1,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  bfloat16: 16,
};

/** A model as bytes, with its large tensors beside it: protobuf messages end at 2 GiB. */
export interface OnnxModel {
  readonly bytes: Uint8Array;
  /** Not copied: the data must stay unchanged until a session has been opened. */
  readonly external: readonly { readonly path: string; readonly data: Uint8Array }[];
  /** Files that hold some of its tensors; they must not change while a session is open. */
  readonly files: readonly string[];
}

/**
 * A whole model: graph, IR version and operator sets. Where some tensors stay in files, the others
 * are part of the bytes: the runtime takes external tensors from files or from memory, not both.
 */
export function encodeModel(graph: OnnxGraph): OnnxModel {
  const external: { path: string; data: Uint8Array }[] = [];
  const tensors = [...graph.initializers.values()];
  const files = new Set(tensors.flatMap((tensor) => ("file" in tensor ? [tensor.file] : [])));
  const isInline = ({ byteLength }: TensorData): boolean =>
    files.size > 0 || byteLength <= LARGEST_INLINE_BYTES;
  for (const [path, tensor] of graph.initializers)
    if (!("file" in tensor) && !isInline(tensor.data))
      external.push({ path, data: bytesOf(tensor.data) });
  const bytes = new ProtobufWriter()
    .integer(1, IR_VERSION)
    .string(2, "rote")
    .message(7, encodeGraph(graph, isInline))
    .message(8, new ProtobufWriter().string(1, "").integer(2, OPSET))
    .message(8, new ProtobufWriter().string(1, "com.microsoft").integer(2, 1))
    .finish();
  return { bytes, external, files: [...files] };
}

type IsInline = (data: TensorData) => boolean;

function encodeGraph(
  { nodes, inputs, outputs, initializers }: OnnxGraph,
  isInline: IsInline,
): ProtobufWriter {
  const graph = new ProtobufWriter();
  for (const node of nodes) graph.message(1, encodeNode(node));
  graph.string(2, "graph");
  for (const [name, tensor] of initializers) graph.message(5, encodeTensor(name, tensor, isInline));
  for (const value of inputs) graph.message(11, encodeValue(value));
  for (const value of outputs) graph.message(12, encodeValue(value));
  return graph;
}

function encodeNode({ op, domain, inputs, outputs, attributes }: OnnxNode): ProtobufWriter {
  const node = new ProtobufWriter();
  for (const name of inputs) node.string(1, name);
  for (const name of outputs) node.string(2, name);
  node.string(4, op);
  for (const [name, value] of Object.entries(attributes))
    node.message(5, encodeAttribute(name, value));
  if (domain !== "") node.string(7, domain);
  return node;
}

function encodeAttribute(name: string, value: Attribute): ProtobufWriter {
  const attribute = new ProtobufWriter().string(1, name);
  if (typeof value === "number") return attribute.integer(3, value).integer(20, 2);
  if (typeof value === "string") return attribute.string(4, value).integer(20, 3);
  if ("float" in value) return attribute.float(2, value.float).integer(20, 1);
  return attribute.packedIntegers(8, value).integer(20, 7);
}

function encodeTensor(
  name: string,
  initializer: Tensor | FileTensor,
  isInline: IsInline,
): ProtobufWriter {
  const { dtype, shape } = initializer;
  const tensor = new ProtobufWriter()
    .packedIntegers(1, shape)
    .integer(2, elementTypes[dtype])
    .string(8, name);
  if ("file" in initializer) {
    const { file, startByte, endByte } = initializer;
    return outside(tensor, basename(file), startByte, endByte - startByte);
  }
  const { data } = initializer;
  if (isInline(data)) return tensor.bytes(9, bytesOf(data));
  return outside(tensor, name, 0, data.byteLength);
}

function outside(
  tensor: ProtobufWriter,
  location: string,
  offset: number,
  length: number,
): ProtobufWriter {
  return tensor
    .message(13, entry("location", location))
    .message(13, entry("offset", String(offset)))
    .message(13, entry("length", String(length)))
    .integer(14, 1);
}

function entry(key: string, value: string): ProtobufWriter {
  return new ProtobufWriter().string(1, key).string(2, value);
}

function bytesOf({ buffer, byteOffset, byteLength }: TensorData): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function encodeValue({ name, dtype, shape }: OnnxValue): ProtobufWriter {
  const dimensions = new ProtobufWriter();
  for (const size of shape) {
    const dimension = new ProtobufWriter();
    if (typeof size === "number") dimension.integer(1, size);
    else dimension.string(2, size);
    dimensions.message(1, dimension);
  }
  const tensorType = new ProtobufWriter().integer(1, elementTypes[dtype]).message(2, dimensions);
  return new ProtobufWriter()
    .string(1, name)
    .message(2, new ProtobufWriter().message(1, tensorType));
}
