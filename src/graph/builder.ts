/**
 * A graph under construction. Operations (see operations/) append nodes and hand out values that
 * know their type and shape; every operation is also written on a tape, which autodiff.ts reads
 * backwards.
 */
import { RoteError } from "../base/errors.ts";
import { neededNodes } from "./needed-nodes.ts";
import {
  type Attribute,
  encodeModel,
  type OnnxModel,
  type OnnxNode,
  type OnnxValue,
} from "./onnx.ts";
import type { DataType, Dimension, FileTensor, Tensor } from "./tensor.ts";

/** The result of an operation, an input or a constant. Its name is unique in its graph. */
export type Value = OnnxValue;

/** Attributes of an operation by name. */
export type Attributes = Readonly<Record<string, Attribute>>;

/** One differentiable step: what autodiff sees of an operation, whatever nodes carry it out. */
export interface TapeEntry {
  readonly op: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
}

/** Type and shape of a result that an operation announces. */
export type ValueType = Omit<Value, "name">;

/** A graph that grows by one operation at a time; inputs first, outputs at the end, then `toModel`. */
export class GraphBuilder {
  readonly #nodes: OnnxNode[] = [];
  readonly #inputs: Value[] = [];
  readonly #outputs: { readonly name: string; readonly value: Value }[] = [];
  readonly #initializers = new Map<string, Tensor | FileTensor>();
  readonly #constants = new Map<string, Value>();
  readonly #sizes = new Map<string, { readonly input: Value; readonly axis: number }>();
  readonly #sizeValues = new Map<string, Value>();
  readonly #tape: TapeEntry[] = [];
  #names = 0;
  #compositeDepth = 0;

  /** Everything recorded so far, in order of execution. */
  get tape(): readonly TapeEntry[] {
    return this.#tape;
  }

  /** A tensor given at every run. Symbolic sizes get their meaning from the first input that has them. */
  input(name: string, dtype: DataType, shape: readonly Dimension[]): Value {
    const input = { name, dtype, shape };
    this.#inputs.push(input);
    for (const [axis, size] of shape.entries())
      if (typeof size === "string" && !this.#sizes.has(size))
        this.#sizes.set(size, { input, axis });
    return input;
  }

  /** A tensor stored in the model, such as a weight. */
  initializer(name: string, tensor: Tensor): Value {
    if (this.#initializers.has(name))
      throw new RoteError("graph/invalid", `two initializers are called ${name}`, { name });
    this.#initializers.set(name, tensor);
    return { name, dtype: tensor.dtype, shape: tensor.shape };
  }

  /** A tensor that stays in its file, as float32; the runtime converts 16-bit floats once when it loads the graph. */
  fileInitializer(name: string, tensor: FileTensor): Value {
    const { dtype, shape } = tensor;
    this.#initializers.set(name, tensor);
    const stored: Value = { name, dtype: "float32", shape };
    if (dtype === "float32") return stored;
    return this.#node("Cast", "", [stored], [{ dtype: "float32", shape }], { to: 1 })[0]!;
  }

  /** A small tensor; equal constants are stored once. */
  constant(tensor: Tensor): Value {
    const key = `${tensor.dtype}[${tensor.shape.join()}]${tensor.data.join()}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const value = this.initializer(this.#newName("constant"), tensor);
    this.#constants.set(key, value);
    return value;
  }

  /** A number of a floating-point type. */
  scalar(value: number, dtype: DataType = "float32"): Value {
    const data = dtype === "float64" ? Float64Array.of(value) : Float32Array.of(value);
    return this.constant({ dtype, shape: [], data });
  }

  /** A vector of int64, as shapes and axes are written. */
  integers(values: readonly number[]): Value {
    const data = BigInt64Array.from(values, BigInt);
    return this.constant({ dtype: "int64", shape: [values.length], data });
  }

  /** A shape as an int64 vector, computed at run time where sizes are symbolic. */
  shapeValue(shape: readonly Dimension[]): Value {
    if (shape.every((size) => typeof size === "number")) return this.integers(shape);
    const sizes = shape.map((size) => this.#sizeValue(size));
    const type: ValueType = { dtype: "int64", shape: [shape.length] };
    return this.#node("Concat", "", sizes, [type], { axis: 0 })[0]!;
  }

  /** A size as int64 [1]; "B*T" is the product of B and T. */
  #sizeValue(size: Dimension): Value {
    if (typeof size === "number") return this.integers([size]);
    const known = this.#sizeValues.get(size);
    if (known !== undefined) return known;
    const type: ValueType = { dtype: "int64", shape: [1] };
    const factors = size.split("*");
    const value =
      factors.length === 1
        ? this.#inputSize(size, type)
        : factors
            .map((factor) => this.#sizeValue(/^\d+$/.test(factor) ? Number(factor) : factor))
            .reduce((a, b) => this.#node("Mul", "", [a, b], [type], {})[0]!);
    this.#sizeValues.set(size, value);
    return value;
  }

  #inputSize(size: string, type: ValueType): Value {
    const source = this.#sizes.get(size);
    if (source === undefined)
      throw new RoteError("graph/invalid", `no input of the graph has a size called ${size}`, {
        size,
      });
    const { input, axis } = source;
    return this.#node("Shape", "", [input], [type], { start: axis, end: axis + 1 })[0]!;
  }

  /** Append a node and record it on the tape under its operator's name. */
  emit(
    op: string,
    inputs: readonly Value[],
    results: readonly ValueType[],
    attributes: Attributes = {},
    { domain = "" }: { readonly domain?: string } = {},
  ): Value[] {
    const outputs = this.#node(op, domain, inputs, results, attributes);
    if (this.#compositeDepth === 0) this.#tape.push({ op, inputs, outputs, attributes });
    return outputs;
  }

  /** The only result of a node; see `emit`. */
  emitOne(
    op: string,
    inputs: readonly Value[],
    result: ValueType,
    attributes: Attributes = {},
    options: { readonly domain?: string } = {},
  ): Value {
    return this.emit(op, inputs, [result], attributes, options)[0]!;
  }

  /**
   * Several nodes recorded as one step with a gradient rule of its own, where the rule is cheaper
   * or more exact than the sum of its parts.
   */
  composite(
    op: string,
    inputs: readonly Value[],
    build: () => readonly Value[],
    attributes: Attributes = {},
  ): readonly Value[] {
    this.#compositeDepth++;
    let outputs: readonly Value[];
    try {
      outputs = build();
    } finally {
      this.#compositeDepth--;
    }
    if (this.#compositeDepth === 0) this.#tape.push({ op, inputs, outputs, attributes });
    return outputs;
  }

  /** Make a value a result of the graph under a name. */
  output(name: string, value: Value): void {
    this.#outputs.push({ name, value });
  }

  /** The graph as an ONNX model: what its outputs need. */
  toModel(): OnnxModel {
    const outputs = this.#outputs.map(({ name, value }) => ({ name, value: value.name }));
    const nodes = neededNodes(this.#nodes, outputs);
    const read = new Set(nodes.flatMap(({ inputs }) => inputs));
    return encodeModel({
      nodes,
      inputs: this.#inputs,
      outputs: this.#outputs.map(({ name, value: { dtype, shape } }) => ({ name, dtype, shape })),
      initializers: new Map([...this.#initializers].filter(([name]) => read.has(name))),
    });
  }

  #node(
    op: string,
    domain: string,
    inputs: readonly Value[],
    results: readonly ValueType[],
    attributes: Attributes,
  ): Value[] {
    const outputs = results.map(({ dtype, shape }) => ({ name: this.#newName(op), dtype, shape }));
    this.#nodes.push({
      op,
      domain,
      inputs: inputs.map(({ name }) => name),
      outputs: outputs.map(({ name }) => name),
      attributes,
    });
    return outputs;
  }

  #newName(stem: string): string {
    return `${stem}.${this.#names++}`;
  }
}
