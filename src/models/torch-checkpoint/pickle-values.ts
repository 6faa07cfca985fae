/**
 * What a pickle of a state dict is made of. Mappings keep their pairs in a list, in the order
 * given: nothing in a file can reach a property of an object of ours by its name.
 */

/** A type of number, by its name in safetensors files. */
export interface ElementType {
  readonly dtype: string;
  /** Bytes of one number. */
  readonly width: number;
}

/** Numbers in an entry of the archive. */
export interface StorageValue {
  readonly kind: "storage";
  readonly type: ElementType;
  /** The entry's name below `data/`. */
  readonly key: string;
  /** Count of numbers. */
  readonly length: number;
}

/** A view of a storage. */
export interface TensorValue {
  readonly kind: "tensor";
  readonly storage: StorageValue;
  /** In numbers, as are the strides. */
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

export interface MappingValue {
  readonly kind: "mapping";
  /** Keys and values in turn. */
  readonly pairs: PickleValue[];
}

export interface SequenceValue {
  readonly kind: "list" | "tuple";
  readonly items: PickleValue[];
}

/** A name of the whitelist. */
export interface GlobalValue {
  readonly kind: "global";
  readonly name: string;
  /** What calling it gives; undefined where it is no function. */
  readonly call?: (args: readonly PickleValue[], fail: Fail) => PickleValue;
  /** The numbers of a storage type. */
  readonly elements?: ElementType;
}

export type PickleValue =
  | null
  | boolean
  | number
  | string
  | StorageValue
  | TensorValue
  | MappingValue
  | SequenceValue
  | GlobalValue;

/** The error that refuses the file for a reason. */
export type Fail = (reason: string) => Error;

/** The kind of a value, in words for a message. */
export function describe(value: PickleValue | undefined): string {
  if (value === null) return "None";
  if (value === undefined) return "nothing";
  return typeof value === "object" ? `a ${value.kind}` : `a ${typeof value}`;
}
