/** Writing safetensors files; safetensors.ts says what they are. */
import { writeAtomically } from "../base/files.ts";
import { float32ToBfloat16, float32ToFloat16 } from "./half-float.ts";
import type { ExpectedTensor } from "./weights.ts";

/** How weights are stored; they are computed with as float32. */
export type StoredType = "float32" | "float16" | "bfloat16";

const conversions = {
  float32: { name: "F32", convert: (values: Float32Array) => values },
  float16: { name: "F16", convert: float32ToFloat16 },
  bfloat16: { name: "BF16", convert: float32ToBfloat16 },
} as const;

export interface WriteOptions {
  readonly dtype?: StoredType;
  /** Texts kept in the header. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Write tensors as one safetensors file, whole or not at all. Data starts at a multiple of 8 bytes. */
export async function writeSafetensors(
  path: string,
  tensors: readonly (ExpectedTensor & { readonly data: Float32Array })[],
  { dtype = "float32", metadata = {} }: WriteOptions = {},
): Promise<void> {
  const header: Record<string, unknown> = { __metadata__: { format: "pt", ...metadata } };
  const parts: Uint8Array[] = [];
  let position = 0;
  for (const { name, shape, data } of tensors) {
    const stored = conversions[dtype].convert(data);
    const bytes = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
    header[name] = {
      dtype: conversions[dtype].name,
      shape,
      data_offsets: [position, position + bytes.byteLength],
    };
    parts.push(bytes);
    position += bytes.byteLength;
  }
  await writeAtomically(path, Buffer.concat([encodeHeader(header), ...parts]));
}

function encodeHeader(header: Record<string, unknown>): Uint8Array {
  const json = JSON.stringify(header);
  const text = Buffer.from(json + " ".repeat((8 - (Buffer.byteLength(json) % 8)) % 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.byteLength));
  return Buffer.concat([length, text]);
}
