/**
 * The names a state dict may ask for, and what they mean here. Everything else is refused before
 * anything is done with it; no name of a file is ever looked up among the functions of this program.
 *
 * Source: https://github.com/pytorch/pytorch/blob/v2.5.0/torch/_weights_only_unpickler.py
 */
import {
  describe,
  type ElementType,
  type Fail,
  type GlobalValue,
  type PickleValue,
  type SequenceValue,
  type StorageValue,
} from "./pickle-values.ts";

const MAXIMUM_RANK = 64;

const elementTypes: Readonly<Record<string, ElementType>> = {
  DoubleStorage: { dtype: "F64", width: 8 },
  FloatStorage: { dtype: "F32", width: 4 },
  HalfStorage: { dtype: "F16", width: 2 },
  BFloat16Storage: { dtype: "BF16", width: 2 },
  LongStorage: { dtype: "I64", width: 8 },
  IntStorage: { dtype: "I32", width: 4 },
  ShortStorage: { dtype: "I16", width: 2 },
  CharStorage: { dtype: "I8", width: 1 },
  ByteStorage: { dtype: "U8", width: 1 },
  BoolStorage: { dtype: "BOOL", width: 1 },
};

const functions: readonly GlobalValue[] = [
  { kind: "global", name: "collections.OrderedDict", call: orderedDict },
  { kind: "global", name: "torch._utils._rebuild_tensor_v2", call: rebuildTensor },
];

/** The whitelist, by full name. */
export const torchGlobals: ReadonlyMap<string, GlobalValue> = new Map(
  [
    ...functions,
    ...Object.entries(elementTypes).map(([name, elements]): GlobalValue => ({
      kind: "global",
      name: `torch.${name}`,
      elements,
    })),
  ].map((global) => [global.name, global]),
);

/** What a persistent id stands for: ("storage", type, key, device, count of numbers). */
export function loadStorage(id: PickleValue, fail: Fail): StorageValue {
  if (!isTuple(id) || id.items.length !== 5 || id.items[0] !== "storage")
    throw fail(`it refers to something outside that is no storage: ${describe(id)}`);
  const [, type, key, device, length] = id.items;
  const elements = isObject(type) && type.kind === "global" ? type.elements : undefined;
  if (elements === undefined) throw fail(`the type of a storage is ${describe(type)}`);
  if (typeof key !== "string" || typeof device !== "string")
    throw fail(`the key of a storage is ${describe(key)} on ${describe(device)}`);
  if (!isSize(length)) throw fail(`a storage of ${describe(length)} numbers makes no sense`);
  return { kind: "storage", type: elements, key, length };
}

function orderedDict(args: readonly PickleValue[], fail: Fail): PickleValue {
  if (args.length > 0) throw fail("an OrderedDict is made from arguments");
  return { kind: "mapping", pairs: [] };
}

/** _rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks[, metadata]). */
function rebuildTensor(args: readonly PickleValue[], fail: Fail): PickleValue {
  const [storage, offset, shape, strides] = args;
  if (args.length < 6 || args.length > 7)
    throw fail(`a tensor is made from ${args.length} arguments`);
  if (!isObject(storage) || storage.kind !== "storage")
    throw fail(`the numbers of a tensor lie in ${describe(storage)}, not in a storage`);
  if (!isSize(offset)) throw fail(`the offset of a tensor is ${describe(offset)}`);
  return {
    kind: "tensor",
    storage,
    offset,
    shape: sizes(shape, fail),
    strides: sizes(strides, fail),
  };
}

function sizes(value: PickleValue | undefined, fail: Fail): readonly number[] {
  if (!isTuple(value) || value.items.length > MAXIMUM_RANK)
    throw fail(`the shape or the strides of a tensor are ${describe(value)}`);
  return value.items.map((item) => {
    if (!isSize(item)) throw fail(`a size is ${describe(item)}`);
    return item;
  });
}

function isSize(value: PickleValue | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isObject(value: PickleValue | undefined): value is Extract<PickleValue, object> {
  return typeof value === "object" && value !== null;
}

function isTuple(value: PickleValue | undefined): value is SequenceValue {
  return isObject(value) && value.kind === "tuple";
}
