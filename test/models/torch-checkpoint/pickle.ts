/** Assembles pickles, operation by operation, for state dicts and for what poses as one. */

/** Bytes of a pickle. */
export type Operations = Buffer;

const bytes = (...values: readonly (number | string | Uint8Array)[]): Buffer =>
  Buffer.concat(
    values.map((value) =>
      typeof value === "number"
        ? Buffer.of(value)
        : typeof value === "string"
          ? Buffer.from(value)
          : value,
    ),
  );

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}

export const none: Operations = bytes("N");
export const emptyDict: Operations = bytes("}");
export const mark: Operations = bytes("(");
export const call: Operations = bytes("R");

export function protocol(version: number): Operations {
  return bytes(0x80, version);
}

export function text(value: string): Operations {
  const encoded = Buffer.from(value);
  return bytes("X", uint32(encoded.length), encoded);
}

/** BININT where it fits, else LONG1. */
export function integer(value: number): Operations {
  if (Math.abs(value) < 2 ** 31) return bytes("J", uint32(value >>> 0));
  const long = Buffer.alloc(8);
  long.writeBigInt64LE(BigInt(value));
  return bytes(0x8a, 8, long);
}

export function global(module: string, name: string): Operations {
  return bytes("c", `${module}\n${name}\n`);
}

/** The same of protocol 4. */
export function stackGlobal(module: string, name: string): Operations {
  return bytes(text(module), text(name), 0x93);
}

export function tuple(...items: readonly Operations[]): Operations {
  return bytes("(", ...items, "t");
}

/** `function(*args)`. */
export function reduce(target: Operations, ...args: readonly Operations[]): Operations {
  return bytes(target, tuple(...args), "R");
}

export const orderedDict: Operations = reduce(global("collections", "OrderedDict"));

/** A dictionary filled by SETITEMS. */
export function dict(
  pairs: readonly (readonly [Operations, Operations])[],
  base = emptyDict,
): Operations {
  return bytes(base, "(", ...pairs.flat(), "u");
}

export interface PickledTensor {
  readonly name: string;
  readonly key: string;
  readonly shape: readonly number[];
  readonly strides?: readonly number[];
  readonly offset?: number;
  /** Numbers in the storage; default: those of the shape. */
  readonly length?: number;
  readonly storage?: string;
}

export function contiguous(shape: readonly number[]): number[] {
  return shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));
}

export function storageId({
  storage = "FloatStorage",
  key,
  shape,
  length,
}: PickledTensor): Operations {
  const count = length ?? shape.reduce((a, b) => a * b, 1);
  return bytes(
    tuple(text("storage"), global("torch", storage), text(key), text("cpu"), integer(count)),
    "Q",
  );
}

export function tensor(pickled: PickledTensor): Operations {
  const { shape, strides = contiguous(shape), offset = 0 } = pickled;
  return reduce(
    global("torch._utils", "_rebuild_tensor_v2"),
    storageId(pickled),
    integer(offset),
    tuple(...shape.map(integer)),
    tuple(...strides.map(integer)),
    bytes(0x89),
    orderedDict,
  );
}

/** A whole pickle. */
export function pickle(value: Operations, version = 2): Buffer {
  return bytes(protocol(version), value, ".");
}

/** The pickle of `torch.save(model.state_dict(), …)`: an OrderedDict with `_metadata`. */
export function stateDict(tensors: readonly PickledTensor[]): Buffer {
  const pairs = tensors.map((each) => [text(each.name), tensor(each)] as const);
  const metadata = dict([[text("_metadata"), orderedDict]]);
  return pickle(bytes(dict(pairs, orderedDict), metadata, "b"));
}
